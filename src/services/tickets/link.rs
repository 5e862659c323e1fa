//! Ties tickets together: duplicate of, caused by, child of (a major incident), follows.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::Done;
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::{LinkId, PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::ticket::{LinkKind, Ticket};
use crate::store::tickets;

/// How, and to which.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkTicket)]
pub struct Input {
    pub kind: LinkKind,
    /// Number of the other ticket, which one must be able to read.
    pub other: String,
}

/// The link that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    pub id: LinkId,
}

/// Ties it to another.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Linked> {
    let not_found = || Error::field("/other", "not_found", "tiket tidak ditemukan");
    let other = desk.prefix.read(&input.other).ok_or_else(not_found)?;
    desk.act(caller, |work| {
        let actor = &caller.actor;
        work.load(actor, id, Action::Link)?;
        // Becoming a parent changes the other ticket.
        let needed = if input.kind == LinkKind::ChildOf { Action::Link } else { Action::Read };
        work.other(actor, other, needed).map_err(|error| match error {
            Error::NotFound | Error::Forbidden => not_found(),
            error => error,
        })?;
        Ok(Linked { id: apply(work, actor, id, input.kind, other)? })
    })
}

/// Ties another below it, which makes it a major incident.
pub fn adopt(desk: &Desk, caller: &Caller, id: TicketId, child: &str) -> Result<Linked> {
    let not_found = || Error::field("/other", "not_found", "tiket tidak ditemukan");
    let child = desk.prefix.read(child);
    desk.act(caller, |work| {
        let actor = &caller.actor;
        work.other(actor, id, Action::Link)?;
        let child = child.ok_or_else(not_found)?;
        let tied = apply(work, actor, child, LinkKind::ChildOf, id).map_err(|error| match error {
            Error::NotFound | Error::Forbidden => not_found(),
            error => error,
        })?;
        Ok(Linked { id: tied })
    })
}

/// Ties it to another that the actor was found able to read, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    kind: LinkKind,
    other: TicketId,
) -> Result<LinkId> {
    let loaded = work.load(actor, id, Action::Link)?;
    tie(work, Some(actor.id), &loaded.ticket, kind, other)
}

/// Writes a link; a ticket that gets its first child is a major incident from then on.
pub(super) fn tie(
    work: &mut Work<'_, '_>,
    by: Option<PersonId>,
    ticket: &Ticket,
    kind: LinkKind,
    other: TicketId,
) -> Result<LinkId> {
    if ticket.id == other {
        return Err(Refusal::SameTicket.into());
    }
    if tickets::has_link(work.tx, ticket.id, kind, other)? {
        return Err(Refusal::LinkExists.into());
    }
    if kind == LinkKind::ChildOf {
        refuse_cycle(work, ticket.id, other)?;
        make_major(work, by, other)?;
    }
    let id = tickets::insert_link(work.tx, ticket.id, kind, other)?;
    let mut after = ticket.clone();
    let details = Details::none().with("link", json!({"id": id, "kind": kind, "to": other}));
    work.record(EventKind::Linked, by, ticket, &mut after, details)?;
    Ok(id)
}

/// The most generations of major incidents: more are a circle.
const DEEPEST: u32 = 20;

/// A child has one parent, and no ticket is its own ancestor.
fn refuse_cycle(work: &mut Work<'_, '_>, child: TicketId, parent: TicketId) -> Result<()> {
    if tickets::parent(work.tx, child)?.is_some() {
        return Err(Refusal::LinkExists.into());
    }
    let mut ancestor = Some(parent);
    let mut depth = 0;
    while let Some(id) = ancestor {
        depth += 1;
        if id == child || depth > DEEPEST {
            return Err(Refusal::LinkCycle.into());
        }
        ancestor = tickets::parent(work.tx, id)?;
    }
    Ok(())
}

fn make_major(work: &mut Work<'_, '_>, by: Option<PersonId>, parent: TicketId) -> Result<()> {
    let parent = tickets::by_id(work.tx, parent)?.ok_or(Error::NotFound)?;
    if parent.major {
        return Ok(());
    }
    if parent.status.is_final() {
        return Err(Refusal::Final.into());
    }
    let mut after = parent.clone();
    after.major = true;
    work.record(EventKind::Edited, by, &parent, &mut after, Details::none())?;
    Ok(())
}

/// Unties it.
pub fn remove(desk: &Desk, caller: &Caller, id: TicketId, link: LinkId) -> Result<Done> {
    super::change(desk, caller, |work, actor| {
        let loaded = work.load(actor, id, Action::Link)?;
        let found =
            tickets::links(work.tx, id)?.into_iter().find(|l| l.id == link && l.from == id).ok_or(Error::NotFound)?;
        tickets::delete_link(work.tx, link)?;
        let mut after = loaded.ticket.clone();
        let details = Details::none().with("link", json!({"id": link, "kind": found.kind, "to": found.to}));
        work.record(EventKind::Unlinked, Some(actor.id), &loaded.ticket, &mut after, details)?;
        Ok(after.version)
    })
}
