//! Asks a Tier 2 team without handing over (Perbup Seruyan 23/2023 Ps 38(7)).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::fields::one;
use super::super::outbox::queue::{self, News};
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{ConsultationId, TeamId, TicketId};
use crate::domain::notice::{Audience, Notice};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::store::{handovers, organisation};

/// Whom, and what.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskTeam)]
pub struct Input {
    pub team_id: i64,
    #[schema(min_length = 1, max_length = 20000)]
    pub question: String,
}

/// The question that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub id: ConsultationId,
}

/// Asks.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Asked> {
    let question = one("/question", Body::parse(&input.question))?;
    desk.act(caller, |work| Ok(Asked { id: apply(work, &caller.actor, id, TeamId(input.team_id), &question)? }))
}

/// Asks, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    to: TeamId,
    question: &Body,
) -> Result<ConsultationId> {
    let loaded = work.load(actor, id, Action::Consult)?;
    let team = organisation::team_by_id(work.tx, to)?
        .ok_or_else(|| Error::field("/team_id", "not_found", "tim tidak ditemukan"))?;
    if !team.active {
        return Err(Refusal::TeamInactive.into());
    }
    if loaded.ticket.status.is_final() {
        return Err(Refusal::Final.into());
    }
    if loaded.ticket.security && !team.csirt {
        return Err(Refusal::SecurityTeam.into());
    }
    let text = work.text(id, MessageKind::Question, Some(actor.id), question)?;
    let consultation = handovers::insert_consultation(work.tx, id, to, text.id, actor.id, work.now)?;
    let details = Details::none().text(text).with("consultation", json!({"id": consultation, "team": to}));
    let mut after = loaded.ticket.clone();
    let event = work.record(EventKind::Consulted, Some(actor.id), &loaded.ticket, &mut after, details)?;
    // The consulted team is not on the ticket, so the table of notices does not know it.
    let today = work.today();
    let mut people = organisation::members(work.tx, to, today)?;
    people.retain(|member| *member != actor.id);
    let people: Vec<_> = people.into_iter().map(|member| (member, Audience::Named)).collect();
    let news = News { event, notice: Notice::Consulted, ticket: &after, from: work.now, late: false };
    queue::run(work, &news, &people)?;
    Ok(consultation)
}
