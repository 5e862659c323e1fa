//! How the clocks of tickets stand, which alarms have rung, and the ledger behind them in the events.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::keep::{Keep, padded};
use super::schema::{alarm, clock, event};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{EventId, TicketId};
use crate::domain::sla::clock::{State, Terms};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::target::Target;

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = clock, treat_none_as_null = true)]
struct Row {
    ticket_id: i64,
    kind: String,
    round: i64,
    state: String,
    since: NaiveDateTime,
    target: String,
    calendar_version_id: i64,
    policy_version_id: i64,
    consumed_seconds: i64,
    due_at: Option<NaiveDateTime>,
    warn_at: Option<NaiveDateTime>,
    alarm_at: Option<NaiveDateTime>,
    revision: i64,
}

/// A clock as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockRow {
    pub ticket: TicketId,
    pub kind: ClockKind,
    pub round: i64,
    pub state: State,
    /// When the state began.
    pub since: Instant,
    pub terms: Terms,
    /// Consumed up to `since`.
    pub consumed_seconds: i64,
    /// Nothing while it stands still before its target is used up.
    pub due_at: Option<Instant>,
    /// When the first share is used up at which somebody is told.
    pub warn_at: Option<Instant>,
    /// When it rings next.
    pub alarm_at: Option<Instant>,
    /// By how many versions of calendars and policy it has been brought up to date.
    pub revision: i64,
}

impl ClockRow {
    fn read(row: Row) -> Result<Self, Error> {
        let target = read_target(row.ticket_id, &row.target)?;
        Ok(Self {
            ticket: TicketId(row.ticket_id),
            kind: word(ClockKind::parse, &row.kind)?,
            round: row.round,
            state: word(State::parse, &row.state)?,
            since: row.since.and_utc(),
            terms: Terms { target, calendar: row.calendar_version_id, policy: row.policy_version_id },
            consumed_seconds: row.consumed_seconds,
            due_at: row.due_at.map(|at| at.and_utc()),
            warn_at: row.warn_at.map(|at| at.and_utc()),
            alarm_at: row.alarm_at.map(|at| at.and_utc()),
            revision: row.revision,
        })
    }

    fn row(&self) -> Row {
        Row {
            ticket_id: self.ticket.0,
            kind: self.kind.as_str().to_owned(),
            round: self.round,
            state: self.state.as_str().to_owned(),
            since: stored(self.since),
            target: serde_json::to_string(&self.terms.target).expect("a sound target is a number"),
            calendar_version_id: self.terms.calendar,
            policy_version_id: self.terms.policy,
            consumed_seconds: self.consumed_seconds,
            due_at: self.due_at.map(stored),
            warn_at: self.warn_at.map(stored),
            alarm_at: self.alarm_at.map(stored),
            revision: self.revision,
        }
    }
}

fn read_target(ticket: i64, text: &str) -> Result<Target, Error> {
    serde_json::from_str(text).map_err(|error| Error::Corrupt(format!("clock of ticket {ticket}: {error}")))
}

/// The clocks of a ticket.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<ClockRow>, Error> {
    let rows: Vec<Row> = clock::table.filter(clock::ticket_id.eq(ticket.0)).order(clock::kind).load(conn)?;
    rows.into_iter().map(ClockRow::read).collect()
}

/// What a clock tells at a glance, without what its alarms and its ledger are about.
#[derive(Clone, Debug, PartialEq)]
pub struct Dial {
    pub ticket: TicketId,
    pub kind: ClockKind,
    pub state: State,
    pub since: Instant,
    pub target: Target,
    /// The version.
    pub calendar: i64,
    /// Consumed up to `since`.
    pub consumed_seconds: i64,
    pub due_at: Option<Instant>,
    pub warn_at: Option<Instant>,
}

impl From<ClockRow> for Dial {
    fn from(row: ClockRow) -> Self {
        Self {
            ticket: row.ticket,
            kind: row.kind,
            state: row.state,
            since: row.since,
            target: row.terms.target,
            calendar: row.terms.calendar,
            consumed_seconds: row.consumed_seconds,
            due_at: row.due_at,
            warn_at: row.warn_at,
        }
    }
}

/// The clocks of tickets that have not stopped.
pub fn not_stopped(conn: &mut Conn, tickets: &[TicketId]) -> Result<Vec<Dial>, Error> {
    type Row = (i64, String, String, NaiveDateTime, String, i64, i64, Option<NaiveDateTime>, Option<NaiveDateTime>);
    let rows: Vec<Row> = clock::table
        .filter(clock::ticket_id.eq_any(padded(tickets)))
        .filter(clock::state.ne(State::Stopped.as_str()))
        .order((clock::ticket_id, clock::kind))
        .select((
            clock::ticket_id,
            clock::kind,
            clock::state,
            clock::since,
            clock::target,
            clock::calendar_version_id,
            clock::consumed_seconds,
            clock::due_at,
            clock::warn_at,
        ))
        .keep()
        .load(conn)?;
    let dial = |(ticket, kind, state, since, target, calendar, consumed_seconds, due_at, warn_at): Row| {
        Ok(Dial {
            ticket: TicketId(ticket),
            kind: word(ClockKind::parse, &kind)?,
            state: word(State::parse, &state)?,
            since: since.and_utc(),
            target: read_target(ticket, &target)?,
            calendar,
            consumed_seconds,
            due_at: due_at.map(|at| at.and_utc()),
            warn_at: warn_at.map(|at| at.and_utc()),
        })
    };
    rows.into_iter().map(dial).collect()
}

/// Adds a clock.
pub fn insert(tx: &mut Tx<'_>, row: &ClockRow) -> Result<(), Error> {
    diesel::insert_into(clock::table).values(row.row()).keep().execute(&mut **tx)?;
    Ok(())
}

/// Writes how a clock now stands.
pub fn update(tx: &mut Tx<'_>, row: &ClockRow) -> Result<(), Error> {
    diesel::update(clock::table.find((row.ticket.0, row.kind.as_str()))).set(row.row()).keep().execute(&mut **tx)?;
    Ok(())
}

/// A ticket's event that may hold entries of its ledger.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct LedgerEvent {
    pub seq: i64,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub at: NaiveDateTime,
    pub payload: String,
}

/// The events of a ticket in order.
pub fn ledger(conn: &mut Conn, ticket: TicketId) -> Result<Vec<LedgerEvent>, Error> {
    Ok(event::table
        .filter(event::ticket_id.eq(ticket.0))
        .order(event::seq)
        .select((event::seq, event::kind, event::actor_id, event::at, event::payload))
        .load(conn)?)
}

/// The last event of a ticket.
pub fn last_event(conn: &mut Conn, ticket: TicketId) -> Result<Option<EventId>, Error> {
    let id: Option<i64> = event::table
        .filter(event::ticket_id.eq(ticket.0))
        .order(event::seq.desc())
        .select(event::id)
        .first(conn)
        .optional()?;
    Ok(id.map(EventId))
}

/// What there is to know of a ticket's clocks.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub rows: Vec<ClockRow>,
    pub ledger: Vec<LedgerEvent>,
    pub rung: Vec<Rung>,
    /// Of the last event of the ledger.
    pub hash: String,
}

/// What there is to know of the clocks of several tickets, in three statements.
pub fn known(conn: &mut Conn, tickets: &[TicketId]) -> Result<BTreeMap<TicketId, Known>, Error> {
    let mut all: BTreeMap<TicketId, Known> = tickets.iter().map(|ticket| (*ticket, Known::default())).collect();
    let ids: Vec<i64> = tickets.iter().map(|ticket| ticket.0).collect();
    let rows: Vec<Row> =
        clock::table.filter(clock::ticket_id.eq_any(&ids)).order((clock::ticket_id, clock::kind)).load(conn)?;
    for row in rows {
        let row = ClockRow::read(row)?;
        all.entry(row.ticket).or_default().rows.push(row);
    }
    let events: Vec<(i64, String, LedgerEvent)> = event::table
        .filter(event::ticket_id.eq_any(&ids))
        .order((event::ticket_id, event::seq))
        .select((event::ticket_id, event::hash, (event::seq, event::kind, event::actor_id, event::at, event::payload)))
        .load(conn)?;
    for (ticket, hash, event) in events {
        let known = all.entry(TicketId(ticket)).or_default();
        known.ledger.push(event);
        known.hash = hash;
    }
    let rung: Vec<(i64, RungRow)> = alarm::table
        .filter(alarm::ticket_id.eq_any(&ids))
        .order((alarm::ticket_id, alarm::at, alarm::percent))
        .select((alarm::ticket_id, (alarm::kind, alarm::round, alarm::percent, alarm::due_at, alarm::at)))
        .load(conn)?;
    for (ticket, row) in rung {
        all.entry(TicketId(ticket)).or_default().rung.push(read_rung(row)?);
    }
    Ok(all)
}

/// The tickets with a clock that rings at `now` or before, soonest first. Costs what is due, however many
/// clocks run.
pub fn ringing(conn: &mut Conn, now: Instant, limit: i64) -> Result<Vec<TicketId>, Error> {
    let ids: Vec<i64> = clock::table
        .filter(clock::alarm_at.is_not_null())
        .filter(clock::alarm_at.le(stored(now)))
        .order((clock::alarm_at, clock::ticket_id))
        .limit(limit)
        .select(clock::ticket_id)
        .load(conn)?;
    let mut tickets: Vec<TicketId> = Vec::new();
    for id in ids.into_iter().map(TicketId) {
        if !tickets.contains(&id) {
            tickets.push(id);
        }
    }
    Ok(tickets)
}

/// Whether a clock still lives, as the index over revisions says it: with a bound word in its place SQLite
/// could not tell that the index answers the query.
fn lives() -> SqlLiteral<Bool> {
    sql("clock.state <> 'stopped'")
}

/// Tickets with a living clock that does not know the newest versions yet, and how many clocks those are.
pub fn outdated(conn: &mut Conn, revision: i64, limit: i64) -> Result<Vec<TicketId>, Error> {
    let mut ids: Vec<i64> = clock::table
        .filter(lives())
        .filter(clock::revision.lt(revision))
        .order((clock::revision, clock::ticket_id))
        .limit(limit)
        .select(clock::ticket_id)
        .load(conn)?;
    ids.dedup();
    Ok(ids.into_iter().map(TicketId).collect())
}

/// How many living clocks do not know the newest versions yet.
pub fn count_outdated(conn: &mut Conn, revision: i64) -> Result<i64, Error> {
    Ok(clock::table.filter(lives()).filter(clock::revision.lt(revision)).count().get_result(conn)?)
}

/// An alarm that rang.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rung {
    pub kind: ClockKind,
    pub round: i64,
    pub percent: i64,
    /// When it should have rung.
    pub due_at: Instant,
    /// When it did.
    pub at: Instant,
}

type RungRow = (String, i64, i64, NaiveDateTime, NaiveDateTime);

fn read_rung((kind, round, percent, due_at, at): RungRow) -> Result<Rung, Error> {
    Ok(Rung { kind: word(ClockKind::parse, &kind)?, round, percent, due_at: due_at.and_utc(), at: at.and_utc() })
}

/// The alarms of a ticket that have rung.
pub fn rung(conn: &mut Conn, ticket: TicketId) -> Result<Vec<Rung>, Error> {
    let rows: Vec<RungRow> = alarm::table
        .filter(alarm::ticket_id.eq(ticket.0))
        .order((alarm::at, alarm::percent))
        .select((alarm::kind, alarm::round, alarm::percent, alarm::due_at, alarm::at))
        .load(conn)?;
    rows.into_iter().map(read_rung).collect()
}

/// Notes that an alarm rang. It exists once in a round.
pub fn ring(tx: &mut Tx<'_>, ticket: TicketId, rung: &Rung, event: EventId) -> Result<(), Error> {
    diesel::insert_into(alarm::table)
        .values((
            alarm::ticket_id.eq(ticket.0),
            alarm::kind.eq(rung.kind.as_str()),
            alarm::round.eq(rung.round),
            alarm::percent.eq(rung.percent),
            alarm::due_at.eq(stored(rung.due_at)),
            alarm::at.eq(stored(rung.at)),
            alarm::event_id.eq(event.0),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// Puts off what rings at `now` or before, after it failed.
pub fn put_off(tx: &mut Tx<'_>, ticket: TicketId, now: Instant, until: Instant) -> Result<(), Error> {
    diesel::update(clock::table)
        .filter(clock::ticket_id.eq(ticket.0))
        .filter(clock::alarm_at.le(stored(now)))
        .set(clock::alarm_at.eq(stored(until)))
        .execute(&mut **tx)?;
    Ok(())
}

/// When a clock rings next.
pub fn next_alarm(conn: &mut Conn) -> Result<Option<Instant>, Error> {
    let next: Option<Option<NaiveDateTime>> = clock::table
        .filter(clock::alarm_at.is_not_null())
        .order((clock::alarm_at, clock::ticket_id))
        .select(clock::alarm_at)
        .first(conn)
        .optional()?;
    Ok(next.flatten().map(|at| at.and_utc()))
}

/// Leaves a ticket that cannot be brought up to date as it is.
pub fn pass_over(tx: &mut Tx<'_>, ticket: TicketId, revision: i64) -> Result<(), Error> {
    diesel::update(clock::table)
        .filter(clock::ticket_id.eq(ticket.0))
        .set(clock::revision.eq(revision))
        .execute(&mut **tx)?;
    Ok(())
}
