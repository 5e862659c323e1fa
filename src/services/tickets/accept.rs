//! A Tier 2 team takes a handed-over ticket on; whoever accepts works on it.

use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::{Done, Nothing};
use crate::domain::event::EventKind;
use crate::domain::ids::{HandoverId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::store::handovers;

/// Accepts it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, handover: HandoverId, _: &Nothing) -> Result<Done> {
    super::change(desk, caller, |work, actor| apply(work, actor, id, handover))
}

/// Accepts it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, handover: HandoverId) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Accept)?;
    let mut handover = work.handover(&loaded.ticket, handover)?;
    let mut after = loaded.ticket.clone();
    after.accept(&mut handover, actor, work.now)?;
    handovers::update(work.tx, &handover, None)?;
    let details = Details::none().handover(&handover);
    work.record(EventKind::HandoverAccepted, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(after.version)
}
