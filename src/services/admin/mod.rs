//! People, organisation and service levels, kept by admins. Every change is in the audit trail, which can be
//! read here too.

pub mod audit;
pub mod calendars;
pub mod categories;
pub mod holidays;
pub mod opds;
pub mod people;
pub mod policy;
pub mod priorities;
pub mod roles;
pub mod teams;
pub mod versions;

use super::{Error, Result};
use crate::domain::people::{Actor, Role};

/// Refuses everybody but admins.
fn require_admin(actor: &Actor) -> Result<()> {
    if actor.has(Role::Admin) { Ok(()) } else { Err(Error::Forbidden) }
}

/// A value that must be unique and is not.
fn taken(pointer: &str) -> Error {
    Error::field(pointer, "taken", "sudah dipakai")
}
