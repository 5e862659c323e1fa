//! Finds out who sends a request, by access token or API key.

use chrono::Duration;

use super::super::{AuthProblem, Desk, Error, Result};
use super::api_keys::{PREFIX, Scope};
use super::{secret, verify};
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::store::{access, people};

/// What a request may be about, from the side of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// This scope; a sign-in has all of them.
    Scope(Scope),
    /// A person who signed in: passwords and keys are not managed by keys.
    SignIn,
}

/// The actor behind a bearer token. Roles and activity are those of this moment, whatever the token is.
pub fn run(desk: &Desk, token: &str, needs: Needs) -> Result<Actor> {
    let person = if token.starts_with(PREFIX) { by_key(desk, token, needs)? } else { verify(desk, token)? };
    let today = desk.today();
    desk.read(|conn| Ok(people::actor(conn, person, today)?))?.ok_or(Error::Unauthenticated(AuthProblem::Invalid))
}

fn by_key(desk: &Desk, token: &str, needs: Needs) -> Result<PersonId> {
    let now = desk.now();
    let row = desk
        .read(|conn| Ok(access::key_by_hash(conn, &secret::hash(token))?))?
        .filter(|row| row.revoked_at.is_none())
        .ok_or(Error::Unauthenticated(AuthProblem::Invalid))?;
    if row.expires_at.is_some_and(|at| at.and_utc() <= now) {
        return Err(Error::Unauthenticated(AuthProblem::Expired));
    }
    match needs {
        Needs::Scope(scope) if row.scopes.split(' ').any(|s| s == scope.as_str()) => {}
        Needs::Scope(scope) => return Err(Error::Scope(scope.as_str())),
        Needs::SignIn => return Err(Error::Scope("sign-in")),
    }
    // Once an hour is enough to tell a key in use from a forgotten one.
    if row.last_used_at.is_none_or(|at| at.and_utc() < now - Duration::hours(1)) {
        desk.housekeep(|work| Ok(access::touch_key(work.tx, row.id, work.now)?))?;
    }
    Ok(PersonId(row.person_id))
}
