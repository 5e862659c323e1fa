//! Resolves a ticket, saying how.

use serde::Deserialize;

use super::super::fields::one;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::Done;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;

/// How it was solved.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ResolveTicket)]
pub struct Input {
    /// What was done; the requester reads it.
    #[schema(min_length = 1, max_length = 20000)]
    pub resolution: String,
}

/// Resolves it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let resolution = one("/resolution", Body::parse(&input.resolution))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &resolution))
}

/// Resolves it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, resolution: &Body) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Resolve)?;
    let mut after = loaded.ticket.clone();
    after.resolve(actor, work.now)?;
    let text = work.text(id, MessageKind::Resolution, Some(actor.id), resolution)?;
    work.record(EventKind::Resolved, Some(actor.id), &loaded.ticket, &mut after, Details::none().text(text))?;
    Ok(after.version)
}
