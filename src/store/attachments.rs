//! Files on tickets: what is known of them. Their bytes are in `blobs`.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::conn::on_each;
use super::schema::{attachment, evidence};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{AttachmentId, HandoverId, PersonId, TicketId};

/// A file on a ticket. `size` is in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct AttachmentRow {
    pub id: i64,
    pub ticket_id: i64,
    pub handover_id: Option<i64>,
    pub uploader_id: i64,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub public: bool,
    pub at: NaiveDateTime,
}

/// A file to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewAttachment<'a> {
    pub ticket: TicketId,
    pub uploader: PersonId,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: i64,
    pub sha256: &'a str,
    pub public: bool,
    pub at: Instant,
}

/// Records a file.
pub fn insert(tx: &mut Tx<'_>, new: NewAttachment<'_>) -> Result<AttachmentId, Error> {
    let id: i64 = diesel::insert_into(attachment::table)
        .values((
            attachment::ticket_id.eq(new.ticket.0),
            attachment::uploader_id.eq(new.uploader.0),
            attachment::name.eq(new.name),
            attachment::media_type.eq(new.media_type),
            attachment::size.eq(new.size),
            attachment::sha256.eq(new.sha256),
            attachment::public.eq(new.public),
            attachment::at.eq(stored(new.at)),
        ))
        .returning(attachment::id)
        .get_result(&mut **tx)?;
    Ok(AttachmentId(id))
}

/// The files of a ticket in order; all of them, or those a requester may read.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId, internal: bool) -> Result<Vec<AttachmentRow>, Error> {
    let mut query = attachment::table.filter(attachment::ticket_id.eq(ticket.0)).order(attachment::id).into_boxed();
    if !internal {
        query = query.filter(attachment::public.eq(true));
    }
    Ok(query.load(conn)?)
}

/// One file of a ticket.
pub fn by_id(conn: &mut Conn, ticket: TicketId, id: AttachmentId) -> Result<Option<AttachmentRow>, Error> {
    Ok(attachment::table.find(id.0).filter(attachment::ticket_id.eq(ticket.0)).get_result(conn).optional()?)
}

/// Says with which handover a file went along.
pub fn set_handover(tx: &mut Tx<'_>, id: AttachmentId, handover: HandoverId) -> Result<(), Error> {
    diesel::update(attachment::table.find(id.0)).set(attachment::handover_id.eq(handover.0)).execute(&mut **tx)?;
    Ok(())
}

/// How many bytes a person has uploaded, as files on tickets and as evidence.
pub fn bytes_of(conn: &mut Conn, person: PersonId) -> Result<i64, Error> {
    let total = || diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(COALESCE(SUM(size), 0) AS BIGINT)");
    let on_tickets: i64 =
        attachment::table.filter(attachment::uploader_id.eq(person.0)).select(total()).get_result(conn)?;
    let evidence: i64 = evidence::table.filter(evidence::uploader_id.eq(person.0)).select(total()).get_result(conn)?;
    Ok(on_tickets + evidence)
}

/// The files of the tickets with ids in [`first`, `last`], for checks that read everything.
pub fn between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<AttachmentRow>, Error> {
    Ok(attachment::table.filter(attachment::ticket_id.between(first.0, last.0)).load(conn)?)
}

/// How many different files there are, and how many bytes they take: the same content is kept once.
pub fn kept(conn: &mut Conn) -> Result<(i64, i64), Error> {
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        files: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        bytes: i64,
    }
    let text = "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes \
        FROM (SELECT sha256, size FROM attachment UNION SELECT sha256, size FROM evidence) AS file";
    let kept: Kept = on_each!(conn, conn => diesel::sql_query(text).get_result(conn))?;
    Ok((kept.files, kept.bytes))
}
