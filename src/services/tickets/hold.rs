//! Waits for the requester, a third party or an approval.

use serde::Deserialize;

use super::super::fields::one;
use super::super::work::Details;
use super::super::{Caller, Desk, Result, Work};
use super::Done;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::lifecycle::Waiting;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;

/// For whom, and why.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HoldTicket)]
pub struct Input {
    #[serde(rename = "for")]
    pub waiting: Waiting,
    /// What is waited for; the requester reads it.
    #[schema(min_length = 1, max_length = 20000)]
    pub reason: String,
}

/// Waits.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let reason = one("/reason", Body::parse(&input.reason))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, input.waiting, &reason))
}

/// Waits, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    waiting: Waiting,
    reason: &Body,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Hold)?;
    loaded.require_holder()?;
    let mut after = loaded.ticket.clone();
    after.hold(actor, waiting)?;
    let text = work.text(id, MessageKind::Reason, Some(actor.id), reason)?;
    work.record(EventKind::Held, Some(actor.id), &loaded.ticket, &mut after, Details::none().text(text))?;
    Ok(after.version)
}
