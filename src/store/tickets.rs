//! Tickets: the row, its mapping to the domain, and everything tied to one.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::conn::on_each;
use super::keep::Keep;
use super::schema::{consultation, handover, link, person, ticket, watcher};
use super::{Conn, Error, Tx, or_never, stored, unless_never, word};
use crate::domain::ids::{CategoryId, HandoverId, LinkId, OpdId, PersonId, TeamId, TicketId};
use crate::domain::permission::Involved;
use crate::domain::priority::{Level, Priority};
use crate::domain::text::Tag;
use crate::domain::ticket::{
    Channel, Classification, CurrentHandover, HandoverStage, LinkKind, Promises, Status, Ticket, TicketType,
};

/// Everything of a ticket's row but its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ticket, treat_none_as_null = true)]
pub(super) struct TicketFields {
    version: i64,
    kind: String,
    status: String,
    is_open: bool,
    subject: Option<String>,
    impact: String,
    urgency: String,
    priority: String,
    channel: String,
    classification: String,
    security: bool,
    personal_data: bool,
    major: bool,
    opd_id: i64,
    requester_id: i64,
    recorder_id: i64,
    owner_id: i64,
    assignee_id: Option<i64>,
    team_id: Option<i64>,
    handover_id: Option<i64>,
    handover_state: Option<String>,
    bounces: i64,
    reopenings: i64,
    category_id: Option<i64>,
    merged_into_id: Option<i64>,
    tags: String,
    opened_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    resolved_at: Option<NaiveDateTime>,
    closed_at: Option<NaiveDateTime>,
    due_at: NaiveDateTime,
    warn_at: NaiveDateTime,
    missed: bool,
}

/// A ticket's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = ticket)]
pub(super) struct TicketRow {
    id: i64,
    #[diesel(embed)]
    fields: TicketFields,
}

impl TicketRow {
    pub(super) fn into_ticket(self) -> Result<Ticket, Error> {
        let f = self.fields;
        let status = word(Status::parse, &f.status)?;
        if f.is_open == status.is_final() {
            return Err(Error::Corrupt(format!("ticket {}: is_open does not fit its status", self.id)));
        }
        let handover = match (f.handover_id, f.team_id, f.handover_state) {
            (Some(id), Some(team), Some(stage)) => Some(CurrentHandover {
                id: HandoverId(id),
                team: TeamId(team),
                stage: word(HandoverStage::parse, &stage)?,
            }),
            _ => None,
        };
        Ok(Ticket {
            id: TicketId(self.id),
            version: f.version,
            kind: word(TicketType::parse, &f.kind)?,
            status,
            subject: f.subject,
            impact: word(Level::parse, &f.impact)?,
            urgency: word(Level::parse, &f.urgency)?,
            priority: word(Priority::parse, &f.priority)?,
            channel: word(Channel::parse, &f.channel)?,
            classification: word(Classification::parse, &f.classification)?,
            security: f.security,
            personal_data: f.personal_data,
            major: f.major,
            opd: OpdId(f.opd_id),
            requester: PersonId(f.requester_id),
            recorder: PersonId(f.recorder_id),
            owner: PersonId(f.owner_id),
            assignee: f.assignee_id.map(PersonId),
            handover,
            bounces: f.bounces,
            reopenings: f.reopenings,
            category: f.category_id.map(CategoryId),
            merged_into: f.merged_into_id.map(TicketId),
            tags: tags(&f.tags)?,
            opened_at: f.opened_at.and_utc(),
            updated_at: f.updated_at.and_utc(),
            resolved_at: f.resolved_at.map(|at| at.and_utc()),
            closed_at: f.closed_at.map(|at| at.and_utc()),
            promises: Promises { due_at: unless_never(f.due_at), warn_at: unless_never(f.warn_at), missed: f.missed },
        })
    }
}

fn tags(text: &str) -> Result<Vec<Tag>, Error> {
    // Most tickets have none: no parser for that.
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|error| Error::Corrupt(format!("tags: {error}")))
}

fn to_fields(t: &Ticket) -> TicketFields {
    TicketFields {
        version: t.version,
        kind: t.kind.as_str().to_owned(),
        status: t.status.as_str().to_owned(),
        is_open: t.is_open(),
        subject: t.subject.clone(),
        impact: t.impact.as_str().to_owned(),
        urgency: t.urgency.as_str().to_owned(),
        priority: t.priority.as_str().to_owned(),
        channel: t.channel.as_str().to_owned(),
        classification: t.classification.as_str().to_owned(),
        security: t.security,
        personal_data: t.personal_data,
        major: t.major,
        opd_id: t.opd.0,
        requester_id: t.requester.0,
        recorder_id: t.recorder.0,
        owner_id: t.owner.0,
        assignee_id: t.assignee.map(|id| id.0),
        team_id: t.handover.map(|h| h.team.0),
        handover_id: t.handover.map(|h| h.id.0),
        handover_state: t.handover.map(|h| h.stage.as_str().to_owned()),
        bounces: t.bounces,
        reopenings: t.reopenings,
        category_id: t.category.map(|id| id.0),
        merged_into_id: t.merged_into.map(|id| id.0),
        tags: serde_json::to_string(&t.tags).expect("strings serialise"),
        opened_at: stored(t.opened_at),
        updated_at: stored(t.updated_at),
        resolved_at: t.resolved_at.map(stored),
        closed_at: t.closed_at.map(stored),
        due_at: or_never(t.promises.due_at),
        warn_at: or_never(t.promises.warn_at),
        missed: t.promises.missed,
    }
}

/// Adds a ticket and gives its id.
pub fn insert(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<TicketId, Error> {
    let id: i64 = diesel::insert_into(ticket::table)
        .values(to_fields(ticket))
        .returning(ticket::id)
        .keep()
        .get_result(&mut **tx)?;
    Ok(TicketId(id))
}

/// Writes a ticket that still has version `from`; `Conflict` if it has not.
pub fn update(tx: &mut Tx<'_>, ticket: &Ticket, from: i64) -> Result<(), Error> {
    let changed = diesel::update(ticket::table.find(ticket.id.0))
        .filter(ticket::version.eq(from))
        .set(to_fields(ticket))
        .keep()
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Writes how the promises of a ticket stand, which follows from its clocks and is no change of its own.
pub fn set_promises(tx: &mut Tx<'_>, id: TicketId, promises: Promises) -> Result<(), Error> {
    let Promises { due_at, warn_at, missed } = promises;
    diesel::update(ticket::table.find(id.0))
        .set((ticket::due_at.eq(or_never(due_at)), ticket::warn_at.eq(or_never(warn_at)), ticket::missed.eq(missed)))
        .execute(&mut **tx)?;
    Ok(())
}

/// One ticket.
pub fn by_id(conn: &mut Conn, id: TicketId) -> Result<Option<Ticket>, Error> {
    ticket::table
        .find(id.0)
        .select(TicketRow::as_select())
        .get_result(conn)
        .optional()?
        .map(TicketRow::into_ticket)
        .transpose()
}

/// Several tickets by id.
pub fn by_ids(conn: &mut Conn, ids: &[TicketId]) -> Result<Vec<Ticket>, Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<TicketRow> =
        ticket::table.filter(ticket::id.eq_any(ids)).order(ticket::id).select(TicketRow::as_select()).load(conn)?;
    rows.into_iter().map(TicketRow::into_ticket).collect()
}

/// Open tickets by id, after one.
pub fn open_after(conn: &mut Conn, after: TicketId, limit: i64) -> Result<Vec<TicketId>, Error> {
    let ids: Vec<i64> = ticket::table
        .filter(ticket::is_open)
        .filter(ticket::id.gt(after.0))
        .order(ticket::id)
        .limit(limit)
        .select(ticket::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// A ticket's id with the ticket, or with what is wrong with its row.
pub type Read = (TicketId, Result<Ticket, Error>);

/// The tickets with ids in [`first`, `last`], for checks that read everything; with what is wrong where a
/// row is not one that the program can have written.
pub fn between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<Read>, Error> {
    let rows = ticket::table
        .filter(ticket::id.between(first.0, last.0))
        .order(ticket::id)
        .select(TicketRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (TicketId(row.id), row.into_ticket())).collect())
}

/// The highest id of a ticket.
pub fn last_id(conn: &mut Conn) -> Result<TicketId, Error> {
    let last: Option<i64> = ticket::table.select(diesel::dsl::max(ticket::id)).get_result(conn)?;
    Ok(TicketId(last.unwrap_or(0)))
}

/// The watchers of the tickets with ids in [`first`, `last`].
pub fn watchers_between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<(TicketId, PersonId)>, Error> {
    let rows: Vec<(i64, i64)> = watcher::table.filter(watcher::ticket_id.between(first.0, last.0)).load(conn)?;
    Ok(rows.into_iter().map(|(ticket, person)| (TicketId(ticket), PersonId(person))).collect())
}

/// The links from the tickets with ids in [`first`, `last`].
pub fn links_between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<Link>, Error> {
    let rows: Vec<(i64, i64, String, i64)> = link::table.filter(link::ticket_id.between(first.0, last.0)).load(conn)?;
    rows.into_iter().map(to_link).collect()
}

/// Who is involved in a ticket besides those it names: watchers by id, teams by when they were asked.
pub fn involved(conn: &mut Conn, id: TicketId) -> Result<Involved, Error> {
    const WATCHER: i64 = 0;
    const HANDOVER: i64 = 1;
    const CONSULTATION: i64 = 2;
    let watchers = watcher::table.filter(watcher::ticket_id.eq(id.0)).select((
        WATCHER.into_sql::<BigInt>(),
        watcher::person_id,
        watcher::person_id,
    ));
    let handed_to = handover::table.filter(handover::ticket_id.eq(id.0)).select((
        HANDOVER.into_sql::<BigInt>(),
        handover::id,
        handover::to_team_id,
    ));
    let consulted = consultation::table.filter(consultation::ticket_id.eq(id.0)).select((
        CONSULTATION.into_sql::<BigInt>(),
        consultation::id,
        consultation::team_id,
    ));
    // A statement is a round trip: one for all.
    let all = watchers.union_all(handed_to).union_all(consulted);
    let mut rows: Vec<(i64, i64, i64)> = on_each!(conn, conn => all.load(conn))?;
    rows.sort_unstable();
    let of = |wanted: i64| rows.iter().filter(move |(kind, ..)| *kind == wanted).map(|(.., id)| *id);
    Ok(Involved {
        watchers: of(WATCHER).map(PersonId).collect(),
        handed_to: of(HANDOVER).map(TeamId).collect(),
        consulted: of(CONSULTATION).map(TeamId).collect(),
    })
}

/// Adds a watcher; false if the person is one already.
pub fn add_watcher(tx: &mut Tx<'_>, id: TicketId, person: PersonId) -> Result<bool, Error> {
    let found: i64 = watcher::table.find((id.0, person.0)).count().get_result(&mut **tx)?;
    if found > 0 {
        return Ok(false);
    }
    diesel::insert_into(watcher::table)
        .values((watcher::ticket_id.eq(id.0), watcher::person_id.eq(person.0)))
        .execute(&mut **tx)?;
    Ok(true)
}

/// Removes a watcher; false if the person is none.
pub fn remove_watcher(tx: &mut Tx<'_>, id: TicketId, person: PersonId) -> Result<bool, Error> {
    Ok(diesel::delete(watcher::table.find((id.0, person.0))).execute(&mut **tx)? > 0)
}

/// The watchers with their names.
pub fn watchers(conn: &mut Conn, id: TicketId) -> Result<Vec<(PersonId, String)>, Error> {
    let rows: Vec<(i64, String)> = watcher::table
        .inner_join(person::table)
        .filter(watcher::ticket_id.eq(id.0))
        .order(person::id)
        .select((person::id, person::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// A link between two tickets, read from the one that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    pub from: TicketId,
    pub kind: LinkKind,
    pub to: TicketId,
}

fn to_link((id, from, kind, to): (i64, i64, String, i64)) -> Result<Link, Error> {
    Ok(Link { id: LinkId(id), from: TicketId(from), kind: word(LinkKind::parse, &kind)?, to: TicketId(to) })
}

/// Ties a ticket to another; `Exists` if that link is there already.
pub fn insert_link(tx: &mut Tx<'_>, from: TicketId, kind: LinkKind, to: TicketId) -> Result<LinkId, Error> {
    let id: i64 = diesel::insert_into(link::table)
        .values((link::ticket_id.eq(from.0), link::kind.eq(kind.as_str()), link::other_id.eq(to.0)))
        .returning(link::id)
        .get_result(&mut **tx)?;
    Ok(LinkId(id))
}

/// Whether a link is there already.
pub fn has_link(conn: &mut Conn, from: TicketId, kind: LinkKind, to: TicketId) -> Result<bool, Error> {
    let found: i64 = link::table
        .filter(link::ticket_id.eq(from.0))
        .filter(link::kind.eq(kind.as_str()))
        .filter(link::other_id.eq(to.0))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// Removes a link.
pub fn delete_link(tx: &mut Tx<'_>, id: LinkId) -> Result<(), Error> {
    diesel::delete(link::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

/// The links of a ticket, in both directions.
pub fn links(conn: &mut Conn, id: TicketId) -> Result<Vec<Link>, Error> {
    let rows: Vec<(i64, i64, String, i64)> =
        link::table.filter(link::ticket_id.eq(id.0).or(link::other_id.eq(id.0))).order(link::id).load(conn)?;
    rows.into_iter().map(to_link).collect()
}

/// The children of a ticket that are neither resolved nor ended.
pub fn open_children(conn: &mut Conn, id: TicketId) -> Result<Vec<TicketId>, Error> {
    let ids: Vec<i64> = link::table
        .inner_join(ticket::table.on(ticket::id.eq(link::ticket_id)))
        .filter(link::other_id.eq(id.0))
        .filter(link::kind.eq(LinkKind::ChildOf.as_str()))
        .filter(ticket::is_open)
        .filter(ticket::status.ne(Status::Resolved.as_str()))
        .order(ticket::id)
        .select(ticket::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// The parent of a ticket, if it is a child.
pub fn parent(conn: &mut Conn, id: TicketId) -> Result<Option<TicketId>, Error> {
    let parent: Option<i64> = link::table
        .filter(link::ticket_id.eq(id.0))
        .filter(link::kind.eq(LinkKind::ChildOf.as_str()))
        .select(link::other_id)
        .first(conn)
        .optional()?;
    Ok(parent.map(TicketId))
}
