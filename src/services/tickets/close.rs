//! Closes a resolved ticket: the requester confirms, or the desk ends it.

use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::{Done, Nothing};
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::ticket::Ticket;
use crate::store::tickets;

/// Closes it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, _: &Nothing) -> Result<Done> {
    super::change(desk, caller, |work, actor| apply(work, actor, id))
}

/// Closes it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Close)?;
    end(work, actor, &loaded.ticket)
}

/// Closes a ticket that the actor may close.
pub(super) fn end(work: &mut Work<'_, '_>, actor: &Actor, before: &Ticket) -> Result<i64> {
    // A major incident is not over while one of its children is not.
    if before.major && !tickets::open_children(work.tx, before.id)?.is_empty() {
        return Err(Refusal::ChildrenOpen.into());
    }
    let mut after = before.clone();
    after.close(work.now)?;
    work.record(EventKind::Closed, Some(actor.id), before, &mut after, Details::none())?;
    Ok(after.version)
}
