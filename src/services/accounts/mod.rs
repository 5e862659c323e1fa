//! Signing in and staying signed in.

pub mod api_keys;
pub mod authenticate;
pub mod first;
pub mod password;
pub mod refresh;
pub mod reset;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod sign_out;
pub mod views;

use chrono::Duration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::{AuthProblem, Desk, Error, Result, Work};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::store::access::{self, SignIn};

/// Who issues our tokens.
const ISSUER: &str = "kentongan";

/// What an access token says (RFC 7519).
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: i64,
    iat: i64,
    exp: i64,
}

/// What a sign-in gives.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    /// Seconds.
    pub access_lifetime: i64,
    pub refresh: String,
}

/// A new access token, and a new refresh token, for a sign-in that has not ended.
fn issue(work: &mut Work<'_, '_>, sign_in: &SignIn) -> Result<Tokens> {
    let config = &work.desk.config.accounts;
    let refresh = secret::random();
    let expires = work.now + Duration::days(config.refresh_days.into());
    let expires = expires.min(end(work.desk, sign_in));
    access::insert_refresh(work.tx, sign_in, &secret::hash(&refresh), work.now, expires)?;
    let access_lifetime = i64::from(config.token_minutes) * 60;
    let access = sign(work.desk, sign_in.person, work.now, access_lifetime)?;
    Ok(Tokens { access, access_lifetime, refresh })
}

/// When a sign-in ends, however often it is renewed (BSSN 4/2021 Ps 27(2): absolute timeout).
fn end(desk: &Desk, sign_in: &SignIn) -> Instant {
    sign_in.at + Duration::days(desk.config.accounts.sign_in_days.into())
}

fn sign(desk: &Desk, person: PersonId, now: Instant, lifetime: i64) -> Result<String> {
    let claims =
        Claims { iss: ISSUER.to_owned(), sub: person.0, iat: now.timestamp(), exp: now.timestamp() + lifetime };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(desk.token_secret.as_bytes()))
        .map_err(|error| Error::Internal(format!("token: {error}")))
}

/// The person of an access token. Time is compared with the desk's clock, not the machine's.
fn verify(desk: &Desk, token: &str) -> Result<PersonId> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(desk.token_secret.as_bytes());
    let claims =
        decode::<Claims>(token, &key, &validation).map_err(|_| Error::Unauthenticated(AuthProblem::Invalid))?.claims;
    if desk.now().timestamp() >= claims.exp {
        return Err(Error::Unauthenticated(AuthProblem::Expired));
    }
    Ok(PersonId(claims.sub))
}
