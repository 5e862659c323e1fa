//! Signs in with e-mail address and password. Wrong tries are counted; too many lock the address for a
//! while that doubles with each further one (BSSN 4/2021 Ps 27(1): most wrong tries).

use chrono::{Duration, NaiveDateTime};
use serde::Deserialize;
use serde_json::json;

use super::super::{AuthProblem, Desk, Error, Result, Work};
use super::{Tokens, issue, secret};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::store::access::SignIn;
use crate::store::people::{self, Credentials};
use crate::store::tries;

/// Address and password.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignIn)]
pub struct Input {
    #[schema(max_length = 254)]
    pub email: String,
    #[schema(max_length = 128)]
    pub password: String,
}

/// Signs a program in.
pub fn run(desk: &Desk, input: &Input) -> Result<Tokens> {
    prove(desk, input, |work, person| issue(work, &SignIn { person, family: secret::random(), at: work.now }))
}

/// Gives whoever knows the password what they come for, in the transaction that notes the sign-in. The same
/// answer, after the same time, for an unknown address and a wrong password; also being locked does not tell
/// whether anybody has the address.
pub(super) fn prove<T>(
    desk: &Desk,
    input: &Input,
    give: impl Fn(&mut Work<'_, '_>, PersonId) -> Result<T>,
) -> Result<T> {
    if input.password.len() > 1024 || input.email.len() > 1024 {
        return Err(Error::Unauthenticated(AuthProblem::Credentials));
    }
    let email = input.email.trim().to_lowercase();
    let address = address(desk, &email);
    let (known, until) =
        desk.read(|conn| Ok((people::credentials(conn, &email)?, tries::locked_until(conn, &address)?)))?;
    refuse_locked(desk, until)?;
    let hash = known.as_ref().filter(|k| k.active).and_then(|k| k.password_hash.as_deref());
    let fits = secret::fits(&input.password, hash);
    match known {
        Some(known) if fits => welcome(desk, &email, &address, &known, give),
        known => Err(refuse(desk, &address, known.map(|known| PersonId(known.id)))?),
    }
}

/// What stands for an e-mail address (lower case) where wrong tries are counted.
pub(in crate::services) fn address(desk: &Desk, email: &str) -> String {
    desk.fingerprint(email)
}

/// Lets somebody in whose password fitted. Looks again inside the transaction: meanwhile the address may
/// have been locked, the person deactivated, or the password changed.
fn welcome<T>(
    desk: &Desk,
    email: &str,
    address: &str,
    known: &Credentials,
    give: impl Fn(&mut Work<'_, '_>, PersonId) -> Result<T>,
) -> Result<T> {
    let person = PersonId(known.id);
    desk.housekeep(|work| {
        people::hold(work.tx, person)?;
        let now = people::credentials(work.tx, email)?.ok_or(Error::NotFound)?;
        refuse_locked(work.desk, tries::hold(work.tx, address)?)?;
        if !now.active || now.password_hash != known.password_hash {
            return Err(Error::Unauthenticated(AuthProblem::Credentials));
        }
        tries::clear(work.tx, address)?;
        work.audit("signed_in", Some(person), json!({}))?;
        give(work, person)
    })
}

/// Counts a wrong try. Only those at somebody's address stand in the audit trail: it is kept for ever, and
/// anybody can think of addresses.
fn refuse(desk: &Desk, address: &str, person: Option<PersonId>) -> Result<Error> {
    let config = &desk.config.accounts;
    desk.housekeep(|work| {
        let failures = tries::count(work.tx, address, work.now)?;
        let beyond = failures - i64::from(config.wrong_tries);
        let until = (beyond >= 0).then(|| {
            let seconds = i64::from(config.lock_seconds) << beyond.min(20);
            work.now + Duration::seconds(seconds.min(config.lock_most_seconds.into()))
        });
        if let Some(until) = until {
            tries::lock(work.tx, address, until)?;
        }
        if person.is_some() {
            work.audit("sign_in_failed", person, json!({"failures": failures, "locked": until.is_some()}))?;
        }
        Ok(match until {
            Some(until) => locked(work.desk, until),
            None => Error::Unauthenticated(AuthProblem::Credentials),
        })
    })
}

fn refuse_locked(desk: &Desk, until: Option<NaiveDateTime>) -> Result<()> {
    match until.map(|at| at.and_utc()).filter(|until| *until > desk.now()) {
        Some(until) => Err(locked(desk, until)),
        None => Ok(()),
    }
}

fn locked(desk: &Desk, until: Instant) -> Error {
    let seconds = (until - desk.now()).num_seconds() + 1;
    Error::Locked(u64::try_from(seconds).unwrap_or(1))
}
