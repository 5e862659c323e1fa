//! Hands a ticket over to a Tier 2 team: with a reason and what was tried (Perbup Sumenep 39/2023
//! Ps 31(3)). The number stays, and so does the owner.

use serde::{Deserialize, Serialize};

use super::super::fields::one;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::Refusal;
use crate::domain::attachment::MOST_PER_TICKET;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{AttachmentId, HandoverId, TeamId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::domain::ticket::Ticket;
use crate::store::{attachments, handovers, organisation};

/// To whom, why, and what was tried.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HandOverTicket)]
pub struct Input {
    pub team_id: i64,
    pub reason: HandoverReason,
    /// What the desk tried; the team starts from here.
    #[schema(min_length = 1, max_length = 20000)]
    pub tried: String,
    /// Files of the ticket that belong to the handover.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub attachment_ids: Vec<i64>,
}

/// The handover that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub id: HandoverId,
}

/// Hands it over.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<HandedOver> {
    let tried = one("/tried", Body::parse(&input.tried))?;
    if input.attachment_ids.len() > MOST_PER_TICKET {
        return Err(Error::field("/attachment_ids", "too_many", format!("paling banyak {MOST_PER_TICKET} lampiran")));
    }
    let files: Vec<_> = input.attachment_ids.iter().copied().map(AttachmentId).collect();
    desk.act(caller, |work| {
        let id = apply(work, &caller.actor, id, TeamId(input.team_id), input.reason, &tried, &files)?;
        Ok(HandedOver { id })
    })
}

/// Hands it over, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    to: TeamId,
    reason: HandoverReason,
    tried: &Body,
    files: &[AttachmentId],
) -> Result<HandoverId> {
    let loaded = work.load(actor, id, Action::HandOver)?;
    let team = organisation::team_by_id(work.tx, to)?
        .ok_or_else(|| Error::field("/team_id", "not_found", "tim tidak ditemukan"))?;
    if !team.active {
        return Err(Refusal::TeamInactive.into());
    }
    if loaded.ticket.security && !team.csirt {
        return Err(Refusal::SecurityTeam.into());
    }
    // The rules first, on a copy: a refused handover must leave no row behind.
    loaded.ticket.clone().hand_over(actor, HandoverId(0), to, reason, work.now)?;
    let tried = work.text(id, MessageKind::Tried, Some(actor.id), tried)?;
    let new = handovers::NewHandover {
        ticket: id,
        from: loaded.ticket.opd,
        to,
        reason,
        automatic: false,
        tried: tried.id,
        requested_by: Some(actor.id),
        requested_at: work.now,
    };
    let handover_id = handovers::insert(work.tx, new)?;
    for file in files {
        attachments::by_id(work.tx, id, *file)?
            .ok_or_else(|| Error::field("/attachment_ids", "not_found", "lampiran tidak ada pada tiket ini"))?;
        attachments::set_handover(work.tx, *file, handover_id)?;
    }
    let mut after = loaded.ticket.clone();
    let handover = after.hand_over(actor, handover_id, to, reason, work.now)?;
    let details = Details::none().text(tried).handover(&handover);
    work.record(EventKind::HandedOver, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(handover_id)
}

/// Hands a ticket over without anybody asking for it: a security incident to CSIRT, or what missed the
/// Tier 1 target to the team that is responsible. Nobody's name is on it, so nobody counts as having
/// answered.
pub(crate) fn by_itself(
    work: &mut Work<'_, '_>,
    ticket: &Ticket,
    to: TeamId,
    reason: HandoverReason,
    why: &str,
) -> Result<()> {
    let why = Body::parse(why).map_err(|problem| Error::Internal(problem.message))?;
    let tried = work.text(ticket.id, MessageKind::Tried, None, &why)?;
    let new = handovers::NewHandover {
        ticket: ticket.id,
        from: ticket.opd,
        to,
        reason,
        automatic: true,
        tried: tried.id,
        requested_by: None,
        requested_at: work.now,
    };
    let id = handovers::insert(work.tx, new)?;
    let mut after = ticket.clone();
    let handover = after.hand_over_by_itself(id, to, reason, work.now)?;
    let details = Details::none().text(tried).handover(&handover);
    work.record(EventKind::HandedOver, None, ticket, &mut after, details)?;
    Ok(())
}
