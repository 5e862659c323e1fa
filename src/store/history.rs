//! The chained history: a ticket's events, the audit trail of everything else, daily anchors.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::conn::Conn;
use super::keep::Keep;
use super::schema::{anchor, audit_event, event};
use super::{Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::chain::{GENESIS, Link};
use crate::domain::event::EventKind;
use crate::domain::ids::{EventId, PersonId, TicketId};

/// A row of a ticket's history.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct EventRow {
    pub id: i64,
    pub ticket_id: i64,
    pub seq: i64,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub at: NaiveDateTime,
    pub payload: String,
    pub hash: String,
}

impl EventRow {
    /// The hash that this row must have after the one before it.
    pub fn expected_hash(&self, previous: &str) -> String {
        Link {
            ticket: Some(TicketId(self.ticket_id)),
            seq: self.seq,
            kind: &self.kind,
            actor: self.actor_id.map(PersonId),
            at: self.at.and_utc(),
            payload: &self.payload,
        }
        .hash(previous)
    }
}

/// An event to be appended. `payload` is canonical JSON.
#[derive(Clone, Copy, Debug)]
pub struct NewEvent<'a> {
    pub ticket: TicketId,
    pub seq: i64,
    pub kind: &'a str,
    pub actor: Option<PersonId>,
    pub at: Instant,
    pub payload: &'a str,
    /// The hash of the event before, where it is known of the very version that is changed.
    pub previous: Option<&'a str>,
}

/// Appends an event to its ticket's chain; gives its id and its hash. `Conflict` if the event before is not there
/// (yet) or the place is taken: two writers met.
pub fn append(tx: &mut Tx<'_>, new: NewEvent<'_>) -> Result<(EventId, String), Error> {
    let previous = match new.previous {
        Some(known) => known.to_owned(),
        None if new.seq == 1 => GENESIS.to_owned(),
        None => event::table
            .filter(event::ticket_id.eq(new.ticket.0))
            .filter(event::seq.eq(new.seq - 1))
            .select(event::hash)
            .get_result(&mut **tx)
            .optional()?
            .ok_or(Error::Conflict)?,
    };
    let at = stored(new.at);
    let link = Link {
        ticket: Some(new.ticket),
        seq: new.seq,
        kind: new.kind,
        actor: new.actor,
        at: at.and_utc(),
        payload: new.payload,
    };
    let hash = link.hash(&previous);
    let id: i64 = diesel::insert_into(event::table)
        .values((
            event::ticket_id.eq(new.ticket.0),
            event::seq.eq(new.seq),
            event::kind.eq(new.kind),
            event::actor_id.eq(new.actor.map(|id| id.0)),
            event::at.eq(at),
            event::payload.eq(new.payload),
            event::hash.eq(&hash),
        ))
        .returning(event::id)
        .keep()
        .get_result(&mut **tx)?;
    Ok((EventId(id), hash))
}

/// A page of a ticket's events by sequence, after `after`.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId, after: i64, limit: i64) -> Result<Vec<EventRow>, Error> {
    Ok(event::table
        .filter(event::ticket_id.eq(ticket.0))
        .filter(event::seq.gt(after))
        .order(event::seq)
        .limit(limit)
        .load(conn)?)
}

/// The events of these kinds in a ticket's history, each with its payload.
pub fn of_kinds(conn: &mut Conn, ticket: TicketId, kinds: &[EventKind]) -> Result<Vec<(EventKind, String)>, Error> {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let rows: Vec<(String, String)> = event::table
        .filter(event::ticket_id.eq(ticket.0))
        .filter(event::kind.eq_any(words))
        .order(event::seq)
        .select((event::kind, event::payload))
        .load(conn)?;
    rows.into_iter().map(|(kind, payload)| Ok((word(EventKind::parse, &kind)?, payload))).collect()
}

/// The events of a range of tickets, in order of ticket and sequence.
pub fn of_tickets(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<EventRow>, Error> {
    Ok(event::table
        .filter(event::ticket_id.between(first.0, last.0))
        .order((event::ticket_id, event::seq))
        .load(conn)?)
}

/// What a follower reads of an event: its id, its ticket, and what happened.
pub type Trace = (i64, TicketId, String);

/// The events with ids above `after` that are committed by now, in order.
pub fn since(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<Trace>, Error> {
    let rows: Vec<(i64, i64, String)> = event::table
        .filter(event::id.gt(after))
        .order(event::id)
        .limit(limit)
        .select((event::id, event::ticket_id, event::kind))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, ticket, kind)| (id, TicketId(ticket), kind)).collect())
}

/// The highest event id that is committed by now; a lower one may still be in flight.
pub fn last_event_id(conn: &mut Conn) -> Result<i64, Error> {
    let last: Option<i64> = event::table.select(diesel::dsl::max(event::id)).get_result(conn)?;
    Ok(last.unwrap_or(0))
}

/// The last event of each ticket, or of each in a range of tickets, among the events with ids in (`after`,
/// `last`], by ticket: id of the ticket, sequence, hash.
pub fn heads(
    conn: &mut Conn,
    (after, last): (EventId, EventId),
    tickets: Option<(TicketId, TicketId)>,
) -> Result<Vec<(TicketId, i64, String)>, Error> {
    let select = || event::table.select((event::ticket_id, event::seq, event::hash, event::id));
    let within = |id: i64| id > after.0 && id <= last.0;
    let rows: Vec<(i64, i64, String, i64)> = match tickets {
        // Asked for ids as well, SQLite would go through all of these for each range of tickets.
        Some((from, to)) => select().filter(event::ticket_id.between(from.0, to.0)).load(conn)?,
        None => select().filter(event::id.gt(after.0)).filter(event::id.le(last.0)).load(conn)?,
    };
    let rows = rows.into_iter().filter(|(.., id)| within(*id));
    let mut rows: Vec<(i64, i64, String)> = rows.map(|(ticket, seq, hash, _)| (ticket, seq, hash)).collect();
    // Sorted here: the databases would otherwise walk all events of all tickets in that order.
    rows.sort_unstable();
    let mut heads: Vec<(TicketId, i64, String)> = Vec::new();
    for (ticket, seq, hash) in rows {
        match heads.last_mut() {
            Some(head) if head.0 == TicketId(ticket) => *head = (head.0, seq, hash),
            _ => heads.push((TicketId(ticket), seq, hash)),
        }
    }
    Ok(heads)
}

/// The highest ticket id that an event names.
pub fn last_ticket(conn: &mut Conn) -> Result<TicketId, Error> {
    let last: Option<i64> = event::table.select(diesel::dsl::max(event::ticket_id)).get_result(conn)?;
    Ok(TicketId(last.unwrap_or(0)))
}

/// How many events there are, and the highest id ever given. Only SQLite gives ids without gaps, since
/// it takes them back with the transaction; on PostgreSQL this is `None`.
pub fn gapless(conn: &mut Conn) -> Result<Option<(i64, i64)>, Error> {
    #[derive(QueryableByName)]
    struct Given {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seq: i64,
    }
    let Conn::Sqlite(conn) = conn else { return Ok(None) };
    let given: Option<Given> =
        diesel::sql_query("SELECT seq FROM sqlite_sequence WHERE name = 'event'").get_result(conn).optional()?;
    let count: i64 = event::table.count().get_result(conn)?;
    Ok(Some((count, given.map_or(0, |row| row.seq))))
}

/// The highest event id, once every event with a lower one is committed. Waits for writers in
/// flight on PostgreSQL, where ids are given before commit; SQLite has one writer at a time.
pub fn settled_event_id(tx: &mut Tx<'_>) -> Result<EventId, Error> {
    if let Conn::Postgres(conn) = &mut **tx {
        conn.batch_execute("LOCK TABLE event IN SHARE MODE")?;
    }
    let last: Option<i64> = event::table.select(diesel::dsl::max(event::id)).get_result(&mut **tx)?;
    Ok(EventId(last.unwrap_or(0)))
}

/// A row of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct AuditRow {
    pub seq: i64,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub at: NaiveDateTime,
    pub payload: String,
    pub hash: String,
}

impl AuditRow {
    /// The hash that this row must have after the one before it.
    pub fn expected_hash(&self, previous: &str) -> String {
        Link {
            ticket: None,
            seq: self.seq,
            kind: &self.kind,
            actor: self.actor_id.map(PersonId),
            at: self.at.and_utc(),
            payload: &self.payload,
        }
        .hash(previous)
    }
}

/// Appends to the audit trail, one chain for the whole desk.
pub fn audit(tx: &mut Tx<'_>, kind: &str, actor: Option<PersonId>, at: Instant, payload: &str) -> Result<(), Error> {
    if let Conn::Postgres(conn) = &mut **tx {
        // One chain: its writers go one after the other. Self-exclusive, but readers pass.
        conn.batch_execute("LOCK TABLE audit_event IN SHARE ROW EXCLUSIVE MODE")?;
    }
    let last = last_audit(tx)?;
    let (seq, previous) = last.map_or((1, GENESIS.to_owned()), |row| (row.seq + 1, row.hash));
    let at = stored(at);
    let hash = Link { ticket: None, seq, kind, actor, at: at.and_utc(), payload }.hash(&previous);
    diesel::insert_into(audit_event::table)
        .values((
            audit_event::seq.eq(seq),
            audit_event::kind.eq(kind),
            audit_event::actor_id.eq(actor.map(|id| id.0)),
            audit_event::at.eq(at),
            audit_event::payload.eq(payload),
            audit_event::hash.eq(hash),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// The newest row of the audit trail.
pub fn last_audit(conn: &mut Conn) -> Result<Option<AuditRow>, Error> {
    Ok(audit_event::table.order(audit_event::seq.desc()).first(conn).optional()?)
}

/// Which rows of the audit trail.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub actor: Option<PersonId>,
    pub kind: Option<String>,
    /// From this instant on.
    pub from: Option<Instant>,
    /// Before this instant.
    pub to: Option<Instant>,
    /// Older than this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// A page of the audit trail, the newest first.
pub fn audit_list(conn: &mut Conn, filter: &AuditFilter) -> Result<Vec<AuditRow>, Error> {
    let mut query = audit_event::table.order(audit_event::seq.desc()).limit(filter.limit).into_boxed();
    if let Some(actor) = filter.actor {
        query = query.filter(audit_event::actor_id.eq(actor.0));
    }
    if let Some(kind) = &filter.kind {
        query = query.filter(audit_event::kind.eq(kind.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(audit_event::at.ge(stored(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(audit_event::at.lt(stored(to)));
    }
    if let Some(before) = filter.before {
        query = query.filter(audit_event::seq.lt(before));
    }
    Ok(query.load(conn)?)
}

/// A page of the audit trail by sequence, after `after`.
pub fn audit_page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<AuditRow>, Error> {
    Ok(audit_event::table.filter(audit_event::seq.gt(after)).order(audit_event::seq).limit(limit).load(conn)?)
}

/// A daily anchor.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = anchor)]
pub struct AnchorRow {
    /// The local day that it closes.
    pub day: NaiveDate,
    /// The last event id of the anchor before.
    pub first_event_id: i64,
    pub last_event_id: i64,
    pub heads: i64,
    pub audit_seq: i64,
    pub audit_hash: String,
    pub root: String,
    pub hash: String,
}

/// Adds an anchor.
pub fn insert_anchor(tx: &mut Tx<'_>, row: &AnchorRow) -> Result<(), Error> {
    diesel::insert_into(anchor::table).values(row.clone()).execute(&mut **tx)?;
    Ok(())
}

/// The newest anchor.
pub fn last_anchor(conn: &mut Conn) -> Result<Option<AnchorRow>, Error> {
    Ok(anchor::table.order(anchor::day.desc()).first(conn).optional()?)
}

/// All anchors by day.
pub fn anchors(conn: &mut Conn) -> Result<Vec<AnchorRow>, Error> {
    Ok(anchor::table.order(anchor::day).load(conn)?)
}
