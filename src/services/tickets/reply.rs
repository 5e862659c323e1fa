//! Writes to the requester, or as the requester. Whoever of the desk writes on a new ticket takes it
//! by that; an answer of the requester wakes a ticket that waited for it.

use serde::Deserialize;

use super::super::fields::one;
use super::super::outbox::mentions;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::Done;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation};
use crate::domain::text::Body;

/// A text.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WriteText)]
pub struct Input {
    #[schema(min_length = 1, max_length = 20000)]
    pub body: String,
}

/// Replies.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let body = one("/body", Body::parse(&input.body))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &body))
}

/// Replies, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, body: &Body) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Reply)?;
    let mut after = loaded.ticket.clone();
    if after.requester == actor.id {
        after.requester_wrote()?;
    } else if after.status.is_final() {
        return Err(crate::domain::Refusal::Final.into());
    } else if loaded.relations.contains(&Relation::Desk) {
        after.engage(actor);
    }
    let text = work.text(id, MessageKind::Reply, Some(actor.id), body)?;
    let details = Details::none().text(text);
    let event = work.record(EventKind::Replied, Some(actor.id), &loaded.ticket, &mut after, details)?;
    mentions::run(work, event, &after, body.as_str(), Action::Read, actor.id)?;
    Ok(after.version)
}
