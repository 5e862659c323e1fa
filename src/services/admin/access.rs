//! Whether a person can get in: password, lock after wrong tries, and what hangs on the account.

use serde::Deserialize;
use serde_json::json;

use super::super::accounts::{password, secret, sign_in};
use super::super::fields::one;
use super::super::{Caller, Desk, Error, Result};
use super::{require_admin, require_reader};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::domain::text::check_password;
use crate::store::{directory, people, tries};

/// How a person stands.
#[derive(Clone, Debug)]
pub struct Access {
    pub has_password: bool,
    /// Until when no sign-in is looked at, if that is to come.
    pub locked_until: Option<Instant>,
    /// Open tickets that the person owns or works on.
    pub open_work: usize,
    /// When a mail to the person came back, and what was said.
    pub bounce: Option<(Instant, String)>,
}

/// A first password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    pub password: String,
}

/// Tells how a person stands.
pub fn read(desk: &Desk, actor: &Actor, id: PersonId) -> Result<Access> {
    require_reader(actor)?;
    desk.read(|conn| {
        let row = people::by_id(conn, id)?.ok_or(Error::NotFound)?;
        let until = tries::locked_until(conn, &sign_in::address(desk, &row.email))?;
        Ok(Access {
            has_password: directory::has_password(conn, id)?,
            locked_until: until.map(|at| at.and_utc()).filter(|until| *until > desk.now()),
            open_work: people::open_work(conn, id)?.len(),
            bounce: people::bounce(conn, id)?,
        })
    })
}

/// Lets somebody try again who typed a wrong password too often.
pub fn unlock(desk: &Desk, caller: &Caller, id: PersonId) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        let row = people::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
        tries::clear(work.tx, &sign_in::address(work.desk, &row.email))?;
        work.audit("sign_in_unlocked", Some(caller.actor.id), json!({"person": id}))
    })
}

/// Gives a first password to somebody who has none. Whoever has one changes it themselves: an admin who sets
/// it could read what is not theirs.
pub fn begin(desk: &Desk, caller: &Caller, id: PersonId, input: &Input) -> Result<()> {
    require_admin(&caller.actor)?;
    let row = desk.read(|conn| Ok(people::by_id(conn, id)?))?.ok_or(Error::NotFound)?;
    one("/password", check_password(&input.password, &row.email))?;
    let hash = secret::hash_password(&input.password)?;
    desk.act(caller, |work| {
        if directory::has_password(work.tx, id)? {
            return Err(Error::field("/password", "taken", "orang ini sudah memiliki kata sandi"));
        }
        password::renew(work, id, &hash, Some(caller.actor.id))
    })
}
