//! Reads one ticket and what hangs on it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sla::view::PROMISED;
use super::super::work::{Loaded, load, relations_to};
use super::super::{Desk, Error, Result};
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Relation, may};
use crate::domain::sla::keeping::ClockKind;
use crate::store::handovers::{ConsultationRow, HandoverRow};
use crate::store::history::EventRow;
use crate::store::messages::MessageRow;
use crate::store::queues::{self, Listed};
use crate::store::{Conn, handovers, history, messages, people, tickets};

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

    /// Whether the actor sees this clock of it: whoever does not read internal matters sees what is promised to
    /// the requester.
    pub fn sees(&self, clock: ClockKind) -> bool {
        may(&self.relations, Action::ReadInternal).is_ok() || PROMISED.contains(&clock)
    }
}

/// Reads a ticket.
pub fn run(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Seen> {
    desk.read(|conn| in_conn(conn, actor, id))
}

pub(super) fn in_conn(conn: &mut Conn, actor: &Actor, id: TicketId) -> Result<Seen> {
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

/// A page of the history that the actor reads, with whether there is more, and the names of who is in it.
pub fn told(desk: &Desk, actor: &Actor, id: TicketId, after: i64, limit: i64) -> Result<Told> {
    below(desk, actor, id, Action::ReadHistory, |conn, loaded| {
        let internal = loaded.may(Action::ReadInternal);
        let mut events = history::of_ticket(conn, id, after, limit + 1)?;
        let more = i64::try_from(events.len()).unwrap_or(i64::MAX) > limit;
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = events.last().map(|event| event.seq).filter(|_| more);
        events.retain(|event| internal || is_public_event(event));
        let assigned = events.iter().filter_map(|event| assigned(&event.payload));
        let people: BTreeSet<i64> = events.iter().filter_map(|event| event.actor_id).chain(assigned).collect();
        let people: Vec<PersonId> = people.into_iter().map(PersonId).collect();
        Ok(Told { names: people::names(conn, &people)?, events, next })
    })
}

/// A page of a history.
#[derive(Clone, Debug)]
pub struct Told {
    pub events: Vec<EventRow>,
    /// The sequence number that the next page begins after.
    pub next: Option<i64>,
    pub names: BTreeMap<PersonId, String>,
}

/// To whom an event gave the ticket.
pub fn assigned(payload: &str) -> Option<i64> {
    // Most events give it to nobody: no parser for that.
    let payload: serde_json::Value = payload.contains("\"assignee\"").then(|| serde_json::from_str(payload).ok())??;
    payload.pointer("/set/assignee")?.as_i64()
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
    below(desk, actor, id, Action::ReadInternal, |conn, _| links_in(conn, actor, id))
}

/// The links of a ticket that the actor reads internal matters of.
pub(super) fn links_in(conn: &mut Conn, actor: &Actor, id: TicketId) -> Result<Vec<(tickets::Link, Option<Seen>)>> {
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
}
