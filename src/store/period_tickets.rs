//! The tickets of a period one by one, for lists that are longer than memory should hold.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Timestamp};

use super::schema::{clock, opd, ticket};
use super::{Conn, Error, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{CategoryId, TicketId};
use crate::domain::priority::Priority;
use crate::domain::report::Scope;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Channel, Classification, Status, TicketType};

/// A ticket that was there at some moment of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodTicket {
    pub id: TicketId,
    pub opd_code: String,
    pub opd: String,
    pub kind: TicketType,
    pub priority: Priority,
    pub channel: Channel,
    pub status: Status,
    pub merged: bool,
    /// Whether it is neither classified nor a security incident.
    pub is_open_book: bool,
    pub subject: Option<String>,
    pub category: Option<CategoryId>,
    pub opened_at: Instant,
    /// When work on it ended for good so far.
    pub ended_at: Option<Instant>,
    /// When its resolution is, or was, due.
    pub due_at: Option<Instant>,
    /// Whether a team of Tier 2 has ever accepted it.
    pub tier2: bool,
    pub reopenings: i64,
}

/// The tickets that were there from an instant on and before another, in UTC seconds: the same that a report counts.
/// In the order of their numbers.
pub fn ids(conn: &mut Conn, scope: Scope, (from, to): (i64, i64)) -> Result<Vec<i64>, Error> {
    let (from, to) = (instant(from)?, instant(to)?);
    let all = || {
        let query = ticket::table.select(ticket::id).into_boxed();
        match scope {
            Scope::All => query,
            Scope::One(opd) => query
                .filter(ticket::opd_id.eq(opd.0))
                .filter(ticket::security.eq(false))
                .filter(ticket::classification.ne(Classification::Secret.as_str())),
        }
    };
    let ended = || sql::<Nullable<Timestamp>>("coalesce(ticket.resolved_at, ticket.closed_at)");
    // Three ways in, an index for each.
    let mut ids: Vec<i64> = all().filter(ticket::opened_at.ge(from)).filter(ticket::opened_at.lt(to)).load(conn)?;
    ids.extend(all().filter(ticket::opened_at.lt(from)).filter(ended().ge(from)).load::<i64>(conn)?);
    ids.extend(all().filter(ticket::opened_at.lt(from)).filter(ended().is_null()).load::<i64>(conn)?);
    ids.sort_unstable();
    Ok(ids)
}

fn instant(seconds: i64) -> Result<NaiveDateTime, Error> {
    let at = DateTime::from_timestamp(seconds, 0);
    at.map(stored).ok_or_else(|| Error::Corrupt(format!("{seconds} is no instant")))
}

type Row = (
    (i64, String, String, Option<i64>),
    (String, String, String, String, String),
    (bool, Option<i64>, Option<String>, i64),
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, bool),
);

/// Tickets by their ids, in that order.
pub fn rows(conn: &mut Conn, ids: &[i64]) -> Result<Vec<PeriodTicket>, Error> {
    let tier2 = sql::<Bool>(
        "EXISTS (SELECT 1 FROM handover WHERE handover.ticket_id = ticket.id AND handover.accepted_at IS NOT NULL)",
    );
    let found: Vec<Row> = ticket::table
        .inner_join(opd::table)
        .filter(ticket::id.eq_any(ids))
        .select((
            (ticket::id, opd::code, opd::name, ticket::category_id),
            (ticket::kind, ticket::priority, ticket::channel, ticket::status, ticket::classification),
            (ticket::security, ticket::merged_into_id, ticket::subject, ticket::reopenings),
            (ticket::opened_at, ticket::resolved_at, ticket::closed_at, tier2),
        ))
        .load(conn)?;
    let due: Vec<(i64, Option<NaiveDateTime>)> = clock::table
        .filter(clock::ticket_id.eq_any(ids))
        .filter(clock::kind.eq(ClockKind::Resolution.as_str()))
        .select((clock::ticket_id, clock::due_at))
        .load(conn)?;
    let due: HashMap<i64, Option<NaiveDateTime>> = due.into_iter().collect();
    let mut tickets = found
        .into_iter()
        .map(|row| {
            let due = due.get(&row.0.0).copied().flatten();
            read(row, due)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    tickets.sort_unstable_by_key(|ticket| ticket.id);
    Ok(tickets)
}

fn read(row: Row, due: Option<NaiveDateTime>) -> Result<PeriodTicket, Error> {
    let (names, words, (security, merged, subject, reopenings), (opened, resolved, closed, tier2)) = row;
    let ((id, opd_code, opd, category), (kind, priority, channel, status, classification)) = (names, words);
    Ok(PeriodTicket {
        id: TicketId(id),
        opd_code,
        opd,
        kind: word(TicketType::parse, &kind)?,
        priority: word(Priority::parse, &priority)?,
        channel: word(Channel::parse, &channel)?,
        status: word(Status::parse, &status)?,
        merged: merged.is_some(),
        is_open_book: !security && word(Classification::parse, &classification)? == Classification::Open,
        subject,
        category: category.map(CategoryId),
        opened_at: opened.and_utc(),
        ended_at: resolved.or(closed).map(|at| at.and_utc()),
        due_at: due.map(|at| at.and_utc()),
        tier2,
        reopenings,
    })
}
