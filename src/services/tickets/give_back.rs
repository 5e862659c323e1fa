//! A Tier 2 team gives a ticket back to the desk, with an instruction. Counts as a bounce.

use serde::Deserialize;

use super::super::fields::one;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::Done;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{HandoverId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::store::handovers;

/// What the desk is to do.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnTicket)]
pub struct Input {
    #[schema(min_length = 1, max_length = 20000)]
    pub instruction: String,
}

/// Gives it back.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, handover: HandoverId, input: &Input) -> Result<Done> {
    let instruction = one("/instruction", Body::parse(&input.instruction))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, handover, &instruction))
}

/// Gives it back, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    handover: HandoverId,
    instruction: &Body,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::GiveBack)?;
    let mut handover = work.handover(&loaded.ticket, handover)?;
    let mut after = loaded.ticket.clone();
    after.give_back(&mut handover, work.now)?;
    let text = work.text(id, MessageKind::Instruction, Some(actor.id), instruction)?;
    handovers::update(work.tx, &handover, Some(text.id))?;
    let details = Details::none().text(text).handover(&handover);
    work.record(EventKind::HandoverReturned, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(after.version)
}
