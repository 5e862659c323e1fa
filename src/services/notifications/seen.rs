//! Noting that somebody has seen what they were told.

use super::super::{Caller, Desk, Error, Result};
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::store::{Conn, notices};

/// Of one notice.
pub fn one(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    desk.act(
        caller,
        |work| {
            if notices::see(work.tx, caller.actor.id, id, work.now)? { Ok(()) } else { Err(Error::NotFound) }
        },
    )
}

/// Of all notices up to one, so that what came after the page was shown stays new; of all if that is absent.
/// Gives how many these were.
pub fn all(desk: &Desk, caller: &Caller, last: Option<i64>) -> Result<usize> {
    desk.act(caller, |work| Ok(notices::see_until(work.tx, caller.actor.id, last.unwrap_or(i64::MAX), work.now)?))
}

/// Of all that tell of a ticket, since its page is before them. Writes only if there is something to note.
pub fn of_ticket(desk: &Desk, actor: &Actor, ticket: TicketId) -> Result<()> {
    of(desk, actor, |conn| Ok(notices::unseen_of_ticket(conn, actor.id, ticket)?))
}

/// Of all that tell of a frozen report, likewise.
pub fn of_report(desk: &Desk, actor: &Actor, report: i64) -> Result<()> {
    of(desk, actor, |conn| Ok(notices::unseen_of_report(conn, actor.id, report)?))
}

fn of(desk: &Desk, actor: &Actor, unseen: impl FnOnce(&mut Conn) -> Result<Vec<i64>>) -> Result<()> {
    let unseen = desk.read(|conn| {
        // Most people have nothing new: that is known at once.
        if notices::count_unseen(conn, actor.id, 1)? == 0 { Ok(Vec::new()) } else { unseen(conn) }
    })?;
    if unseen.is_empty() {
        return Ok(());
    }
    desk.housekeep(|work| Ok(notices::see_these(work.tx, &unseen, work.now)?))
}
