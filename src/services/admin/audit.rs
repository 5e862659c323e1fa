//! Reads the audit trail: for admins, who act in it, and auditors, who check them.

use chrono::Datelike;

use super::super::fields::Fields;
use super::super::{Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::people::{Actor, Role};
use crate::store::history::{self, AuditFilter, AuditRow};

/// A page of it, the newest first.
pub fn list(desk: &Desk, actor: &Actor, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
    if !actor.has(Role::Admin) && !actor.has(Role::Auditor) {
        return Err(Error::Forbidden);
    }
    let mut fields = Fields::default();
    for (pointer, at) in [("/from", filter.from), ("/to", filter.to)] {
        // Beyond these the databases keep no instants.
        if at.is_some_and(|at: Instant| !(0..=9999).contains(&at.year())) {
            fields.wrong(pointer, "out_of_range", "tahun 0 sampai 9999");
        }
    }
    fields.finish(Some(()))?;
    desk.read(|conn| Ok(history::audit_list(conn, filter)?))
}
