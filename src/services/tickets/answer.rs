//! A Tier 2 team answers a question that it was asked.

use serde::Deserialize;
use serde_json::json;

use super::super::fields::one;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::{ConsultationId, TeamId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::store::handovers;

/// The answer.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerQuestion)]
pub struct Input {
    #[schema(min_length = 1, max_length = 20000)]
    pub answer: String,
}

/// Answers.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, consultation: ConsultationId, input: &Input) -> Result<Done> {
    let answer = one("/answer", Body::parse(&input.answer))?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, consultation, &answer))
}

/// Answers, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    consultation: ConsultationId,
    answer: &Body,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Answer)?;
    let (row, _) = handovers::consultations(work.tx, id)?
        .into_iter()
        .find(|(row, _)| row.id == consultation.0)
        .ok_or(Error::NotFound)?;
    if !actor.is_in(TeamId(row.team_id)) {
        return Err(Error::Forbidden);
    }
    if row.answered_at.is_some() {
        return Err(Refusal::ConsultationAnswered.into());
    }
    let text = work.text(id, MessageKind::Answer, Some(actor.id), answer)?;
    handovers::answer_consultation(work.tx, consultation, text.id, actor.id, work.now)?;
    let details = Details::none().text(text).with("consultation", json!({"id": consultation, "team": row.team_id}));
    let mut after = loaded.ticket.clone();
    work.record(EventKind::ConsultationAnswered, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(after.version)
}
