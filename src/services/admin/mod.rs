//! People, organisation and service levels, kept by admins. Every change is in the audit trail, which can be
//! read here too.

pub mod access;
pub mod appointments;
pub mod audit;
pub mod calendars;
pub mod categories;
pub mod directory;
pub mod health;
pub mod holidays;
pub mod mail;
pub mod mail_files;
pub mod opds;
pub mod people;
pub mod policy;
pub mod priorities;
pub mod roles;
pub mod teams;
pub mod versions;

use super::{Error, Result};
use crate::domain::people::{Actor, Role};

/// Refuses everybody but admins, who keep these things, and auditors, who check them.
pub fn require_reader(actor: &Actor) -> Result<()> {
    if actor.has(Role::Admin) || actor.has(Role::Auditor) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Refuses everybody but admins.
pub fn require_admin(actor: &Actor) -> Result<()> {
    if actor.has(Role::Admin) { Ok(()) } else { Err(Error::Forbidden) }
}

/// A value that must be unique and is not.
fn taken(pointer: &str) -> Error {
    Error::field(pointer, "taken", "sudah dipakai")
}
