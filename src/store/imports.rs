//! What has been taken over from another desk's log.

use diesel::prelude::*;

use super::schema::imported;
use super::{Conn, Error, Tx};
use crate::domain::ids::TicketId;

/// How far one foreign ticket has been taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub ticket: TicketId,
    /// Rows of the log that are done.
    pub rows: i64,
    /// The last row done, as the importer remembers it.
    pub last_row: String,
}

/// The progress of a foreign ticket.
pub fn progress(conn: &mut Conn, source: &str, external: &str) -> Result<Option<Progress>, Error> {
    let row: Option<(i64, i64, String)> = imported::table
        .find((source, external))
        .select((imported::ticket_id, imported::rows_done, imported::last_row))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(ticket, rows, last_row)| Progress { ticket: TicketId(ticket), rows, last_row }))
}

/// Writes the progress of a foreign ticket.
pub fn set_progress(tx: &mut Tx<'_>, source: &str, external: &str, progress: &Progress) -> Result<(), Error> {
    let changed = diesel::update(imported::table.find((source, external)))
        .set((imported::rows_done.eq(progress.rows), imported::last_row.eq(&progress.last_row)))
        .execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(imported::table)
            .values((
                imported::source.eq(source),
                imported::external_id.eq(external),
                imported::ticket_id.eq(progress.ticket.0),
                imported::rows_done.eq(progress.rows),
                imported::last_row.eq(&progress.last_row),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// A page of what a source has given: external number and ticket, by external number.
pub fn page(conn: &mut Conn, source: &str, after: &str, limit: i64) -> Result<Vec<(String, TicketId)>, Error> {
    let rows: Vec<(String, i64)> = imported::table
        .filter(imported::source.eq(source))
        .filter(imported::external_id.gt(after))
        .order(imported::external_id)
        .limit(limit)
        .select((imported::external_id, imported::ticket_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(external, ticket)| (external, TicketId(ticket))).collect())
}
