//! Writes an internal note: for those who work on it, never for the requester. Also possible on an
//! ended ticket, where nothing else is.

use super::super::fields::one;
use super::super::outbox::mentions;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::Done;
use super::reply::Input;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;

/// Notes.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let body = one("/body", Body::parse(&input.body))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &body))
}

/// Notes, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, body: &Body) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Note)?;
    let mut after = loaded.ticket.clone();
    let text = work.text(id, MessageKind::Note, Some(actor.id), body)?;
    let details = Details::none().text(text);
    let event = work.record(EventKind::Noted, Some(actor.id), &loaded.ticket, &mut after, details)?;
    mentions::run(work, event, &after, body.as_str(), Action::ReadInternal, actor.id)?;
    Ok(after.version)
}
