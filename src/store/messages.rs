//! Texts on tickets: replies, notes, reasons; each with its salted digest, each erasable.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::keep::Keep;
use super::schema::message;
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::chain::text_digest;
use crate::domain::conversation::MessageKind;
use crate::domain::ids::{MessageId, PersonId, TicketId};

/// A text as stored. `body` and `salt` are gone once it is erased.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = message)]
pub struct MessageRow {
    pub id: i64,
    pub ticket_id: i64,
    pub kind: String,
    pub public: bool,
    pub author_id: Option<i64>,
    pub at: NaiveDateTime,
    pub body: Option<String>,
    pub salt: Option<String>,
    pub digest: String,
    pub erased_at: Option<NaiveDateTime>,
}

/// A text to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    pub ticket: TicketId,
    /// A word of `services::tickets::texts`.
    pub kind: &'a str,
    pub public: bool,
    pub author: Option<PersonId>,
    pub at: Instant,
    pub body: &'a str,
    /// Random, so that a short text cannot be found by trying all.
    pub salt: &'a str,
}

#[derive(Clone, Insertable)]
#[diesel(table_name = message)]
struct Values<'a> {
    ticket_id: i64,
    kind: &'a str,
    public: bool,
    author_id: Option<i64>,
    at: NaiveDateTime,
    body: &'a str,
    salt: &'a str,
    digest: String,
}

/// Adds texts; gives their ids and digests in the same order.
pub fn insert(tx: &mut Tx<'_>, new: &[NewMessage<'_>]) -> Result<Vec<(MessageId, String)>, Error> {
    let values = new.iter().map(|new| Values {
        ticket_id: new.ticket.0,
        kind: new.kind,
        public: new.public,
        author_id: new.author.map(|id| id.0),
        at: stored(new.at),
        body: new.body,
        salt: new.salt,
        digest: text_digest(new.salt, new.body),
    });
    let values: Vec<Values<'_>> = values.collect();
    let digests: Vec<String> = values.iter().map(|new| new.digest.clone()).collect();
    let insert = diesel::insert_into(message::table);
    let columns = (message::id, message::digest);
    let added: Vec<(i64, String)> = match &mut **tx {
        Conn::Sqlite(conn) => {
            let one = |values| insert.values(values).returning(columns).keep().get_result(conn);
            values.into_iter().map(one).collect::<QueryResult<_>>()?
        }
        // A statement is a round trip: one for all.
        Conn::Postgres(conn) => insert.values(values).returning(columns).keep().get_results(conn)?,
    };
    // In which order a statement returns its rows is not said anywhere; digests are salted, so each is one text.
    let id = |digest: &String| added.iter().find(|(_, of)| of == digest).map(|(id, _)| MessageId(*id));
    digests.into_iter().map(|digest| Ok((id(&digest).ok_or(Error::NotFound)?, digest))).collect()
}

/// A page of a ticket's texts by id, after `after`; all of them, or those a requester may read.
pub fn page(
    conn: &mut Conn,
    ticket: TicketId,
    internal: bool,
    after: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, Error> {
    let mut query = message::table
        .filter(message::ticket_id.eq(ticket.0))
        .filter(message::id.gt(after))
        .order(message::id)
        .limit(limit)
        .select(MessageRow::as_select())
        .into_boxed();
    if !internal {
        query = query.filter(message::public.eq(true));
    }
    Ok(query.load(conn)?)
}

/// The newest texts of a ticket but its subjects, by id, from below `before`; all of them, or those a requester
/// may read.
pub fn newest(
    conn: &mut Conn,
    ticket: TicketId,
    internal: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<MessageRow>, Error> {
    let mut query = message::table
        .filter(message::ticket_id.eq(ticket.0))
        .filter(message::kind.ne(MessageKind::Subject.as_str()))
        .filter(message::id.lt(before))
        .order(message::id.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .into_boxed();
    if !internal {
        query = query.filter(message::public.eq(true));
    }
    let mut rows: Vec<MessageRow> = query.keep().load(conn)?;
    rows.reverse();
    Ok(rows)
}

/// The texts of the tickets with ids in [`first`, `last`], for checks that read everything.
pub fn between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<MessageRow>, Error> {
    Ok(message::table.filter(message::ticket_id.between(first.0, last.0)).select(MessageRow::as_select()).load(conn)?)
}

/// One text of a ticket.
pub fn by_id(conn: &mut Conn, ticket: TicketId, id: MessageId) -> Result<Option<MessageRow>, Error> {
    Ok(message::table
        .find(id.0)
        .filter(message::ticket_id.eq(ticket.0))
        .select(MessageRow::as_select())
        .first(conn)
        .optional()?)
}

/// The latest text of a kind on a ticket: the description in force.
pub fn latest(conn: &mut Conn, ticket: TicketId, kind: &str) -> Result<Option<MessageRow>, Error> {
    Ok(message::table
        .filter(message::ticket_id.eq(ticket.0))
        .filter(message::kind.eq(kind))
        .order(message::id.desc())
        .select(MessageRow::as_select())
        .first(conn)
        .optional()?)
}

/// Empties a text and its salt for ever (UU PDP 27/2022); its digest stays.
pub fn erase(tx: &mut Tx<'_>, id: MessageId, now: Instant) -> Result<(), Error> {
    diesel::update(message::table.find(id.0))
        .set((message::body.eq(None::<String>), message::salt.eq(None::<String>), message::erased_at.eq(stored(now))))
        .execute(&mut **tx)?;
    Ok(())
}
