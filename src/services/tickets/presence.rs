//! Who else looks at a ticket, so that two do not answer at once. Among those who work on tickets only:
//! requesters are neither shown nor see it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Deserialize;

use super::super::work::load;
use super::super::{Desk, Error, Result};
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::store::presence::{self, Present};

/// How long somebody counts as present after their page last said so.
pub const LASTS: TimeDelta = TimeDelta::seconds(45);

/// What a page says of its reader.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Input {
    pub typing: bool,
    /// Leaves the page.
    pub gone: bool,
}

/// Notes that the actor looks at a ticket, or types there, or leaves it.
pub fn note(desk: &Desk, actor: &Actor, id: TicketId, input: &Input) -> Result<()> {
    let loaded = desk.read(|conn| load(conn, actor, id, Action::Read))?;
    if !loaded.may(Action::ReadInternal) {
        return Ok(());
    }
    desk.housekeep(|work| match input.gone {
        true => Ok(presence::remove(work.tx, id, actor.id)?),
        false => match presence::put(work.tx, id, actor.id, input.typing, work.now) {
            // Two windows of the same person said so for the first time at once.
            Err(crate::store::Error::Exists(_)) => Err(Error::Conflict),
            noted => Ok(noted?),
        },
    })
}

/// Who looks at these tickets now, by ticket. For the program itself: whoever is told must be allowed to know.
pub(super) fn at(desk: &Desk, tickets: &[TicketId]) -> Result<BTreeMap<TicketId, Vec<Present>>> {
    let mut by_ticket: BTreeMap<TicketId, Vec<Present>> = BTreeMap::new();
    if tickets.is_empty() {
        return Ok(by_ticket);
    }
    let since = desk.now() - LASTS;
    for present in desk.read(|conn| Ok::<_, Error>(presence::since(conn, tickets, since)?))? {
        by_ticket.entry(present.ticket).or_default().push(present);
    }
    Ok(by_ticket)
}

/// Who looks at a ticket now; nobody, for whoever does not work on it.
pub fn of(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<Present>> {
    let loaded = desk.read(|conn| load(conn, actor, id, Action::Read))?;
    if !loaded.may(Action::ReadInternal) {
        return Ok(Vec::new());
    }
    Ok(at(desk, &[id])?.remove(&id).unwrap_or_default())
}
