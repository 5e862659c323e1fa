//! Notices that must reach people, written in the transaction of the event that they tell of.

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::keep::Keep;
use super::report_recipients::Whom;
use super::schema::outbox;
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{EventId, FollowUpId, PersonId};
use crate::domain::notice::{Notice, Urgency, Way};

/// A notice of an event to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewNotice {
    pub event: EventId,
    pub recipient: PersonId,
    pub notice: Notice,
    pub way: Way,
    pub urgency: Urgency,
    /// From when on it may leave; in a digest, with the first after that.
    pub due: Instant,
}

/// A notice of what happened to a recommendation, to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewFollowUp {
    pub follow_up: FollowUpId,
    pub recipient: PersonId,
    pub notice: Notice,
    pub way: Way,
    pub urgency: Urgency,
}

#[derive(Clone, Debug, Default, Insertable)]
#[diesel(table_name = outbox)]
struct Values<'a> {
    event_id: Option<i64>,
    reset_id: Option<i64>,
    inbound_id: Option<i64>,
    delivery_id: Option<i64>,
    follow_up_id: Option<i64>,
    recipient_id: Option<i64>,
    address: Option<&'a str>,
    notice: &'static str,
    state: &'static str,
    urgency: i64,
    attempts: i64,
    queued_at: NaiveDateTime,
    due_at: NaiveDateTime,
    /// Nobody looks for it on the pages.
    seen_at: Option<NaiveDateTime>,
}

/// Where a notice begins that is told in this way.
fn state(way: Way) -> &'static str {
    match way {
        Way::Mail => "queued",
        Way::Digest => "collected",
        Way::App => "kept",
    }
}

/// Queues notices of an event. Each key (event, recipient, notice) exists once.
pub fn queue(tx: &mut Tx<'_>, notices: &[NewNotice], now: Instant) -> Result<(), Error> {
    let values = notices.iter().map(|new| Values {
        event_id: Some(new.event.0),
        recipient_id: Some(new.recipient.0),
        notice: new.notice.as_str(),
        state: state(new.way),
        urgency: new.urgency as i64,
        queued_at: stored(now),
        due_at: stored(new.due),
        ..Values::default()
    });
    let values: Vec<Values<'_>> = values.collect();
    let insert = diesel::insert_into(outbox::table);
    match &mut **tx {
        Conn::Sqlite(conn) => {
            values.into_iter().try_for_each(|values| insert.values(values).keep().execute(conn).map(drop))?;
        }
        // A statement is a round trip: one for all.
        Conn::Postgres(conn) => {
            insert.values(values).keep().execute(conn)?;
        }
    }
    Ok(())
}

/// Queues a notice of what happened to a recommendation. Each key (happening, recipient, notice) exists once.
pub fn queue_follow_up(tx: &mut Tx<'_>, new: &NewFollowUp, now: Instant) -> Result<(), Error> {
    let values = Values {
        follow_up_id: Some(new.follow_up.0),
        recipient_id: Some(new.recipient.0),
        notice: new.notice.as_str(),
        state: state(new.way),
        urgency: new.urgency as i64,
        queued_at: stored(now),
        due_at: stored(now),
        ..Values::default()
    };
    diesel::insert_into(outbox::table).values(values).execute(&mut **tx)?;
    Ok(())
}

/// Queues something about somebody's own account: the link of a wish for a new password, or nothing more than
/// that it happened.
pub fn queue_account(
    tx: &mut Tx<'_>,
    person: PersonId,
    notice: Notice,
    reset: Option<i64>,
    now: Instant,
) -> Result<(), Error> {
    let values = Values {
        reset_id: reset,
        recipient_id: Some(person.0),
        notice: notice.as_str(),
        state: "queued",
        urgency: notice.rule().urgency as i64,
        queued_at: stored(now),
        due_at: stored(now),
        seen_at: Some(stored(now)),
        ..Values::default()
    };
    diesel::insert_into(outbox::table).values(values).execute(&mut **tx)?;
    Ok(())
}

/// Queues a report for somebody: by mail, or on the pages only. Each delivery is queued once.
pub fn queue_report(tx: &mut Tx<'_>, delivery: i64, whom: &Whom, by_mail: bool, now: Instant) -> Result<(), Error> {
    let (person, address) = match whom {
        Whom::Person(person) => (Some(person.0), None),
        Whom::Address(address) => (None, Some(address.as_str())),
    };
    let values = Values {
        delivery_id: Some(delivery),
        recipient_id: person,
        address,
        notice: Notice::ReportReady.as_str(),
        state: if by_mail { "queued" } else { "kept" },
        urgency: Notice::ReportReady.rule().urgency as i64,
        queued_at: stored(now),
        due_at: stored(now),
        // An office beside the desk has no pages.
        seen_at: person.is_none().then(|| stored(now)),
        ..Values::default()
    };
    diesel::insert_into(outbox::table).values(values).execute(&mut **tx)?;
    Ok(())
}

/// Queues the answer to a mail that came in, to whoever sent it. A mail is answered once.
pub fn answer(tx: &mut Tx<'_>, inbound: i64, address: &str, notice: Notice, now: Instant) -> Result<(), Error> {
    let values = Values {
        inbound_id: Some(inbound),
        address: Some(address),
        notice: notice.as_str(),
        state: "queued",
        urgency: notice.rule().urgency as i64,
        queued_at: stored(now),
        due_at: stored(now),
        seen_at: Some(stored(now)),
        ..Values::default()
    };
    diesel::insert_into(outbox::table).values(values).execute(&mut **tx)?;
    Ok(())
}

/// The notices of an event: recipient, notice and state.
pub fn of_event(conn: &mut Conn, event: EventId) -> Result<Vec<(PersonId, String, String)>, Error> {
    let rows: Vec<(i64, String, String)> = outbox::table
        .filter(outbox::event_id.eq(event.0))
        .order(outbox::id)
        .select((outbox::recipient_id.assume_not_null(), outbox::notice, outbox::state))
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, notice, state)| (PersonId(person), notice, state)).collect())
}

/// Since when the notice has been due that waits longest.
pub fn oldest_waiting(conn: &mut Conn) -> Result<Option<NaiveDateTime>, Error> {
    Ok(outbox::table
        .filter(sql::<Bool>("outbox.state = 'queued'"))
        .order((outbox::due_at, outbox::id))
        .select(outbox::due_at)
        .first(conn)
        .optional()?)
}
