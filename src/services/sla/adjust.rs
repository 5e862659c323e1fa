//! Brings the clocks of open tickets under new versions of calendars and the policy once these take effect:
//! a few tickets at a time, so that nobody who writes has to wait, and from the instant of effect on,
//! however long it takes to come to a ticket.

use crate::domain::ids::TicketId;
use crate::services::{Desk, Result, Work};
use crate::store::{clocks, tickets};

/// Tickets in one transaction.
const BATCH: i64 = 50;

/// Adjusts what is not up to date; gives how many tickets that were. Tells `progress` how many clocks are
/// left, before each batch.
pub fn run(desk: &Desk, progress: &mut dyn FnMut(i64)) -> Result<usize> {
    let mut adjusted = 0;
    loop {
        let (revision, outdated) = desk.read(|conn| {
            let revision = desk.rules(conn)?.at(desk.now())?.revision();
            Ok((revision, clocks::outdated(conn, revision, BATCH)?))
        })?;
        if outdated.is_empty() {
            return Ok(adjusted);
        }
        progress(desk.read(|conn| Ok(clocks::count_outdated(conn, revision)?))?);
        desk.housekeep(|work| outdated.iter().try_for_each(|ticket| one(work, *ticket, revision)))?;
        adjusted += outdated.len();
    }
}

/// Whether anything is not up to date.
pub fn is_due(desk: &Desk) -> Result<bool> {
    desk.read(|conn| {
        let revision = desk.rules(conn)?.at(desk.now())?.revision();
        Ok(!clocks::outdated(conn, revision, 1)?.is_empty())
    })
}

/// How many clocks of open tickets are not up to date.
pub fn left(desk: &Desk) -> Result<i64> {
    desk.read(|conn| {
        let revision = desk.rules(conn)?.at(desk.now())?.revision();
        Ok(clocks::count_outdated(conn, revision)?)
    })
}

/// A ticket that cannot be adjusted must not keep the others from it, nor from ringing.
fn one(work: &mut Work<'_, '_>, id: TicketId, revision: i64) -> Result<()> {
    let adjusted = work.attempt(|work| match tickets::by_id(work.tx, id)? {
        Some(ticket) => work.adjust_clocks(&ticket),
        None => Ok(()),
    });
    match adjusted {
        Err(error) if !error.is_passing() => {
            tracing::error!(ticket = %work.desk.prefix.number(id), %error, "cannot bring its clocks under new rules");
            Ok(clocks::pass_over(work.tx, id, revision)?)
        }
        other => other,
    }
}
