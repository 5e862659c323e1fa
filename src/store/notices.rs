//! What people are told on the pages: the rows of the outbox that tell of an event of a ticket, of what happened to
//! a recommendation, or of a report, as their recipient reads them.

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::keep::Keep;
use super::schema::{event, outbox, person, recommendation_event, report, report_delivery};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};

/// A notice with the event that it tells of.
#[derive(Clone, Debug, Queryable)]
pub struct NoticeRow {
    pub id: i64,
    /// What is told: [`crate::domain::notice::Notice`].
    pub notice: String,
    pub seen_at: Option<NaiveDateTime>,
    pub queued_at: NaiveDateTime,
    /// Of what happened to a ticket.
    pub event: Option<EventPart>,
    /// What happened to a recommendation.
    pub follow_up_id: Option<i64>,
    /// The name of whoever did it; nobody if it happened by itself.
    pub by: Option<String>,
    /// Of a report.
    pub report: Option<ReportPart>,
}

/// The event of a notice.
#[derive(Clone, Debug, Queryable)]
pub struct EventPart {
    pub ticket_id: i64,
    pub kind: String,
    pub at: NaiveDateTime,
}

/// The report of a notice.
#[derive(Clone, Debug, Queryable)]
pub struct ReportPart {
    pub period: String,
    pub opd_id: Option<i64>,
    /// The signature; 0 for the report as it was frozen.
    pub paper: i64,
}

/// What the pages tell at all. Written out as the index has it.
fn told() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>("(outbox.event_id IS NOT NULL OR outbox.follow_up_id IS NOT NULL OR outbox.delivery_id IS NOT NULL)")
}

/// The notices of somebody that they have not seen. As the index `outbox_unseen` has it.
macro_rules! unseen {
    ($recipient:expr) => {
        outbox::table.filter(outbox::recipient_id.eq($recipient.0)).filter(outbox::seen_at.is_null()).filter(told())
    };
}

/// A page of somebody's notices, the newest first, older than `before`: all, or those not seen yet.
pub fn page(
    conn: &mut Conn,
    recipient: PersonId,
    unseen: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<NoticeRow>, Error> {
    let mut query = outbox::table
        .left_join(event::table.on(outbox::event_id.eq(event::id.nullable())))
        .left_join(person::table.on(event::actor_id.eq(person::id.nullable())))
        .left_join(report_delivery::table.on(outbox::delivery_id.eq(report_delivery::id.nullable())))
        .left_join(report::table.on(report_delivery::report_id.eq(report::id)))
        .filter(outbox::recipient_id.eq(recipient.0))
        .filter(told())
        .order(outbox::id.desc())
        .limit(limit)
        .select((
            outbox::id,
            outbox::notice,
            outbox::seen_at,
            outbox::queued_at,
            (event::ticket_id, event::kind, event::at).nullable(),
            outbox::follow_up_id,
            person::name.nullable(),
            (report::period, report::opd_id, report_delivery::paper).nullable(),
        ))
        .into_boxed();
    if unseen {
        query = query.filter(outbox::seen_at.is_null());
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// How many notices somebody has not seen, counted up to `most`.
pub fn count_unseen(conn: &mut Conn, recipient: PersonId, most: i64) -> Result<i64, Error> {
    let ids: Vec<i64> = unseen!(recipient).order(outbox::id.desc()).limit(most).select(outbox::id).keep().load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(most))
}

/// The notices of a ticket that somebody has not seen.
pub fn unseen_of_ticket(conn: &mut Conn, recipient: PersonId, ticket: TicketId) -> Result<Vec<i64>, Error> {
    let events = event::table.filter(event::ticket_id.eq(ticket.0)).select(event::id.nullable());
    Ok(outbox::table
        .filter(outbox::event_id.eq_any(events))
        // The sign keeps SQLite from going through everything that the person has not seen: a ticket has
        // fewer events than somebody who never looks has notices.
        .filter(sql::<Bool>("+outbox.recipient_id = ").bind::<BigInt, _>(recipient.0))
        .filter(outbox::seen_at.is_null())
        .order(outbox::id)
        .select(outbox::id)
        .keep()
        .load(conn)?)
}

/// The notices of a report that somebody has not seen.
pub fn unseen_of_report(conn: &mut Conn, recipient: PersonId, report: i64) -> Result<Vec<i64>, Error> {
    let deliveries = report_delivery::table.filter(report_delivery::report_id.eq(report));
    Ok(unseen!(recipient)
        .filter(outbox::delivery_id.eq_any(deliveries.select(report_delivery::id.nullable())))
        .order(outbox::id)
        .select(outbox::id)
        .load(conn)?)
}

/// The notices of these recommendations that somebody has not seen.
pub fn unseen_of_recommendations(conn: &mut Conn, recipient: PersonId, of: &[i64]) -> Result<Vec<i64>, Error> {
    let happenings = recommendation_event::table
        .filter(recommendation_event::recommendation_id.eq_any(of))
        .select(recommendation_event::id.nullable());
    Ok(unseen!(recipient)
        .filter(outbox::follow_up_id.eq_any(happenings))
        .order(outbox::id)
        .select(outbox::id)
        .load(conn)?)
}

/// Notes that somebody has seen a notice; false if they have no such notice.
pub fn see(tx: &mut Tx<'_>, recipient: PersonId, id: i64, now: Instant) -> Result<bool, Error> {
    let own: Option<i64> = outbox::table
        .find(id)
        .filter(outbox::recipient_id.eq(recipient.0))
        .filter(told())
        .select(outbox::id)
        .first(&mut **tx)
        .optional()?;
    if own.is_some() {
        see_these(tx, &[id], now)?;
    }
    Ok(own.is_some())
}

/// Notes that somebody has seen these notices.
pub fn see_these(tx: &mut Tx<'_>, ids: &[i64], now: Instant) -> Result<(), Error> {
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids)).filter(outbox::seen_at.is_null()))
        .set(outbox::seen_at.eq(stored(now)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes that somebody has seen all notices up to one; gives how many these were.
pub fn see_until(tx: &mut Tx<'_>, recipient: PersonId, last: i64, now: Instant) -> Result<usize, Error> {
    Ok(diesel::update(unseen!(recipient).filter(outbox::id.le(last)))
        .set(outbox::seen_at.eq(stored(now)))
        .execute(&mut **tx)?)
}
