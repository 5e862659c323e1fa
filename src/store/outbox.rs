//! Notices that must reach people, written in the transaction of the event that they tell of.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::keep::Keep;
use super::schema::outbox;
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{EventId, PersonId};

/// Queues one notice. Its key (event, recipient, notice) exists once.
pub fn queue(tx: &mut Tx<'_>, event: EventId, recipient: PersonId, notice: &str, now: Instant) -> Result<(), Error> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::event_id.eq(event.0),
            outbox::recipient_id.eq(recipient.0),
            outbox::notice.eq(notice),
            outbox::state.eq("queued"),
            outbox::attempts.eq(0),
            outbox::due_at.eq(stored(now)),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// Queues the notice that stands for many late ones, unless one waits for the person already.
pub fn queue_digest(tx: &mut Tx<'_>, event: EventId, recipient: PersonId, now: Instant) -> Result<(), Error> {
    let waiting: Option<i64> = outbox::table
        .filter(outbox::recipient_id.eq(recipient.0))
        // Written out as the index has it: with bound words SQLite could not tell that it answers the query.
        .filter(sql::<Bool>("outbox.notice = 'alarm_digest' AND outbox.state = 'queued'"))
        .select(outbox::id)
        .first(&mut **tx)
        .optional()?;
    if waiting.is_some() { Ok(()) } else { queue(tx, event, recipient, "alarm_digest", now) }
}

/// The notices of an event: recipient and notice.
pub fn of_event(conn: &mut Conn, event: EventId) -> Result<Vec<(PersonId, String)>, Error> {
    let rows: Vec<(i64, String)> = outbox::table
        .filter(outbox::event_id.eq(event.0))
        .order(outbox::id)
        .select((outbox::recipient_id, outbox::notice))
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, notice)| (PersonId(person), notice)).collect())
}
