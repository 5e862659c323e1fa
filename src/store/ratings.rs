//! What requesters think of the help: one rating for each time that a ticket was resolved.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{message, rating};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{MessageId, TicketId};

/// A rating as stored.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct RatingRow {
    pub ticket_id: i64,
    /// How often the ticket had been reopened.
    pub round: i64,
    pub stars: i64,
    pub message_id: Option<i64>,
    pub at: NaiveDateTime,
    /// The word beside it; nothing if there is none, or if it was erased.
    pub word: Option<String>,
}

/// A rating to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewRating {
    pub ticket: TicketId,
    pub round: i64,
    pub stars: i64,
    pub message: Option<MessageId>,
    pub at: Instant,
}

type Columns = (
    rating::ticket_id,
    rating::round,
    rating::stars,
    rating::message_id,
    rating::at,
    diesel::dsl::Nullable<message::body>,
);

fn columns() -> Columns {
    let word = message::body.nullable();
    (rating::ticket_id, rating::round, rating::stars, rating::message_id, rating::at, word)
}

/// Adds a rating.
pub fn insert(tx: &mut Tx<'_>, new: &NewRating) -> Result<(), Error> {
    diesel::insert_into(rating::table)
        .values((
            rating::ticket_id.eq(new.ticket.0),
            rating::round.eq(new.round),
            rating::stars.eq(new.stars),
            rating::message_id.eq(new.message.map(|id| id.0)),
            rating::at.eq(stored(new.at)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The ratings of a ticket in order.
pub fn of_ticket(conn: &mut Conn, ticket: TicketId) -> Result<Vec<RatingRow>, Error> {
    let joined = rating::table.left_join(message::table).filter(rating::ticket_id.eq(ticket.0));
    Ok(joined.order(rating::round).select(columns()).load(conn)?)
}

/// The ratings of the tickets with ids in [`first`, `last`], for checks that read everything.
pub fn between(conn: &mut Conn, first: TicketId, last: TicketId) -> Result<Vec<RatingRow>, Error> {
    let joined = rating::table.left_join(message::table).filter(rating::ticket_id.between(first.0, last.0));
    Ok(joined.select(columns()).load(conn)?)
}
