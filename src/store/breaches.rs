//! Why targets were missed, and how many were kept.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{breach, clock, ticket};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{MessageId, OpdId, PersonId, TicketId};
use crate::domain::sla::breach::{Cause, Decision};
use crate::domain::sla::clock::State;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Classification, Status};

/// Why a target was missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreachRow {
    pub ticket: TicketId,
    pub kind: ClockKind,
    pub round: i64,
    pub cause: Cause,
    /// The text that explains it.
    pub explanation: MessageId,
    pub proposed_by: PersonId,
    pub proposed_at: Instant,
    pub state: Decision,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<Instant>,
}

#[derive(Queryable, Insertable, AsChangeset)]
#[diesel(table_name = breach, treat_none_as_null = true)]
struct Row {
    ticket_id: i64,
    kind: String,
    round: i64,
    cause: String,
    explanation_id: i64,
    proposed_by_id: i64,
    proposed_at: NaiveDateTime,
    state: String,
    decided_by_id: Option<i64>,
    decided_at: Option<NaiveDateTime>,
}

impl BreachRow {
    fn read(row: Row) -> Result<Self, Error> {
        Ok(Self {
            ticket: TicketId(row.ticket_id),
            kind: word(ClockKind::parse, &row.kind)?,
            round: row.round,
            cause: word(Cause::parse, &row.cause)?,
            explanation: MessageId(row.explanation_id),
            proposed_by: PersonId(row.proposed_by_id),
            proposed_at: row.proposed_at.and_utc(),
            state: word(Decision::parse, &row.state)?,
            decided_by: row.decided_by_id.map(PersonId),
            decided_at: row.decided_at.map(|at| at.and_utc()),
        })
    }

    fn row(&self) -> Row {
        Row {
            ticket_id: self.ticket.0,
            kind: self.kind.as_str().to_owned(),
            round: self.round,
            cause: self.cause.as_str().to_owned(),
            explanation_id: self.explanation.0,
            proposed_by_id: self.proposed_by.0,
            proposed_at: stored(self.proposed_at),
            state: self.state.as_str().to_owned(),
            decided_by_id: self.decided_by.map(i64::from),
            decided_at: self.decided_at.map(stored),
        }
    }
}

/// The breaches of a ticket that somebody has explained.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<BreachRow>, Error> {
    let rows: Vec<Row> =
        breach::table.filter(breach::ticket_id.eq(ticket.0)).order((breach::kind, breach::round)).load(conn)?;
    rows.into_iter().map(BreachRow::read).collect()
}

/// What waits for a decision, of tickets that are not confidential: by ticket, so many tickets after one.
pub fn undecided(conn: &mut Conn, after: TicketId, tickets: i64) -> Result<Vec<BreachRow>, Error> {
    let waiting: Vec<i64> = breach::table
        .inner_join(ticket::table)
        .filter(breach::state.eq(Decision::Proposed.as_str()))
        .filter(ticket::classification.eq(Classification::Open.as_str()).and(ticket::security.eq(false)))
        .filter(breach::ticket_id.gt(after.0))
        .order(breach::ticket_id)
        .distinct()
        .limit(tickets)
        .select(breach::ticket_id)
        .load(conn)?;
    let rows: Vec<Row> = breach::table
        .filter(breach::ticket_id.eq_any(waiting))
        .filter(breach::state.eq(Decision::Proposed.as_str()))
        .order((breach::ticket_id, breach::kind, breach::round))
        .load(conn)?;
    rows.into_iter().map(BreachRow::read).collect()
}

/// What was decided since an instant about tickets that are not confidential, newest decision first.
pub fn decided(conn: &mut Conn, from: Instant, limit: i64) -> Result<Vec<BreachRow>, Error> {
    let rows: Vec<Row> = breach::table
        .inner_join(ticket::table)
        .filter(breach::state.ne(Decision::Proposed.as_str()))
        .filter(breach::decided_at.ge(stored(from)))
        .filter(ticket::classification.eq(Classification::Open.as_str()).and(ticket::security.eq(false)))
        .order((breach::decided_at.desc(), breach::ticket_id, breach::kind, breach::round))
        .limit(limit)
        .select(breach::all_columns)
        .load(conn)?;
    rows.into_iter().map(BreachRow::read).collect()
}

/// Writes a breach over the one that there is, if any.
pub fn put(tx: &mut Tx<'_>, row: &BreachRow) -> Result<(), Error> {
    let key = (row.ticket.0, row.kind.as_str(), row.round);
    let changed = diesel::update(breach::table.find(key)).set(row.row()).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(breach::table).values(row.row()).execute(&mut **tx)?;
    }
    Ok(())
}

/// How many clocks of a kind came to their end, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub ended: i64,
    pub breached: i64,
    /// Of the breached: for a cause that is not the service's, as supervision agreed.
    pub excused: i64,
}

/// The clocks of a kind that came to their end in a time, of one OPD or all. What was cancelled, rejected or
/// merged was never delivered, and does not count.
pub fn compliance(
    conn: &mut Conn,
    kind: ClockKind,
    opd: Option<OpdId>,
    (from, before): (Instant, Instant),
) -> Result<Kept, Error> {
    macro_rules! ended {
        () => {{
            let query = clock::table
                .inner_join(ticket::table)
                .filter(clock::state.eq(State::Stopped.as_str()))
                .filter(clock::since.ge(stored(from)))
                .filter(clock::since.lt(stored(before)))
                .filter(clock::kind.eq(kind.as_str()))
                .filter(ticket::merged_into_id.is_null())
                .filter(ticket::status.ne(Status::Cancelled.as_str()))
                .filter(ticket::status.ne(Status::Rejected.as_str()))
                .into_boxed();
            match opd {
                Some(opd) => query.filter(ticket::opd_id.eq(opd.0)),
                None => query,
            }
        }};
    }
    let excuses: Vec<&str> = Cause::ALL.iter().filter(|cause| cause.excuses()).map(|cause| cause.as_str()).collect();
    let late = clock::due_at.lt(clock::since.nullable());
    let excused = breach::table
        .filter(breach::ticket_id.eq(clock::ticket_id))
        .filter(breach::kind.eq(clock::kind))
        .filter(breach::round.eq(clock::round))
        .filter(breach::state.eq(Decision::Approved.as_str()))
        .filter(breach::cause.eq_any(excuses));
    Ok(Kept {
        ended: ended!().count().get_result(conn)?,
        breached: ended!().filter(late).count().get_result(conn)?,
        excused: ended!().filter(late).filter(diesel::dsl::exists(excused)).count().get_result(conn)?,
    })
}
