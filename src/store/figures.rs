//! The facts that reports are computed from: narrow rows, found by when things happened, so that a month costs
//! the same however many other months there are.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime};
use diesel::dsl::{min, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamp};

use super::schema::{breach, category, clock, event, handover, opd, rating, team, ticket};
use super::{Conn, Error, recommendations, stored, word};
use crate::domain::Instant;
use crate::domain::handover::{HandoverReason, HandoverState};
use crate::domain::ids::{CategoryId, OpdId, TeamId};
use crate::domain::priority::Priority;
use crate::domain::report::Period;
use crate::domain::report::facts::{
    Facts, HandoverFact, Named, Names, Of, Outcome, PromiseFact, RatingFact, Scope, TicketFact,
};
use crate::domain::sla::breach::{Cause, Decision};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Channel, Classification, Status, TicketType};

/// When the first ticket was opened; nothing if there is none.
pub fn first_opening(conn: &mut Conn) -> Result<Option<Instant>, Error> {
    let first: Option<NaiveDateTime> = ticket::table.select(min(ticket::opened_at)).get_result(conn)?;
    Ok(first.map(|at| at.and_utc()))
}

/// What things are called.
pub fn names(conn: &mut Conn) -> Result<Names, Error> {
    let named = |code, name, active| Named { code, name, active };
    let opds: Vec<(i64, String, String, bool)> =
        opd::table.select((opd::id, opd::code, opd::name, opd::active)).load(conn)?;
    let teams: Vec<(i64, String, String, bool)> =
        team::table.select((team::id, team::code, team::name, team::active)).load(conn)?;
    let categories: Vec<(i64, String, bool)> =
        category::table.select((category::id, category::name, category::active)).load(conn)?;
    Ok(Names {
        opds: opds.into_iter().map(|(id, code, name, active)| (OpdId(id), named(code, name, active))).collect(),
        teams: teams.into_iter().map(|(id, code, name, active)| (TeamId(id), named(code, name, active))).collect(),
        categories: categories
            .into_iter()
            .map(|(id, name, active)| (CategoryId(id), named(id.to_string(), name, active)))
            .collect(),
    })
}

/// Everything that happened in a period: from an instant on and before another, in UTC seconds.
pub fn facts(conn: &mut Conn, scope: Scope, period: Period, (from, to): (i64, i64)) -> Result<Facts, Error> {
    let bounds = Bounds { scope, from: instant(from)?, to: instant(to)? };
    let (mut tickets, places) = tickets(conn, &bounds)?;
    for (ticket, due) in due(conn, &bounds)? {
        if let Some(fact) = places.get(&ticket).and_then(|place| tickets.get_mut(*place)) {
            fact.due_at = Some(due);
        }
    }
    let promises = promises(conn, &bounds, &tickets, &places)?;
    let (handovers, reopenings, ratings) =
        (handovers(conn, &bounds)?, reopenings(conn, &bounds)?, ratings(conn, &bounds)?);
    let recommendations = recommendations::facts(conn, period, bounds.from)?;
    Ok(Facts { tickets, promises, handovers, reopenings, ratings, recommendations })
}

struct Bounds {
    scope: Scope,
    from: NaiveDateTime,
    to: NaiveDateTime,
}

/// An instant of UTC seconds.
pub(super) fn instant(seconds: i64) -> Result<NaiveDateTime, Error> {
    let at = DateTime::from_timestamp(seconds, 0);
    at.map(stored).ok_or_else(|| Error::Corrupt(format!("{seconds} is no instant")))
}

/// When work on a ticket ended for good: the text of the index.
pub(super) fn ended() -> SqlLiteral<Nullable<Timestamp>> {
    sql("coalesce(ticket.resolved_at, ticket.closed_at)")
}

/// Whether a ticket counts in the report of all alone.
fn confined() -> SqlLiteral<Bool> {
    sql("(ticket.security OR ticket.classification = 'secret')")
}

/// Whether a team of Tier 2 has ever accepted a ticket.
pub(super) fn tier2() -> SqlLiteral<Bool> {
    sql("EXISTS (SELECT 1 FROM handover WHERE handover.ticket_id = ticket.id AND handover.accepted_at IS NOT NULL)")
}

/// An instant of an expression in UTC seconds. The text of an instant takes longer to read than to compare.
fn seconds(conn: &Conn, expression: &str) -> String {
    match conn {
        Conn::Sqlite(_) => format!("CAST(strftime('%s', {expression}) AS BIGINT)"),
        // Not extract(), which counts in decimals and takes three times as long.
        Conn::Postgres(_) => format!("CAST(floor(date_part('epoch', {expression})) AS BIGINT)"),
    }
}

/// Leaves out what does not count in a scope.
macro_rules! scoped {
    ($query:expr, $scope:expr) => {{
        let query = $query.into_boxed();
        match $scope {
            Scope::All => query,
            Scope::One(opd) => query
                .filter(ticket::opd_id.eq(opd.0))
                .filter(ticket::security.eq(false))
                .filter(ticket::classification.ne(Classification::Secret.as_str())),
        }
    }};
}
pub(super) use scoped;

/// Loads the tickets that were there at some moment between two. Three ways in, an index for each.
macro_rules! there {
    ($query:expr, $conn:expr, ($from:expr, $to:expr)) => {{
        let (all, from, to) = ($query, $from, $to);
        let mut rows = all().filter(ticket::opened_at.ge(from)).filter(ticket::opened_at.lt(to)).load($conn)?;
        let left_over = || all().filter(ticket::opened_at.lt(from));
        rows.append(&mut left_over().filter(ended().ge(from)).load($conn)?);
        rows.append(&mut left_over().filter(ended().is_null()).load($conn)?);
        rows
    }};
}
pub(super) use there;

type TicketRow =
    (i64, i64, (String, String, String, String, String), Option<i64>, bool, Option<i64>, i64, Option<i64>, bool);

/// The tickets that were there at some moment, and where each stands among them.
fn tickets(conn: &mut Conn, bounds: &Bounds) -> Result<(Vec<TicketFact>, HashMap<i64, usize>), Error> {
    let opened = sql::<BigInt>(&seconds(conn, "ticket.opened_at"));
    let ended_at = sql::<Nullable<BigInt>>(&seconds(conn, "coalesce(ticket.resolved_at, ticket.closed_at)"));
    let words = (ticket::kind, ticket::priority, ticket::channel, ticket::classification, ticket::status);
    let columns = (
        ticket::id,
        ticket::opd_id,
        words,
        ticket::category_id,
        ticket::security,
        ticket::merged_into_id,
        opened,
        ended_at,
        tier2(),
    );
    let all = || scoped!(ticket::table.select(columns.clone()), bounds.scope);
    let rows: Vec<TicketRow> = there!(all, conn, (bounds.from, bounds.to));
    let mut tickets = Vec::with_capacity(rows.len());
    let mut places = HashMap::with_capacity(rows.len());
    for row in rows {
        places.insert(row.0, tickets.len());
        tickets.push(read_ticket(row)?);
    }
    Ok((tickets, places))
}

fn read_ticket(row: TicketRow) -> Result<TicketFact, Error> {
    let (_, opd, (kind, priority, channel, classification, status), category, security, merged, opened, ended, tier2) =
        row;
    let classification = word(Classification::parse, &classification)?;
    let outcome = match word(Status::parse, &status)? {
        _ if merged.is_some() => Outcome::Merged,
        Status::Cancelled => Outcome::Cancelled,
        Status::Rejected => Outcome::Rejected,
        Status::New
        | Status::InProgress
        | Status::WaitingRequester
        | Status::WaitingThirdParty
        | Status::WaitingApproval
        | Status::Resolved
        | Status::Closed => Outcome::Resolved,
    };
    Ok(TicketFact {
        of: Of { opd: OpdId(opd), confined: security || classification == Classification::Secret },
        kind: word(TicketType::parse, &kind)?,
        priority: word(Priority::parse, &priority)?,
        channel: word(Channel::parse, &channel)?,
        category: category.map(CategoryId),
        confidential: security || classification != Classification::Open,
        security,
        opened_at: opened,
        ended: ended.map(|at| (at.max(opened), outcome)),
        tier2,
        due_at: None,
    })
}

/// What was due before the end and is not resolved by then: ticket and instant.
fn due(conn: &mut Conn, bounds: &Bounds) -> Result<Vec<(i64, i64)>, Error> {
    let at = sql::<BigInt>(&seconds(conn, "clock.due_at"));
    let all = || {
        let joined = ticket::table.inner_join(clock::table.on(clock::ticket_id.eq(ticket::id)));
        scoped!(joined.select((ticket::id, at.clone())), bounds.scope)
            .filter(clock::kind.eq(ClockKind::Resolution.as_str()))
            .filter(clock::due_at.lt(bounds.to))
            .filter(ticket::opened_at.lt(bounds.to))
    };
    // What is not resolved has a clock that did not stop, and these are few: written out as their index has it.
    let going = sql::<Bool>("clock.state <> 'stopped'");
    let mut rows: Vec<(i64, i64)> = all().filter(going).filter(ended().is_null()).load(conn)?;
    rows.extend(all().filter(ended().ge(bounds.to)).load::<(i64, i64)>(conn)?);
    Ok(rows)
}

/// The clocks that came to their end, of the tickets that count.
fn promises(
    conn: &mut Conn,
    bounds: &Bounds,
    tickets: &[TicketFact],
    places: &HashMap<i64, usize>,
) -> Result<Vec<PromiseFact>, Error> {
    // Written out as the index has it.
    let stopped = || sql::<Bool>("clock.state = 'stopped'");
    let said: Vec<(i64, String, String, String)> = breach::table
        .inner_join(
            clock::table.on(clock::ticket_id
                .eq(breach::ticket_id)
                .and(clock::kind.eq(breach::kind))
                .and(clock::round.eq(breach::round))),
        )
        .filter(stopped())
        .filter(clock::since.ge(bounds.from))
        .filter(clock::since.lt(bounds.to))
        .select((breach::ticket_id, breach::kind, breach::cause, breach::state))
        .load(conn)?;
    let mut breaches = HashMap::with_capacity(said.len());
    for (ticket, kind, cause, state) in said {
        let said = (word(Cause::parse, &cause)?, word(Decision::parse, &state)?);
        breaches.insert((ticket, word(ClockKind::parse, &kind)?), said);
    }
    let rows: Vec<(i64, String, bool, i64)> = clock::table
        .filter(stopped())
        .filter(clock::since.ge(bounds.from))
        .filter(clock::since.lt(bounds.to))
        .filter(clock::kind.ne(ClockKind::Closing.as_str()))
        .select((
            clock::ticket_id,
            clock::kind,
            sql::<Bool>("coalesce(clock.due_at < clock.since, FALSE)"),
            clock::consumed_seconds,
        ))
        .load(conn)?;
    let mut promises = Vec::with_capacity(rows.len());
    for (id, kind, late, seconds) in rows {
        // What does not count in the scope, or was never delivered.
        let Some(ticket) = places.get(&id).and_then(|place| tickets.get(*place)) else { continue };
        if ticket.ended.is_some_and(|(_, outcome)| outcome != Outcome::Resolved) {
            continue;
        }
        let clock = word(ClockKind::parse, &kind)?;
        let breach = breaches.get(&(id, clock)).copied().filter(|_| late);
        let TicketFact { of, kind, priority, .. } = *ticket;
        promises.push(PromiseFact { of, kind, priority, clock, late, seconds, breach });
    }
    Ok(promises)
}

fn of(opd: i64, confined: bool) -> Of {
    Of { opd: OpdId(opd), confined }
}

fn handovers(conn: &mut Conn, bounds: &Bounds) -> Result<Vec<HandoverFact>, Error> {
    let joined = handover::table.inner_join(ticket::table.on(ticket::id.eq(handover::ticket_id)));
    let columns = (ticket::opd_id, confined(), handover::to_team_id, handover::reason, handover::state);
    let rows: Vec<(i64, bool, i64, String, String)> = scoped!(joined.select(columns), bounds.scope)
        .filter(handover::requested_at.ge(bounds.from))
        .filter(handover::requested_at.lt(bounds.to))
        .load(conn)?;
    rows.into_iter()
        .map(|(opd, confined, team, reason, state)| {
            Ok(HandoverFact {
                of: of(opd, confined),
                team: TeamId(team),
                reason: word(HandoverReason::parse, &reason)?,
                state: word(HandoverState::parse, &state)?,
            })
        })
        .collect()
}

fn reopenings(conn: &mut Conn, bounds: &Bounds) -> Result<Vec<Of>, Error> {
    let joined = event::table.inner_join(ticket::table.on(ticket::id.eq(event::ticket_id)));
    let rows: Vec<(i64, bool)> = scoped!(joined.select((ticket::opd_id, confined())), bounds.scope)
        // Written out as the index has it.
        .filter(sql::<Bool>("event.kind = 'reopened'"))
        .filter(event::at.ge(bounds.from))
        .filter(event::at.lt(bounds.to))
        .load(conn)?;
    Ok(rows.into_iter().map(|(opd, confined)| of(opd, confined)).collect())
}

fn ratings(conn: &mut Conn, bounds: &Bounds) -> Result<Vec<RatingFact>, Error> {
    let joined = rating::table.inner_join(ticket::table);
    let rows: Vec<(i64, bool, i64)> = scoped!(joined.select((ticket::opd_id, confined(), rating::stars)), bounds.scope)
        .filter(rating::at.ge(bounds.from))
        .filter(rating::at.lt(bounds.to))
        .load(conn)?;
    Ok(rows.into_iter().map(|(opd, confined, stars)| RatingFact { of: of(opd, confined), stars }).collect())
}
