//! Who looks at a ticket at this moment.

use diesel::prelude::*;

use super::schema::{person, presence};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{PersonId, TicketId};

/// Somebody who looks at a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    pub ticket: TicketId,
    pub person: PersonId,
    pub name: String,
    pub typing: bool,
}

/// Notes that somebody looks at a ticket.
pub fn put(tx: &mut Tx<'_>, ticket: TicketId, person: PersonId, typing: bool, now: Instant) -> Result<(), Error> {
    let noted = diesel::update(presence::table.find((ticket.0, person.0)))
        .set((presence::seen_at.eq(stored(now)), presence::typing.eq(typing)))
        .execute(&mut **tx)?;
    if noted == 0 {
        diesel::insert_into(presence::table)
            .values((
                presence::ticket_id.eq(ticket.0),
                presence::person_id.eq(person.0),
                presence::seen_at.eq(stored(now)),
                presence::typing.eq(typing),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// Notes that somebody looks no more.
pub fn remove(tx: &mut Tx<'_>, ticket: TicketId, person: PersonId) -> Result<(), Error> {
    diesel::delete(presence::table.find((ticket.0, person.0))).execute(&mut **tx)?;
    Ok(())
}

/// Who was seen at these tickets since then, by ticket and person.
pub fn since(conn: &mut Conn, tickets: &[TicketId], since: Instant) -> Result<Vec<Present>, Error> {
    let ids: Vec<i64> = tickets.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, i64, String, bool)> = presence::table
        .inner_join(person::table)
        .filter(presence::ticket_id.eq_any(ids))
        .filter(presence::seen_at.gt(stored(since)))
        .order((presence::ticket_id, presence::person_id))
        .select((presence::ticket_id, presence::person_id, person::name, presence::typing))
        .load(conn)?;
    let present =
        |(ticket, person, name, typing)| Present { ticket: TicketId(ticket), person: PersonId(person), name, typing };
    Ok(rows.into_iter().map(present).collect())
}

/// Forgets who was seen before then.
pub fn forget(tx: &mut Tx<'_>, before: Instant) -> Result<usize, Error> {
    Ok(diesel::delete(presence::table.filter(presence::seen_at.lt(stored(before)))).execute(&mut **tx)?)
}
