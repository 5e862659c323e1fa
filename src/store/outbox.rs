//! Notices that must reach people, written in the transaction of the event that they tell of.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::keep::Keep;
use super::schema::{outbox, person};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{EventId, PersonId};

/// Queues one notice, to leave from an instant on. Its key (event, recipient, notice) exists once.
pub fn queue(tx: &mut Tx<'_>, event: EventId, recipient: PersonId, notice: &str, due: Instant) -> Result<(), Error> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::event_id.eq(event.0),
            outbox::recipient_id.eq(recipient.0),
            outbox::notice.eq(notice),
            outbox::state.eq("queued"),
            outbox::urgency.eq(2),
            outbox::attempts.eq(0),
            outbox::queued_at.eq(stored(due)),
            outbox::due_at.eq(stored(due)),
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
        .select((outbox::recipient_id.assume_not_null(), outbox::notice))
        .load(conn)?;
    Ok(rows.into_iter().map(|(person, notice)| (PersonId(person), notice)).collect())
}

/// A notice in the log.
#[derive(Clone, Debug, Queryable)]
pub struct OutboxRow {
    pub id: i64,
    pub notice: String,
    pub state: String,
    pub attempts: i64,
    pub due_at: NaiveDateTime,
    /// What the mail server said last.
    pub answer: Option<String>,
    pub recipient_id: i64,
    pub recipient: String,
    pub address: String,
}

/// A page of notices, the newest first: of a state, older than `before`.
pub fn log(conn: &mut Conn, state: Option<&str>, before: Option<i64>, limit: i64) -> Result<Vec<OutboxRow>, Error> {
    let mut query = outbox::table
        .inner_join(person::table.on(outbox::recipient_id.eq(person::id.nullable())))
        .order(outbox::id.desc())
        .limit(limit)
        .select((
            outbox::id,
            outbox::notice,
            outbox::state,
            outbox::attempts,
            outbox::due_at,
            outbox::answer,
            outbox::recipient_id.assume_not_null(),
            person::name,
            person::email,
        ))
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(outbox::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// How many notices there are in each state.
pub fn counts(conn: &mut Conn) -> Result<Vec<(String, i64)>, Error> {
    Ok(outbox::table.group_by(outbox::state).order(outbox::state).select((outbox::state, count_star())).load(conn)?)
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

/// Queues a notice again that was given up; false if it was not given up.
pub fn revive(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<bool, Error> {
    let changed = diesel::update(outbox::table.find(id))
        .filter(outbox::state.eq("dead"))
        .set((outbox::state.eq("queued"), outbox::due_at.eq(stored(now))))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}
