//! How far mailboxes were read.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::mailbox;
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;

/// A mailbox as it was found last.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct MailboxRow {
    pub name: String,
    /// Zero until it could be opened.
    pub uid_validity: i64,
    pub last_uid: i64,
    pub begins_at: NaiveDateTime,
    /// How many messages since then the server has.
    pub messages: i64,
    /// How many of them were processed.
    pub taken: i64,
    pub checked_at: NaiveDateTime,
    pub problem: Option<String>,
}

/// One mailbox, if it was ever looked at.
pub fn by_name(conn: &mut Conn, name: &str) -> Result<Option<MailboxRow>, Error> {
    Ok(mailbox::table.find(name).get_result(conn).optional()?)
}

/// All mailboxes that were ever looked at, by name.
pub fn all(conn: &mut Conn) -> Result<Vec<MailboxRow>, Error> {
    Ok(mailbox::table.order(mailbox::name).load(conn)?)
}

/// Notes a mailbox for the first time.
pub fn add(tx: &mut Tx<'_>, name: &str, begins_at: Instant, now: Instant) -> Result<(), Error> {
    diesel::insert_into(mailbox::table)
        .values((
            mailbox::name.eq(name),
            mailbox::uid_validity.eq(0),
            mailbox::last_uid.eq(0),
            mailbox::begins_at.eq(stored(begins_at)),
            mailbox::messages.eq(0),
            mailbox::taken.eq(0),
            mailbox::checked_at.eq(stored(now)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes how a mailbox was found: its UIDVALIDITY, how many messages it has and how many were processed.
pub fn note(tx: &mut Tx<'_>, name: &str, validity: i64, messages: i64, taken: i64, now: Instant) -> Result<(), Error> {
    diesel::update(mailbox::table.find(name))
        .set((
            mailbox::uid_validity.eq(validity),
            mailbox::messages.eq(messages),
            mailbox::taken.eq(taken),
            mailbox::checked_at.eq(stored(now)),
            mailbox::problem.eq(None::<String>),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes that a message was processed.
pub fn advance(tx: &mut Tx<'_>, name: &str, uid: i64, now: Instant) -> Result<(), Error> {
    diesel::update(mailbox::table.find(name))
        .set((mailbox::taken.eq(mailbox::taken + 1), mailbox::checked_at.eq(stored(now))))
        .execute(&mut **tx)?;
    diesel::update(mailbox::table.find(name).filter(mailbox::last_uid.lt(uid)))
        .set(mailbox::last_uid.eq(uid))
        .execute(&mut **tx)?;
    Ok(())
}

/// Notes why a mailbox could not be read.
pub fn fail(tx: &mut Tx<'_>, name: &str, problem: &str, now: Instant) -> Result<(), Error> {
    diesel::update(mailbox::table.find(name))
        .set((mailbox::problem.eq(problem), mailbox::checked_at.eq(stored(now))))
        .execute(&mut **tx)?;
    Ok(())
}
