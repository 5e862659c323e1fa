//! Reads one ticket and what hangs on it.

use super::super::work::{Loaded, load, relations_to};
use super::super::{Desk, Error, Result};
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::store::handovers::{ConsultationRow, HandoverRow};
use crate::store::history::EventRow;
use crate::store::messages::MessageRow;
use crate::store::queues::{self, Listed};
use crate::store::{Conn, handovers, history, messages, tickets};

/// A ticket as somebody sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub listed: Listed,
    pub relations: Vec<Relation>,
    /// The description in force; `None` if erased or not for these eyes.
    pub description: Option<String>,
}

impl Seen {
    /// Whether the actor reads the content, or only sees that the ticket exists.
    pub fn has_content(&self) -> bool {
        may(&self.relations, Action::Read).is_ok()
    }
}

/// Reads a ticket.
pub fn run(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Seen> {
    desk.read(|conn| in_conn(conn, actor, id))
}

fn in_conn(conn: &mut Conn, actor: &Actor, id: TicketId) -> Result<Seen> {
    let (listed, description) = queues::one(conn, id)?.ok_or(Error::NotFound)?;
    let relations = relations_to(conn, actor, &listed.ticket, Action::Read)?;
    may(&relations, Action::SeeExistence)?;
    let description = description.filter(|_| may(&relations, Action::Read).is_ok());
    Ok(Seen { listed, relations, description })
}

/// Runs a read below a ticket that the actor must be allowed to read in this way.
fn below<T>(
    desk: &Desk,
    actor: &Actor,
    id: TicketId,
    needed: Action,
    read: impl FnOnce(&mut Conn, &Loaded) -> Result<T>,
) -> Result<T> {
    desk.read(|conn| {
        let loaded = load(conn, actor, id, needed)?;
        read(conn, &loaded)
    })
}

/// A page of the conversation after a message id: for a requester what is public, for those who work
/// on it everything. Subjects are on the ticket itself.
pub fn conversation(desk: &Desk, actor: &Actor, id: TicketId, after: i64, limit: i64) -> Result<Vec<MessageRow>> {
    below(desk, actor, id, Action::Read, |conn, loaded| {
        Ok(messages::page(conn, id, loaded.may(Action::ReadInternal), after, limit)?)
    })
}

/// A page of the history after a sequence number; a requester sees the public events.
pub fn history(desk: &Desk, actor: &Actor, id: TicketId, after: i64, limit: i64) -> Result<(Vec<EventRow>, bool)> {
    below(desk, actor, id, Action::ReadHistory, |conn, loaded| {
        let internal = loaded.may(Action::ReadInternal);
        let events = history::of_ticket(conn, id, after, limit)?;
        Ok((events, internal))
    })
}

/// Whether somebody who does not read internal matters sees this event.
pub fn is_public_event(event: &EventRow) -> bool {
    EventKind::parse(&event.kind).is_some_and(EventKind::is_public)
}

/// The handovers with the names of their teams.
pub fn handovers(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<(HandoverRow, String)>> {
    below(desk, actor, id, Action::ReadInternal, |conn, _| Ok(handovers::of_ticket(conn, id)?))
}

/// The consultations with the names of their teams.
pub fn consultations(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<(ConsultationRow, String)>> {
    below(desk, actor, id, Action::ReadInternal, |conn, _| Ok(handovers::consultations(conn, id)?))
}

/// The watchers with their names.
pub fn watchers(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<(crate::domain::ids::PersonId, String)>> {
    below(desk, actor, id, Action::ReadInternal, |conn, _| Ok(tickets::watchers(conn, id)?))
}

/// The links, with the other ticket as far as the actor may see it.
pub fn links(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<(tickets::Link, Option<Seen>)>> {
    below(desk, actor, id, Action::ReadInternal, |conn, _| {
        let mut seen = Vec::new();
        for link in tickets::links(conn, id)? {
            let other = if link.from == id { link.to } else { link.from };
            match in_conn(conn, actor, other) {
                Ok(other) => seen.push((link, Some(other))),
                // That there is another ticket is known to whoever reads this one; which, is not.
                Err(Error::NotFound) => seen.push((link, None)),
                Err(error) => return Err(error),
            }
        }
        Ok(seen)
    })
}
