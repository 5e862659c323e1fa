//! Where a mail belongs: to a ticket, if its address, what it answers or its subject says so and its sender may
//! write there; else it is a new matter.

use super::super::work::relations_to;
use super::super::{Result, Work};
use crate::domain::ids::TicketId;
use crate::domain::mail::incoming::Incoming;
use crate::domain::mail::outcome::Reason;
use crate::domain::mail::subject;
use crate::domain::mail::thread::Thread;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may};
use crate::domain::ticket::Ticket;
use crate::store::{inbound_mail, tickets};

/// How often a ticket may have been merged into another.
const MOST_MERGES: u32 = 20;

/// Where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Reply(TicketId),
    /// A new ticket that follows one that is over.
    Follow(TicketId),
    New,
    /// Somebody must look at it.
    Unclear(Reason),
}

/// Finds it. `authentic` says whether a mail server confirmed the sender.
pub fn find(work: &mut Work<'_, '_>, message: &Incoming, sender: &Actor, authentic: bool) -> Result<Place> {
    if let Some(id) = by_code(work, message)? {
        return on(work, sender, id);
    }
    let Some(id) = subject::number(&message.subject, &work.desk.prefix) else { return Ok(Place::New) };
    // Numbers can be guessed and senders forged: what desk or team write to a requester needs more.
    let Some(ticket) = tickets::by_id(work.tx, id)? else { return Ok(Place::New) };
    let named = ticket.owner == sender.id || ticket.assignee == Some(sender.id);
    if ticket.requester != sender.id && !(authentic && named) {
        return Ok(Place::New);
    }
    on(work, sender, id)
}

/// The ticket that its address, what it answers, or what that answered, names with a code of ours.
fn by_code(work: &mut Work<'_, '_>, message: &Incoming) -> Result<Option<TicketId>> {
    let secret = work.desk.thread_secret();
    let addressed = message.recipients.iter().filter_map(|address| Thread::of_address(address, secret));
    let answered = message.answers.iter().filter_map(|id| Thread::of_message_id(id, secret));
    for thread in addressed.chain(answered) {
        if tickets::by_id(work.tx, thread.ticket)?.is_some() {
            return Ok(Some(thread.ticket));
        }
    }
    Ok(inbound_mail::ticket_of(work.tx, &message.answers)?)
}

/// What the sender may do on that ticket, or on the one that it was merged into.
fn on(work: &mut Work<'_, '_>, sender: &Actor, id: TicketId) -> Result<Place> {
    let mut place = None;
    let mut next = Some(id);
    for _ in 0..=MOST_MERGES {
        let Some(ticket) = next.map(|id| tickets::by_id(work.tx, id)).transpose()?.flatten() else { break };
        next = ticket.merged_into;
        match here(work, sender, &ticket)? {
            // The first says what is to happen if no later one takes it.
            found @ Place::Reply(_) => return Ok(found),
            other => place = place.or(Some(other)),
        }
    }
    Ok(place.unwrap_or(Place::New))
}

fn here(work: &mut Work<'_, '_>, sender: &Actor, ticket: &Ticket) -> Result<Place> {
    let relations = relations_to(work.tx, sender, ticket, Action::Reply)?;
    Ok(if may(&relations, Action::Reply).is_err() {
        Place::Unclear(Reason::NotInvolved)
    } else if !ticket.status.is_final() {
        Place::Reply(ticket.id)
    } else if ticket.requester == sender.id {
        Place::Follow(ticket.id)
    } else {
        Place::Unclear(Reason::Ended)
    })
}
