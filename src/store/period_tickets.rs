//! The tickets of a period one by one, for lists that are longer than memory should hold.

use std::collections::HashMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::figures::{ended, instant, scoped, there, tier2};
use super::schema::{clock, opd, ticket};
use super::{Conn, Error, word};
use crate::domain::Instant;
use crate::domain::ids::{CategoryId, TicketId};
use crate::domain::priority::Priority;
use crate::domain::report::Scope;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Channel, Classification, Status, TicketType};

/// A ticket that was there at some moment of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodTicket {
    pub outside: Outside,
    pub inside: Inside,
    /// Nothing if it was erased.
    pub subject: Option<String>,
    pub category: Option<CategoryId>,
    /// Whether it is neither classified nor a security incident.
    pub is_open_book: bool,
}

/// What whoever may know of a ticket knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    pub id: TicketId,
    pub opd_code: String,
    pub opd: String,
    pub priority: Priority,
    pub status: Status,
    pub merged: bool,
    pub opened_at: Instant,
    /// When work on it ended for good so far.
    pub ended_at: Option<Instant>,
    /// When its resolution is, or was, due.
    pub due_at: Option<Instant>,
}

/// What whoever may read a ticket knows of it besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    pub kind: TicketType,
    pub channel: Channel,
    /// Whether a team of Tier 2 has ever accepted it.
    pub tier2: bool,
    pub reopenings: i64,
}

/// The tickets that were there from an instant on and before another, in UTC seconds: the same that a report counts.
/// In the order of their numbers.
pub fn ids(conn: &mut Conn, scope: Scope, (from, to): (i64, i64)) -> Result<Vec<i64>, Error> {
    let all = || scoped!(ticket::table.select(ticket::id), scope);
    let mut ids: Vec<i64> = there!(all, conn, (instant(from)?, instant(to)?));
    ids.sort_unstable();
    Ok(ids)
}

type Row = (
    (i64, String, String, Option<i64>),
    (String, String, String, String, String),
    (bool, Option<i64>, Option<String>, i64),
    (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, bool),
);

/// Tickets by their ids, in that order, without those that are no longer of the scope.
pub fn rows(conn: &mut Conn, scope: Scope, ids: &[i64]) -> Result<Vec<PeriodTicket>, Error> {
    let columns = (
        (ticket::id, opd::code, opd::name, ticket::category_id),
        (ticket::kind, ticket::priority, ticket::channel, ticket::status, ticket::classification),
        (ticket::security, ticket::merged_into_id, ticket::subject, ticket::reopenings),
        (ticket::opened_at, ticket::resolved_at, ticket::closed_at, tier2()),
    );
    let joined = ticket::table.inner_join(opd::table).select(columns);
    let found: Vec<Row> = scoped!(joined, scope).filter(ticket::id.eq_any(ids)).load(conn)?;
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
    tickets.sort_unstable_by_key(|ticket| ticket.outside.id);
    Ok(tickets)
}

fn read(row: Row, due: Option<NaiveDateTime>) -> Result<PeriodTicket, Error> {
    let (names, words, (security, merged, subject, reopenings), (opened, resolved, closed, tier2)) = row;
    let ((id, opd_code, opd, category), (kind, priority, channel, status, classification)) = (names, words);
    Ok(PeriodTicket {
        outside: Outside {
            id: TicketId(id),
            opd_code,
            opd,
            priority: word(Priority::parse, &priority)?,
            status: word(Status::parse, &status)?,
            merged: merged.is_some(),
            opened_at: opened.and_utc(),
            ended_at: resolved.or(closed).map(|at| at.and_utc()),
            due_at: due.map(|at| at.and_utc()),
        },
        inside: Inside {
            kind: word(TicketType::parse, &kind)?,
            channel: word(Channel::parse, &channel)?,
            tier2,
            reopenings,
        },
        subject,
        category: category.map(CategoryId),
        is_open_book: !security && word(Classification::parse, &classification)? == Classification::Open,
    })
}
