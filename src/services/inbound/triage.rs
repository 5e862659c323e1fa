//! Decides about a mail that waits: makes it a ticket for somebody, or puts it aside.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{Caller, Desk, Error, Result, Work};
use super::{require_postmaster, write};
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::mail::outcome::Outcome;
use crate::domain::ticket::TicketType;
use crate::mime;
use crate::store::inbound_mail::{self, InboundRow};

/// For whom, and what it is.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TakeMail)]
pub struct Input {
    /// Who needs the help.
    pub requester_id: i64,
    #[serde(rename = "type", default = "incident")]
    pub kind: TicketType,
}

fn incident() -> TicketType {
    TicketType::Incident
}

/// The ticket that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub ticket: TicketId,
}

/// Makes a ticket of it.
pub fn take(desk: &Desk, caller: &Caller, id: i64, input: &Input) -> Result<Taken> {
    require_postmaster(&caller.actor)?;
    // A repetition of the same request finds its outcome before anything else counts.
    let raw = match desk.was_done(caller)? {
        true => Vec::new(),
        false => {
            let row = desk.read(|conn| undecided(inbound_mail::by_id(conn, id)?))?;
            desk.blobs.get(row.raw_sha256.as_deref().ok_or(Error::NotFound)?)?
        }
    };
    let message = mime::read(&raw, None);
    let mail = write::prepare(desk, &message)?;
    desk.act(caller, |work| {
        let row = undecided(inbound_mail::by_id(work.tx, id)?)?;
        let requester = work
            .person(PersonId(input.requester_id))
            .map_err(|_| Error::field("/requester_id", "not_found", "tidak ditemukan"))?;
        let ticket = write::as_ticket(work, &caller.actor, &requester, input.kind, None, &mail)?;
        decide(work, caller, &row, Outcome::Ticket, Some((ticket, requester.id)))?;
        Ok(Taken { ticket })
    })
}

/// Puts it aside.
pub fn discard(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    require_postmaster(&caller.actor)?;
    desk.act(caller, |work| {
        let row = undecided(inbound_mail::by_id(work.tx, id)?)?;
        decide(work, caller, &row, Outcome::Discarded, None)
    })
}

fn undecided(row: Option<InboundRow>) -> Result<InboundRow> {
    let row = row.ok_or(Error::NotFound)?;
    if row.ticket_id.is_none() && row.outcome()?.is_undecided() { Ok(row) } else { Err(Error::NotFound) }
}

fn decide(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    row: &InboundRow,
    outcome: Outcome,
    ticket: Option<(TicketId, PersonId)>,
) -> Result<()> {
    let (ticket, person) = ticket.unzip();
    if !inbound_mail::decide(work.tx, row, outcome, ticket, person)? {
        return Err(Error::Conflict);
    }
    let kind = if ticket.is_some() { "mail_taken" } else { "mail_discarded" };
    work.audit(kind, Some(caller.actor.id), json!({"mail": row.id, "ticket": ticket}))
}
