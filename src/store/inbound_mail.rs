//! Messages that came in, each once, with what became of them.

use std::collections::HashSet;

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{attachment, evidence, inbound_mail};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::mail::outcome::Outcome;

/// A message that came in. `raw_size` is in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct InboundRow {
    pub id: i64,
    pub mailbox: String,
    pub uid_validity: i64,
    pub uid: i64,
    pub message_id: Option<String>,
    /// The address of its author, or nothing.
    pub sender: String,
    pub subject: String,
    pub sent_at: Option<NaiveDateTime>,
    pub found_at: NaiveDateTime,
    pub outcome: String,
    /// As `domain::mail::outcome::Reason` is stored.
    pub reason: Option<String>,
    pub ticket_id: Option<i64>,
    pub person_id: Option<i64>,
    pub raw_sha256: Option<String>,
    pub raw_size: i64,
}

impl InboundRow {
    /// What became of it.
    pub fn outcome(&self) -> Result<Outcome, Error> {
        word(Outcome::parse, &self.outcome)
    }
}

/// A message to be noted.
#[derive(Clone, Debug)]
pub struct NewInbound<'a> {
    pub mailbox: &'a str,
    pub uid_validity: i64,
    pub uid: i64,
    pub message_id: &'a str,
    pub sender: &'a str,
    pub subject: &'a str,
    pub sent_at: Option<Instant>,
    pub found_at: Instant,
    pub outcome: Outcome,
    pub reason: Option<&'a str>,
    pub ticket: Option<TicketId>,
    pub person: Option<PersonId>,
    pub raw_sha256: Option<&'a str>,
    pub raw_size: i64,
}

/// Has those who process messages go one after the other: what came before must be known to whoever looks.
/// SQLite has one writer anyhow.
pub fn in_turn(tx: &mut Tx<'_>) -> Result<(), Error> {
    if let Conn::Postgres(conn) = &mut **tx {
        conn.batch_execute("LOCK TABLE inbound_mail IN SHARE ROW EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// Notes a message.
pub fn insert(tx: &mut Tx<'_>, new: &NewInbound<'_>) -> Result<i64, Error> {
    Ok(diesel::insert_into(inbound_mail::table)
        .values((
            inbound_mail::mailbox.eq(new.mailbox),
            inbound_mail::uid_validity.eq(new.uid_validity),
            inbound_mail::uid.eq(new.uid),
            inbound_mail::message_id.eq(new.message_id),
            inbound_mail::sender.eq(new.sender),
            inbound_mail::subject.eq(new.subject),
            inbound_mail::sent_at.eq(new.sent_at.map(stored)),
            inbound_mail::found_at.eq(stored(new.found_at)),
            inbound_mail::outcome.eq(new.outcome.as_str()),
            inbound_mail::reason.eq(new.reason),
            inbound_mail::ticket_id.eq(new.ticket.map(|id| id.0)),
            inbound_mail::person_id.eq(new.person.map(|id| id.0)),
            inbound_mail::raw_sha256.eq(new.raw_sha256),
            inbound_mail::raw_size.eq(new.raw_size),
        ))
        .returning(inbound_mail::id)
        .get_result(&mut **tx)?)
}

/// One message.
pub fn by_id(conn: &mut Conn, id: i64) -> Result<Option<InboundRow>, Error> {
    Ok(inbound_mail::table.find(id).get_result(conn).optional()?)
}

/// Whether the message at this place was processed.
pub fn is_known(conn: &mut Conn, mailbox: &str, validity: i64, uid: i64) -> Result<bool, Error> {
    let known: Option<i64> = inbound_mail::table
        .filter(inbound_mail::mailbox.eq(mailbox))
        .filter(inbound_mail::uid_validity.eq(validity))
        .filter(inbound_mail::uid.eq(uid))
        .select(inbound_mail::id)
        .first(conn)
        .optional()?;
    Ok(known.is_some())
}

/// The places in a mailbox whose messages were processed.
pub fn known_uids(conn: &mut Conn, mailbox: &str, validity: i64) -> Result<HashSet<i64>, Error> {
    let uids: Vec<i64> = inbound_mail::table
        .filter(inbound_mail::mailbox.eq(mailbox))
        .filter(inbound_mail::uid_validity.eq(validity))
        .select(inbound_mail::uid)
        .load(conn)?;
    Ok(uids.into_iter().collect())
}

/// Which of these places in a mailbox were processed.
pub fn known_among(conn: &mut Conn, mailbox: &str, validity: i64, uids: &[u32]) -> Result<HashSet<i64>, Error> {
    let mut known = HashSet::new();
    for some in uids.chunks(500) {
        let some: Vec<i64> = some.iter().map(|uid| i64::from(*uid)).collect();
        let found: Vec<i64> = inbound_mail::table
            .filter(inbound_mail::mailbox.eq(mailbox))
            .filter(inbound_mail::uid_validity.eq(validity))
            .filter(inbound_mail::uid.eq_any(some))
            .select(inbound_mail::uid)
            .load(conn)?;
        known.extend(found);
    }
    Ok(known)
}

/// Whether this message came before and was understood. Some devices give every message the same id, so that
/// sender and date count too.
pub fn came_before(conn: &mut Conn, id: &str, sender: &str, sent_at: Option<Instant>) -> Result<bool, Error> {
    let mut query = inbound_mail::table
        .filter(inbound_mail::message_id.eq(id))
        .filter(inbound_mail::sender.eq(sender))
        .filter(inbound_mail::outcome.ne(Outcome::Broken.as_str()))
        .select(inbound_mail::id)
        .into_boxed();
    query = match sent_at {
        Some(at) => query.filter(inbound_mail::sent_at.eq(stored(at))),
        None => query.filter(inbound_mail::sent_at.is_null()),
    };
    Ok(query.first::<i64>(conn).optional()?.is_some())
}

/// The ticket that the newest of these messages belongs to.
pub fn ticket_of(conn: &mut Conn, message_ids: &[String]) -> Result<Option<TicketId>, Error> {
    let found: Option<Option<i64>> = inbound_mail::table
        .filter(inbound_mail::message_id.eq_any(message_ids))
        .filter(inbound_mail::ticket_id.is_not_null())
        .order(inbound_mail::id.desc())
        .select(inbound_mail::ticket_id)
        .first(conn)
        .optional()?;
    Ok(found.flatten().map(TicketId))
}

/// How many messages of a sender came since then: all, or those with this outcome.
pub fn count_of(conn: &mut Conn, sender: &str, since: Instant, outcome: Option<Outcome>) -> Result<i64, Error> {
    let mut query = inbound_mail::table
        .filter(inbound_mail::sender.eq(sender))
        .filter(inbound_mail::found_at.gt(stored(since)))
        .select(count_star())
        .into_boxed();
    if let Some(outcome) = outcome {
        query = query.filter(inbound_mail::outcome.eq(outcome.as_str()));
    }
    Ok(query.get_result(conn)?)
}

/// How many messages were rejected since then.
pub fn rejected_since(conn: &mut Conn, since: Instant) -> Result<i64, Error> {
    Ok(inbound_mail::table
        .filter(sql::<Bool>("inbound_mail.outcome = 'rejected'"))
        .filter(inbound_mail::found_at.gt(stored(since)))
        .select(count_star())
        .get_result(conn)?)
}

/// A page of messages, the newest first: with an outcome, of a mailbox, older than `before`.
pub fn page(
    conn: &mut Conn,
    outcome: Option<Outcome>,
    mailbox: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<InboundRow>, Error> {
    let mut query = inbound_mail::table.order(inbound_mail::id.desc()).limit(limit).into_boxed();
    match outcome {
        // Written out as the index has it.
        Some(Outcome::Triage) => query = query.filter(sql::<Bool>("inbound_mail.outcome = 'triage'")),
        Some(outcome) => query = query.filter(inbound_mail::outcome.eq(outcome.as_str())),
        None => {}
    }
    if let Some(mailbox) = mailbox {
        query = query.filter(inbound_mail::mailbox.eq(mailbox.to_owned()));
    }
    if let Some(before) = before {
        query = query.filter(inbound_mail::id.lt(before));
    }
    Ok(query.load(conn)?)
}

/// How many messages there are with each outcome.
pub fn counts(conn: &mut Conn) -> Result<Vec<(Outcome, i64)>, Error> {
    let rows: Vec<(String, i64)> = inbound_mail::table
        .group_by(inbound_mail::outcome)
        .order(inbound_mail::outcome)
        .select((inbound_mail::outcome, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(outcome, count)| Ok((word(Outcome::parse, &outcome)?, count))).collect()
}

/// How many messages wait for somebody to decide.
pub fn waiting(conn: &mut Conn) -> Result<i64, Error> {
    Ok(inbound_mail::table
        .filter(sql::<Bool>("inbound_mail.outcome = 'triage'"))
        .select(count_star())
        .get_result(conn)?)
}

/// Notes what somebody decided of a message that still stands as `row` has it; false if it does not.
pub fn decide(
    tx: &mut Tx<'_>,
    row: &InboundRow,
    outcome: Outcome,
    ticket: Option<TicketId>,
    person: Option<PersonId>,
) -> Result<bool, Error> {
    let changed = diesel::update(inbound_mail::table.find(row.id))
        .filter(inbound_mail::outcome.eq(&row.outcome))
        .set((
            inbound_mail::outcome.eq(outcome.as_str()),
            inbound_mail::ticket_id.eq(ticket.map(|id| id.0)),
            inbound_mail::person_id.eq(person.map(|id| id.0)),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Messages as they came that have served their time: id and hash, the oldest first. What waits for a
/// decision is kept.
pub fn old_raw(conn: &mut Conn, before: Instant, limit: i64) -> Result<Vec<(i64, String)>, Error> {
    Ok(inbound_mail::table
        .filter(inbound_mail::raw_sha256.is_not_null())
        .filter(inbound_mail::found_at.lt(stored(before)))
        .filter(inbound_mail::outcome.ne(Outcome::Triage.as_str()))
        .order(inbound_mail::found_at)
        .limit(limit)
        .select((inbound_mail::id, inbound_mail::raw_sha256.assume_not_null()))
        .load(conn)?)
}

/// Forgets where the message as it came is.
pub fn drop_raw(tx: &mut Tx<'_>, id: i64) -> Result<(), Error> {
    diesel::update(inbound_mail::table.find(id)).set(inbound_mail::raw_sha256.eq(None::<String>)).execute(&mut **tx)?;
    Ok(())
}

/// Whether anything refers to this content: a message as it came, a file on a ticket, or evidence.
pub fn is_referred_to(conn: &mut Conn, sha256: &str) -> Result<bool, Error> {
    let raw: Option<i64> = inbound_mail::table
        .filter(inbound_mail::raw_sha256.eq(sha256))
        .select(inbound_mail::id)
        .first(conn)
        .optional()?;
    if raw.is_some() {
        return Ok(true);
    }
    let file: Option<i64> =
        attachment::table.filter(attachment::sha256.eq(sha256)).select(attachment::id).first(conn).optional()?;
    if file.is_some() {
        return Ok(true);
    }
    let proof: Option<i64> =
        evidence::table.filter(evidence::sha256.eq(sha256)).select(evidence::id).first(conn).optional()?;
    Ok(proof.is_some())
}
