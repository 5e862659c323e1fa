//! Changes the own password. Every other sign-in of the person ends by that.

use serde::Deserialize;
use serde_json::json;

use super::super::fields::one;
use super::super::{Caller, Desk, Error, Result, Work};
use super::{secret, sign_in};
use crate::domain::ids::PersonId;
use crate::domain::text::check_password;
use crate::store::{access, people, tries};

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
    let person = caller.actor.id;
    let email = desk.read(|conn| Ok(people::by_id(conn, person)?))?.ok_or(Error::NotFound)?.email;
    one("/new", check_password(&input.new, &email))?;
    let known = desk.read(|conn| Ok(people::credentials(conn, &email)?))?.ok_or(Error::NotFound)?;
    if !secret::fits(&input.current, known.password_hash.as_deref()) {
        return Err(Error::field("/current", "wrong_password", "kata sandi saat ini tidak cocok"));
    }
    let hash = secret::hash_password(&input.new)?;
    desk.act(caller, |work| set(work, person, &hash, Some(person)))
}

/// Sets a password by its hash, ends all sign-ins, and unlocks.
pub fn set(work: &mut Work<'_, '_>, person: PersonId, hash: &str, by: Option<PersonId>) -> Result<()> {
    people::set_password(work.tx, person, hash)?;
    let email = people::by_id(work.tx, person)?.ok_or(Error::NotFound)?.email;
    tries::clear(work.tx, &sign_in::address(work.desk, &email))?;
    access::end_sign_ins(work.tx, person)?;
    work.audit("password_changed", by, json!({"person": person}))
}
