//! How all desks stand: one row of figures for each OPD. What is open is read by its index, what has ended
//! only as far back as it is asked for.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{case_when, count, count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::keep::Keep;
use super::queues::{breached, near};
use super::schema::{clock, event, handover, opd, person, role_grant, ticket};
use super::{Conn, Error, stored, word};
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::handover::HandoverState;
use crate::domain::ids::{OpdId, TicketId};
use crate::domain::people::Role;
use crate::domain::priority::Priority;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Classification, HandoverStage, Status, TicketType};

/// Which desks, and whether what is confined to named people counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Every desk, everything.
    All,
    /// One desk, without what is confined.
    One(OpdId),
}

impl Range {
    /// The first and the last id of the OPDs.
    fn ids(self) -> (i64, i64) {
        match self {
            Self::All => (0, i64::MAX),
            Self::One(opd) => (opd.0, opd.0),
        }
    }
}

/// The tickets of a range. As an alternative, so that SQLite does not begin at the OPD, where what has ended is
/// too, but at the index that the rest of the query names.
macro_rules! within {
    ($range:expr) => {{
        let (desk, _) = $range.ids();
        let everything = ($range == Range::All).into_sql::<Bool>();
        ticket::opd_id
            .eq(desk)
            .and(ticket::security.eq(false))
            .and(ticket::classification.ne(Classification::Secret.as_str()))
            .or(everything)
    }};
}

/// What is open at a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    pub opd: OpdId,
    pub tickets: i64,
    /// When the oldest was opened.
    pub oldest: Option<Instant>,
    /// A team is asked to take them and has not answered.
    pub requested: i64,
    /// Little time is left.
    pub near: i64,
    /// A target was missed.
    pub over: i64,
    /// Opened after each of the bounds that were asked for.
    pub since: [i64; 4],
}

/// What is open, by desk; and of that, how much was opened after each of four instants.
pub fn open(conn: &mut Conn, range: Range, bounds: [Instant; 4], now: Instant) -> Result<Vec<Open>, Error> {
    let [a, b, c, d] = bounds.map(stored);
    let since = |bound: NaiveDateTime| count(case_when(ticket::opened_at.gt(bound), ticket::id));
    let requested = ticket::handover_state.eq(HandoverStage::Requested.as_str());
    type Row = (i64, i64, Option<NaiveDateTime>, (i64, i64, i64), (i64, i64, i64, i64));
    let rows: Vec<Row> = ticket::table
        .filter(ticket::is_open)
        .filter(within!(range))
        .group_by(ticket::opd_id)
        .select((
            ticket::opd_id,
            count_star(),
            min(ticket::opened_at),
            (
                count(case_when(requested, ticket::id)),
                count(case_when(near(stored(now)), ticket::id)),
                count(case_when(breached(stored(now)), ticket::id)),
            ),
            (since(a), since(b), since(c), since(d)),
        ))
        .keep()
        .load(conn)?;
    let open = rows.into_iter().map(|(opd, tickets, oldest, (requested, near, over), (a, b, c, d))| Open {
        opd: OpdId(opd),
        tickets,
        oldest: oldest.map(|at| at.and_utc()),
        requested,
        near,
        over,
        since: [a, b, c, d],
    });
    Ok(open.collect())
}

/// The tickets of a desk that have missed a target and are not resolved, the longest due first: not those that are
/// confidential, and not those that it was reminded of since.
pub fn to_remind(
    conn: &mut Conn,
    opd: OpdId,
    now: Instant,
    reminded_since: Instant,
    limit: i64,
) -> Result<Vec<TicketId>, Error> {
    let reminded = event::table
        .filter(event::ticket_id.eq(ticket::id))
        .filter(event::kind.eq(EventKind::Reminded.as_str()))
        .filter(event::at.gt(stored(reminded_since)));
    let ids: Vec<i64> = ticket::table
        .filter(ticket::is_open)
        .filter(within!(Range::One(opd)))
        .filter(ticket::status.ne(Status::Resolved.as_str()))
        .filter(ticket::classification.eq(Classification::Open.as_str()))
        .filter(breached(stored(now)))
        .filter(diesel::dsl::not(diesel::dsl::exists(reminded)))
        .order((ticket::due_at, ticket::id))
        .limit(limit)
        .select(ticket::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// A ticket that has missed a target and is not resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    pub id: TicketId,
    pub kind: TicketType,
    pub priority: Priority,
    /// Whether it may be told one by one.
    pub open_book: bool,
    pub opened_at: Instant,
    /// When its resolution is, or was, due.
    pub due_at: Option<Instant>,
}

/// The tickets of a desk that have missed a target and are not resolved, the oldest first; without what is confined.
pub fn overdue(conn: &mut Conn, opd: OpdId, now: Instant) -> Result<Vec<Overdue>, Error> {
    type Row = (i64, (String, String, String), NaiveDateTime, Option<NaiveDateTime>);
    let resolution = clock::ticket_id.eq(ticket::id).and(clock::kind.eq(ClockKind::Resolution.as_str()));
    let rows: Vec<Row> = ticket::table
        .left_join(clock::table.on(resolution))
        .filter(ticket::is_open)
        .filter(within!(Range::One(opd)))
        .filter(ticket::status.ne(Status::Resolved.as_str()))
        .filter(breached(stored(now)))
        .order((ticket::opened_at, ticket::id))
        .select((
            ticket::id,
            (ticket::kind, ticket::priority, ticket::classification),
            ticket::opened_at,
            clock::due_at.nullable(),
        ))
        .load(conn)?;
    let read = |(id, (kind, priority, classification), opened, due): Row| {
        Ok(Overdue {
            id: TicketId(id),
            kind: word(TicketType::parse, &kind)?,
            priority: word(Priority::parse, &priority)?,
            open_book: word(Classification::parse, &classification)? == Classification::Open,
            opened_at: opened.and_utc(),
            due_at: due.map(|at| at.and_utc()),
        })
    };
    rows.into_iter().map(read).collect()
}

/// How many promises of a desk came to their end on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    pub opd: OpdId,
    pub day: NaiveDate,
    pub promises: i64,
    /// Of those: not kept.
    pub late: i64,
}

/// A column's day as people here count it.
fn day(conn: &Conn, column: &str, offset_minutes: i32) -> String {
    match conn {
        Conn::Sqlite(_) => format!("strftime('%Y-%m-%d', {column}, '{offset_minutes:+} minutes')"),
        Conn::Postgres(_) => format!("to_char({column} + interval '{offset_minutes} minutes', 'YYYY-MM-DD')"),
    }
}

fn parse_day(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|_| Error::Corrupt(format!("unknown day \"{text}\"")))
}

/// The promises of a kind that came to their end since an instant, by desk and day. What was cancelled,
/// rejected or merged was never delivered, and does not count.
pub fn ended(
    conn: &mut Conn,
    range: Range,
    kind: ClockKind,
    from: Instant,
    offset_minutes: i32,
) -> Result<Vec<Ended>, Error> {
    let day = day(conn, "clock.since", offset_minutes);
    let late = clock::due_at.lt(clock::since.nullable());
    let rows: Vec<(i64, String, i64, i64)> = clock::table
        .inner_join(ticket::table)
        // Written out as the index has it.
        .filter(sql::<Bool>("clock.state = 'stopped'"))
        .filter(clock::since.ge(stored(from)))
        .filter(clock::kind.eq(kind.as_str()))
        .filter(ticket::merged_into_id.is_null())
        .filter(ticket::status.ne(Status::Cancelled.as_str()).and(ticket::status.ne(Status::Rejected.as_str())))
        .filter(within!(range))
        .group_by(sql::<Text>(&format!("ticket.opd_id, {day}")))
        .select((
            sql::<BigInt>("ticket.opd_id"),
            sql::<Text>(&day),
            count_star(),
            count(case_when(late, clock::ticket_id)),
        ))
        .keep()
        .load(conn)?;
    rows.into_iter()
        .map(|(opd, day, promises, late)| Ok(Ended { opd: OpdId(opd), day: parse_day(&day)?, promises, late }))
        .collect()
}

/// How many tickets have an instant on each day since one. What has it since then has been changed since then:
/// there is an index for that.
macro_rules! by_day {
    ($conn:expr, $range:expr, $from:expr, $offset:expr, $column:expr, $name:literal) => {{
        let day = day($conn, $name, $offset);
        let rows: Vec<(String, i64)> = ticket::table
            .filter(ticket::updated_at.ge(stored($from)))
            .filter($column.ge(stored($from)))
            .filter(within!($range))
            .group_by(sql::<Text>(&day))
            .select((sql::<Text>(&day), count_star()))
            .keep()
            .load($conn)?;
        rows.into_iter().map(|(day, tickets)| Ok((parse_day(&day)?, tickets))).collect()
    }};
}

/// How many tickets were opened on each day since an instant.
pub fn opened_by_day(
    conn: &mut Conn,
    range: Range,
    from: Instant,
    offset_minutes: i32,
) -> Result<Vec<(NaiveDate, i64)>, Error> {
    by_day!(conn, range, from, offset_minutes, ticket::opened_at, "ticket.opened_at")
}

/// How many tickets were resolved, for good so far, on each day since an instant.
pub fn resolved_by_day(
    conn: &mut Conn,
    range: Range,
    from: Instant,
    offset_minutes: i32,
) -> Result<Vec<(NaiveDate, i64)>, Error> {
    by_day!(conn, range, from, offset_minutes, ticket::resolved_at, "ticket.resolved_at")
}

/// How many handovers desks asked for since an instant, and how many of those were returned.
pub fn handovers(conn: &mut Conn, range: Range, from: Instant) -> Result<Vec<(OpdId, i64, i64)>, Error> {
    let returned = handover::state.eq(HandoverState::Returned.as_str());
    let rows: Vec<(i64, i64, i64)> = handover::table
        .inner_join(ticket::table.on(ticket::id.eq(handover::ticket_id)))
        .filter(handover::requested_at.ge(stored(from)))
        .filter(within!(range))
        .group_by(handover::from_opd_id)
        .select((handover::from_opd_id, count_star(), count(case_when(returned, handover::id))))
        .keep()
        .load(conn)?;
    Ok(rows.into_iter().map(|(opd, asked, returned)| (OpdId(opd), asked, returned)).collect())
}

/// An OPD with its name and when last something happened at its desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskRow {
    pub opd: OpdId,
    pub code: String,
    pub name: String,
    pub active: bool,
    pub active_at: Option<Instant>,
}

/// The OPDs by name.
pub fn desks(conn: &mut Conn, range: Range) -> Result<Vec<DeskRow>, Error> {
    let (first, last) = range.ids();
    let latest = ticket::table
        .filter(ticket::opd_id.eq(opd::id))
        .filter(within!(range))
        .order(ticket::updated_at.desc())
        .limit(1)
        .select(ticket::updated_at)
        .single_value();
    let rows: Vec<(i64, String, String, bool, Option<NaiveDateTime>)> = opd::table
        .filter(opd::id.between(first, last))
        .order((opd::name, opd::id))
        .select((opd::id, opd::code, opd::name, opd::active, latest))
        .keep()
        .load(conn)?;
    let desks = rows.into_iter().map(|(id, code, name, active, at)| DeskRow {
        opd: OpdId(id),
        code,
        name,
        active,
        active_at: at.map(|at| at.and_utc()),
    });
    Ok(desks.collect())
}

/// The appointments of Tier 1 agents who are active: their last day by OPD; none if open-ended.
pub fn appointments(conn: &mut Conn, range: Range) -> Result<Vec<(OpdId, Option<NaiveDate>)>, Error> {
    let (first, last) = range.ids();
    let rows: Vec<(i64, Option<NaiveDate>)> = role_grant::table
        .inner_join(person::table)
        .filter(role_grant::role.eq(Role::Tier1Agent.as_str()))
        .filter(person::active.eq(true))
        .filter(person::opd_id.between(first, last))
        .select((person::opd_id, role_grant::valid_until))
        .keep()
        .load(conn)?;
    Ok(rows.into_iter().map(|(opd, until)| (OpdId(opd), until)).collect())
}
