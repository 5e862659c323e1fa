//! The requester no longer needs it.

use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::{Done, Reason};
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;

/// Cancels it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Reason) -> Result<Done> {
    let reason = input.parse()?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &reason))
}

/// Cancels it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, reason: &Body) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Cancel)?;
    if loaded.ticket.requester != actor.id {
        // For the requester the desk cancels what it holds; what Tier 2 holds, Tier 2 gives back first.
        loaded.require_holder()?;
        if loaded.ticket.handover.is_some() {
            return Err(Refusal::HandoverPending.into());
        }
    }
    let mut after = loaded.ticket.clone();
    after.cancel(work.now)?;
    let text = work.text(id, MessageKind::Reason, Some(actor.id), reason)?;
    work.record(EventKind::Cancelled, Some(actor.id), &loaded.ticket, &mut after, Details::none().text(text))?;
    Ok(after.version)
}
