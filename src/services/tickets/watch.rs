//! Adds and removes people who follow a ticket.

use serde_json::json;

use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may_watch};
use crate::store::tickets;

/// Adds a watcher. Doing it twice changes nothing.
pub fn add(desk: &Desk, caller: &Caller, id: TicketId, person: PersonId) -> Result<Done> {
    super::change(desk, caller, |work, actor| apply_add(work, actor, id, person))
}

/// Removes a watcher. Doing it twice changes nothing. Everybody may stop watching.
pub fn remove(desk: &Desk, caller: &Caller, id: TicketId, person: PersonId) -> Result<Done> {
    super::change(desk, caller, |work, actor| {
        let needed = if person == actor.id { Action::Read } else { Action::Watch };
        let loaded = work.load(actor, id, needed)?;
        if !tickets::remove_watcher(work.tx, id, person)? {
            return Ok(loaded.ticket.version);
        }
        let mut after = loaded.ticket.clone();
        let details = Details::none().with("watcher", json!(person));
        work.record(EventKind::WatcherRemoved, Some(actor.id), &loaded.ticket, &mut after, details)?;
        Ok(after.version)
    })
}

/// Adds a watcher, inside a transaction.
pub(crate) fn apply_add(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, person: PersonId) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Watch)?;
    let not_eligible = || Error::field("/person", Refusal::NotEligible.code(), Refusal::NotEligible.to_string());
    let watcher = work.person(person).map_err(|_| not_eligible())?;
    if !may_watch(&watcher, &loaded.ticket) {
        return Err(not_eligible());
    }
    if !tickets::add_watcher(work.tx, id, person)? {
        return Ok(loaded.ticket.version);
    }
    let mut after = loaded.ticket.clone();
    let details = Details::none().with("watcher", json!(person));
    work.record(EventKind::WatcherAdded, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(after.version)
}
