//! Changes the own password. Every other sign-in of the person ends by that.

use serde::Deserialize;
use serde_json::json;

use super::super::fields::one;
use super::super::{Caller, Desk, Error, Result, Work};
use super::session::{self, Client};
use super::{secret, sign_in};
use crate::domain::ids::PersonId;
use crate::domain::notice::Notice;
use crate::domain::text::check_password;
use crate::store::{access, outbox, people, resets, tries};

/// The present and the new one.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPassword)]
pub struct Input {
    #[schema(max_length = 128)]
    pub current: String,
    #[schema(min_length = 12, max_length = 128)]
    pub new: String,
}

/// Changes it.
pub fn change(desk: &Desk, caller: &Caller, input: &Input) -> Result<()> {
    let (person, hash) = (caller.actor.id, prove(desk, caller, input)?);
    desk.act(caller, |work| renew(work, person, &hash, Some(person)))
}

/// Changes it and gives the secret of a new session, with which the browser that it was changed in goes on.
pub fn change_in_browser(desk: &Desk, caller: &Caller, input: &Input, client: &Client) -> Result<String> {
    let (person, hash) = (caller.actor.id, prove(desk, caller, input)?);
    // Not remembered under an idempotency key: the secret must not be stored.
    desk.housekeep(|work| {
        renew(work, person, &hash, Some(person))?;
        session::open(work, person, client)
    })
}

/// The hash of the new password, if the present one was right.
fn prove(desk: &Desk, caller: &Caller, input: &Input) -> Result<String> {
    let person = caller.actor.id;
    let email = desk.read(|conn| Ok(people::by_id(conn, person)?))?.ok_or(Error::NotFound)?.email;
    one("/new", check_password(&input.new, &email))?;
    let known = desk.read(|conn| Ok(people::credentials(conn, &email)?))?.ok_or(Error::NotFound)?;
    if !secret::fits(&input.current, known.password_hash.as_deref()) {
        return Err(Error::field("/current", "wrong_password", "kata sandi saat ini tidak cocok"));
    }
    secret::hash_password(&input.new)
}

/// Sets a password by its hash, ends all sign-ins and links to new passwords, and unlocks.
pub fn set(work: &mut Work<'_, '_>, person: PersonId, hash: &str, by: Option<PersonId>) -> Result<()> {
    people::set_password(work.tx, person, hash)?;
    let email = people::by_id(work.tx, person)?.ok_or(Error::NotFound)?.email;
    tries::clear(work.tx, &sign_in::address(work.desk, &email))?;
    access::end_sign_ins(work.tx, person)?;
    resets::void(work.tx, person)?;
    work.audit("password_changed", by, json!({"person": person}))
}

/// Sets the password of somebody who had one, and tells them by mail.
pub fn renew(work: &mut Work<'_, '_>, person: PersonId, hash: &str, by: Option<PersonId>) -> Result<()> {
    set(work, person, hash, by)?;
    Ok(outbox::queue_account(work.tx, person, Notice::PasswordChanged, None, work.now)?)
}
