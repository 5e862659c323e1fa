//! Trades a refresh token for new tokens. Each can be used once: a second use means that somebody else
//! has it too, and ends the whole sign-in (RFC 9700, 4.14).

use serde::Deserialize;
use serde_json::json;

use super::super::{AuthProblem, Desk, Error, Result};
use super::{Tokens, end, issue, secret};
use crate::domain::ids::PersonId;
use crate::store::access::{self, SignIn};
use crate::store::people;

/// The token.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RefreshToken)]
pub struct Input {
    #[schema(max_length = 200)]
    pub refresh_token: String,
}

/// Trades it.
pub fn run(desk: &Desk, input: &Input) -> Result<Tokens> {
    let hash = secret::hash(&input.refresh_token);
    let today = desk.today();
    // The end of a misused sign-in must be committed, so misuse is a value here and an error later.
    let outcome = desk.housekeep(|work| {
        let Some(row) = access::refresh_by_hash(work.tx, &hash)? else { return Ok(Err(AuthProblem::Invalid)) };
        let person = PersonId(row.person_id);
        // Ending sign-ins and renewing one wait for each other; then the token is looked at again.
        people::hold(work.tx, person)?;
        let Some(row) = access::refresh_by_hash(work.tx, &hash)? else { return Ok(Err(AuthProblem::Invalid)) };
        if row.used_at.is_some() {
            access::end_family(work.tx, &row.family)?;
            work.audit("refresh_token_reused", Some(person), json!({}))?;
            return Ok(Err(AuthProblem::Reused));
        }
        let sign_in = SignIn { person, family: row.family, at: row.signed_in_at.and_utc() };
        // The end is looked at again: the configuration may have drawn it nearer since the token was issued.
        if row.expires_at.and_utc().min(end(work.desk, &sign_in)) <= work.now {
            return Ok(Err(AuthProblem::Expired));
        }
        if people::actor(work.tx, person, today)?.is_none() {
            return Ok(Err(AuthProblem::Invalid));
        }
        access::use_refresh(work.tx, row.id, work.now)?;
        issue(work, &sign_in).map(Ok)
    })?;
    outcome.map_err(Error::Unauthenticated)
}
