//! Handovers and consultations.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::keep::Keep;
use super::schema::{consultation, handover, team};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::handover::{Handover, HandoverReason, HandoverState};
use crate::domain::ids::{ConsultationId, HandoverId, MessageId, OpdId, PersonId, TeamId, TicketId};

/// A handover's row.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct HandoverRow {
    pub id: i64,
    pub ticket_id: i64,
    pub from_opd_id: i64,
    pub to_team_id: i64,
    pub reason: String,
    pub automatic: bool,
    pub state: String,
    pub tried_id: i64,
    pub answer_id: Option<i64>,
    pub requested_by_id: Option<i64>,
    pub requested_at: NaiveDateTime,
    pub accepted_by_id: Option<i64>,
    pub accepted_at: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
}

impl HandoverRow {
    /// The domain's view of it.
    pub fn to_handover(&self) -> Result<Handover, Error> {
        Ok(Handover {
            id: HandoverId(self.id),
            from: OpdId(self.from_opd_id),
            to: TeamId(self.to_team_id),
            reason: word(HandoverReason::parse, &self.reason)?,
            state: word(HandoverState::parse, &self.state)?,
            requested_at: self.requested_at.and_utc(),
            accepted_by: self.accepted_by_id.map(PersonId),
            accepted_at: self.accepted_at.map(|at| at.and_utc()),
            ended_at: self.ended_at.map(|at| at.and_utc()),
        })
    }
}

/// A handover to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewHandover {
    pub ticket: TicketId,
    pub from: OpdId,
    pub to: TeamId,
    pub reason: HandoverReason,
    pub automatic: bool,
    pub tried: MessageId,
    pub requested_by: Option<PersonId>,
    pub requested_at: Instant,
}

/// Adds a requested handover and gives its id.
pub fn insert(tx: &mut Tx<'_>, new: NewHandover) -> Result<HandoverId, Error> {
    let id: i64 = diesel::insert_into(handover::table)
        .values((
            handover::ticket_id.eq(new.ticket.0),
            handover::from_opd_id.eq(new.from.0),
            handover::to_team_id.eq(new.to.0),
            handover::reason.eq(new.reason.as_str()),
            handover::automatic.eq(new.automatic),
            handover::state.eq(HandoverState::Requested.as_str()),
            handover::tried_id.eq(new.tried.0),
            handover::requested_by_id.eq(new.requested_by.map(|id| id.0)),
            handover::requested_at.eq(stored(new.requested_at)),
        ))
        .returning(handover::id)
        .keep()
        .get_result(&mut **tx)?;
    Ok(HandoverId(id))
}

/// Writes the state of a handover, and the text with which it was answered if there is one.
pub fn update(tx: &mut Tx<'_>, handover: &Handover, answer: Option<MessageId>) -> Result<(), Error> {
    let target = diesel::update(handover::table.find(handover.id.0));
    let state = (
        handover::state.eq(handover.state.as_str()),
        handover::accepted_by_id.eq(handover.accepted_by.map(|id| id.0)),
        handover::accepted_at.eq(handover.accepted_at.map(stored)),
        handover::ended_at.eq(handover.ended_at.map(stored)),
    );
    match answer {
        Some(answer) => target.set((state, handover::answer_id.eq(answer.0))).execute(&mut **tx)?,
        None => target.set(state).execute(&mut **tx)?,
    };
    Ok(())
}

/// One handover of a ticket.
pub fn by_id(conn: &mut Conn, ticket: TicketId, id: HandoverId) -> Result<Option<HandoverRow>, Error> {
    Ok(handover::table.find(id.0).filter(handover::ticket_id.eq(ticket.0)).get_result(conn).optional()?)
}

/// Whether a team has handovers that have not ended.
pub fn any_unresolved(conn: &mut Conn, team: TeamId) -> Result<bool, Error> {
    let found: i64 = handover::table
        .filter(handover::to_team_id.eq(team.0))
        .filter(handover::ended_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// The handovers of a ticket in order, with the team's name.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<(HandoverRow, String)>, Error> {
    Ok(handover::table
        .inner_join(team::table)
        .filter(handover::ticket_id.eq(ticket.0))
        .order(handover::id)
        .select((handover::all_columns, team::name))
        .load(conn)?)
}

/// The handovers of the tickets with ids in [`first`, `last`], for checks that read everything.
pub fn between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<HandoverRow>, Error> {
    Ok(handover::table.filter(handover::ticket_id.between(first.0, last.0)).load(conn)?)
}

/// A question to a team.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ConsultationRow {
    pub id: i64,
    pub ticket_id: i64,
    pub team_id: i64,
    pub question_id: i64,
    pub asked_by_id: i64,
    pub asked_at: NaiveDateTime,
    pub answer_id: Option<i64>,
    pub answered_by_id: Option<i64>,
    pub answered_at: Option<NaiveDateTime>,
}

/// Adds a question and gives its id.
pub fn insert_consultation(
    tx: &mut Tx<'_>,
    ticket: TicketId,
    team: TeamId,
    question: MessageId,
    asked_by: PersonId,
    now: Instant,
) -> Result<ConsultationId, Error> {
    let id: i64 = diesel::insert_into(consultation::table)
        .values((
            consultation::ticket_id.eq(ticket.0),
            consultation::team_id.eq(team.0),
            consultation::question_id.eq(question.0),
            consultation::asked_by_id.eq(asked_by.0),
            consultation::asked_at.eq(stored(now)),
        ))
        .returning(consultation::id)
        .get_result(&mut **tx)?;
    Ok(ConsultationId(id))
}

/// Answers a question that has no answer yet; `Conflict` if it has.
pub fn answer_consultation(
    tx: &mut Tx<'_>,
    id: ConsultationId,
    answer: MessageId,
    by: PersonId,
    now: Instant,
) -> Result<(), Error> {
    let changed = diesel::update(consultation::table.find(id.0))
        .filter(consultation::answered_at.is_null())
        .set((
            consultation::answer_id.eq(answer.0),
            consultation::answered_by_id.eq(by.0),
            consultation::answered_at.eq(stored(now)),
        ))
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// The consultations of a ticket in order, with the team's name.
pub fn consultations(conn: &mut Conn, ticket: TicketId) -> Result<Vec<(ConsultationRow, String)>, Error> {
    Ok(consultation::table
        .inner_join(team::table)
        .filter(consultation::ticket_id.eq(ticket.0))
        .order(consultation::id)
        .select((consultation::all_columns, team::name))
        .load(conn)?)
}

/// The consultations of the tickets with ids in [`first`, `last`], for checks that read everything.
pub fn consultations_between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<ConsultationRow>, Error> {
    Ok(consultation::table.filter(consultation::ticket_id.between(first.0, last.0)).load(conn)?)
}
