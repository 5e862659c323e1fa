//! Signs in with e-mail address and password. Wrong tries are counted; too many lock the account for a
//! while that doubles with each further one (BSSN 4/2021 Ps 27(1): most wrong tries).

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::super::{AuthProblem, Desk, Error, Result};
use super::{Tokens, issue, secret};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
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
        Some(known) if fits => welcome(desk, &known),
        Some(known) => Err(refuse(desk, &email, &known)?),
        None => Err(Error::Unauthenticated(AuthProblem::Credentials)),
    }
}

fn welcome(desk: &Desk, known: &Credentials) -> Result<Tokens> {
    let person = PersonId(known.id);
    desk.housekeep(|work| {
        people::set_failures(work.tx, person, 0, None)?;
        work.audit("signed_in", Some(person), json!({}))?;
        issue(work, person, &secret::random())
    })
}

/// Counts a wrong try. Reads the count again inside the transaction: many tries at once all count.
fn refuse(desk: &Desk, email: &str, known: &Credentials) -> Result<Error> {
    let config = &desk.config.accounts;
    let person = PersonId(known.id);
    desk.housekeep(|work| {
        let now = people::credentials(work.tx, email)?.ok_or(Error::NotFound)?;
        let failures = now.failed_sign_ins + 1;
        let beyond = failures - i64::from(config.wrong_tries);
        let until = (beyond >= 0).then(|| {
            let seconds = i64::from(config.lock_seconds) << beyond.min(20);
            work.now + Duration::seconds(seconds.min(config.lock_most_seconds.into()))
        });
        people::set_failures(work.tx, person, failures, until)?;
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
