//! The desk takes back a handover that nobody has answered yet.

use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::{Done, Reason};
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{HandoverId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::store::handovers;

/// Withdraws it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, handover: HandoverId, input: &Reason) -> Result<Done> {
    let reason = input.parse()?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, handover, &reason))
}

/// Withdraws it, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    handover: HandoverId,
    reason: &Body,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::HandOver)?;
    let mut handover = work.handover(&loaded.ticket, handover)?;
    let mut after = loaded.ticket.clone();
    after.withdraw(&mut handover, work.now)?;
    let text = work.text(id, MessageKind::InternalReason, Some(actor.id), reason)?;
    handovers::update(work.tx, &handover, Some(text.id))?;
    let details = Details::none().text(text).handover(&handover);
    work.record(EventKind::HandoverWithdrawn, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(after.version)
}
