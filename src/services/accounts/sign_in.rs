//! Signs in with e-mail address and password. Wrong tries are counted; too many lock the account for a
//! while that doubles with each further one (BSSN 4/2021 Ps 27(1): most wrong tries).

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::super::{AuthProblem, Desk, Error, Result};
use super::{Tokens, issue, secret};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::store::access::SignIn;
use crate::store::people::{self, Credentials};

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

/// Signs in. The same answer, after the same time, for an unknown address and a wrong password.
pub fn run(desk: &Desk, input: &Input) -> Result<Tokens> {
    if input.password.len() > 1024 || input.email.len() > 1024 {
        return Err(Error::Unauthenticated(AuthProblem::Credentials));
    }
    let email = input.email.trim().to_lowercase();
    let known = desk.read(|conn| Ok(people::credentials(conn, &email)?))?;
    if let Some(until) = known.as_ref().and_then(|k| k.locked_until).map(|at| at.and_utc())
        && until > desk.now()
    {
        return Err(locked(desk, until));
    }
    let hash = known.as_ref().filter(|k| k.active).and_then(|k| k.password_hash.as_deref());
    let fits = secret::fits(&input.password, hash);
    match known {
        Some(known) if fits => welcome(desk, &email, &known),
        Some(known) => Err(refuse(desk, &known)?),
        None => Err(Error::Unauthenticated(AuthProblem::Credentials)),
    }
}

/// Lets somebody in whose password fitted. Looks again inside the transaction: meanwhile the account may
/// have been locked or deactivated, or the password changed.
fn welcome(desk: &Desk, email: &str, known: &Credentials) -> Result<Tokens> {
    let person = PersonId(known.id);
    desk.housekeep(|work| {
        people::hold(work.tx, person)?;
        let now = people::credentials(work.tx, email)?.ok_or(Error::NotFound)?;
        if let Some(until) = now.locked_until.map(|at| at.and_utc()).filter(|until| *until > work.now) {
            return Err(locked(work.desk, until));
        }
        if !now.active || now.password_hash != known.password_hash {
            return Err(Error::Unauthenticated(AuthProblem::Credentials));
        }
        people::clear_failures(work.tx, person)?;
        work.audit("signed_in", Some(person), json!({}))?;
        issue(work, &SignIn { person, family: secret::random(), at: work.now })
    })
}

/// Counts a wrong try.
fn refuse(desk: &Desk, known: &Credentials) -> Result<Error> {
    let config = &desk.config.accounts;
    let person = PersonId(known.id);
    desk.housekeep(|work| {
        let failures = people::count_failure(work.tx, person)?;
        let beyond = failures - i64::from(config.wrong_tries);
        let until = (beyond >= 0).then(|| {
            let seconds = i64::from(config.lock_seconds) << beyond.min(20);
            work.now + Duration::seconds(seconds.min(config.lock_most_seconds.into()))
        });
        if let Some(until) = until {
            people::lock_until(work.tx, person, until)?;
        }
        work.audit("sign_in_failed", Some(person), json!({"failures": failures, "locked": until.is_some()}))?;
        Ok(match until {
            Some(until) => locked(work.desk, until),
            None => Error::Unauthenticated(AuthProblem::Credentials),
        })
    })
}

fn locked(desk: &Desk, until: Instant) -> Error {
    let seconds = (until - desk.now()).num_seconds() + 1;
    Error::Locked(u64::try_from(seconds).unwrap_or(1))
}
