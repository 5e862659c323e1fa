//! The log of mails that came in. Of what became part of a ticket it tells no more than that: keeping the
//! mailbox opens no ticket.

use super::super::{Desk, Result};
use super::require_postmaster;
use crate::domain::mail::outcome::Outcome;
use crate::domain::people::Actor;
use crate::store::inbound_mail::{self, InboundRow};

/// A page of the log.
#[derive(Clone, Debug)]
pub struct Log {
    pub rows: Vec<InboundRow>,
    /// How many there are of each outcome, in all.
    pub counts: Vec<(Outcome, i64)>,
}

/// A page of the log, the newest first, and how many there are of each outcome.
pub fn run(desk: &Desk, actor: &Actor, outcome: Option<Outcome>, before: Option<i64>, limit: i64) -> Result<Log> {
    require_postmaster(actor)?;
    desk.read(|conn| {
        let mut rows = inbound_mail::page(conn, outcome, None, before, limit)?;
        rows.iter_mut().for_each(veil);
        Ok(Log { rows, counts: inbound_mail::counts(conn)? })
    })
}

/// How many mails wait for a decision; nothing for those who do not decide.
pub fn waiting(desk: &Desk, actor: &Actor) -> Result<Option<i64>> {
    if require_postmaster(actor).is_err() {
        return Ok(None);
    }
    desk.read(|conn| Ok(Some(inbound_mail::waiting(conn)?)))
}

/// Takes away what belongs to a ticket.
pub(super) fn veil(row: &mut InboundRow) {
    if row.ticket_id.take().is_some() {
        row.subject.clear();
        row.sender.clear();
        row.message_id = None;
        row.person_id = None;
    }
}
