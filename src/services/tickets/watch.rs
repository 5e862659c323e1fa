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
use crate::domain::ticket::Ticket;
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
        Ok(unwatch(work, actor, loaded.ticket, person)?.version)
    })
}

/// Removes a watcher and gives the ticket as it then is.
fn unwatch(work: &mut Work<'_, '_>, actor: &Actor, ticket: Ticket, person: PersonId) -> Result<Ticket> {
    if !tickets::remove_watcher(work.tx, ticket.id, person)? {
        return Ok(ticket);
    }
    let mut after = ticket.clone();
    let details = Details::none().with("watcher", json!(person));
    work.record(EventKind::WatcherRemoved, Some(actor.id), &ticket, &mut after, details)?;
    Ok(after)
}

/// Removes the watchers that a ticket about to become confidential could not be given (Perbup Batang
/// 50/2019 Ps 37(3)), and gives the ticket as it is without them.
pub(super) fn drop_ineligible(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    before: &Ticket,
    becoming: &Ticket,
) -> Result<Ticket> {
    let mut ticket = before.clone();
    if !becoming.is_confidential() {
        return Ok(ticket);
    }
    for watcher in tickets::involved(work.tx, ticket.id)?.watchers {
        let stays = match work.person(watcher) {
            Ok(person) => may_watch(&person, becoming),
            Err(Error::Refused(Refusal::NotEligible)) => false,
            Err(error) => return Err(error),
        };
        if !stays {
            ticket = unwatch(work, actor, ticket, watcher)?;
        }
    }
    Ok(ticket)
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
