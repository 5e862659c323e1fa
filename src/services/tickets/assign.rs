//! Gives a ticket to somebody; to oneself is taking it. On the desk this names the owner as well.

use serde::Deserialize;

use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;

/// To whom.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AssignTicket)]
pub struct Input {
    /// Oneself if absent.
    #[serde(default)]
    pub assignee_id: Option<i64>,
}

/// Assigns it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let to = input.assignee_id.map_or(caller.actor.id, PersonId);
    super::change(desk, caller, |work, actor| apply(work, actor, id, to))
}

/// Assigns it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, to: PersonId) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Assign)?;
    loaded.require_holder()?;
    let to = if to == actor.id {
        actor.clone()
    } else {
        work.person(to).map_err(|error| match error {
            Error::Refused(Refusal::NotEligible) => {
                Error::field("/assignee_id", Refusal::NotEligible.code(), Refusal::NotEligible.to_string())
            }
            other => other,
        })?
    };
    let mut after = loaded.ticket.clone();
    after.assign(&to)?;
    work.record(EventKind::Assigned, Some(actor.id), &loaded.ticket, &mut after, Details::none())?;
    Ok(after.version)
}
