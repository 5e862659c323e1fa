//! Follows what happens to tickets, whichever instance does it: by reading the table of events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::super::{Desk, Error, Result};
use super::presence;
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, Involved, may, relations};
use crate::domain::ticket::Ticket;
use crate::store::presence::Present;
use crate::store::{history, tickets};

/// How long a missing id is waited for. PostgreSQL gives ids before commit, so a lower one can come later
/// than a higher one; no transaction lasts longer than the limits of its connection allow.
const WAITED_FOR: TimeDelta = TimeDelta::seconds(150);

/// How many ids below the highest are looked at for missing ones at the start.
const BEHIND: i64 = 100;

/// The most events that are passed on one by one. When there are more, everybody looks again by themselves.
const MOST: i64 = 1000;

/// A ticket, with all that says who may know of it.
#[derive(Clone, Debug)]
pub struct About {
    pub ticket: Ticket,
    involved: Involved,
}

impl About {
    /// What an actor may know of a change: its kind, or only that there was one.
    pub fn kind_for(&self, actor: &Actor, kind: EventKind) -> Option<&'static str> {
        match () {
            () if self.may(actor, Action::ReadInternal) => Some(kind.as_str()),
            () if !kind.is_public() => None,
            () if self.may(actor, Action::Read) => Some(kind.as_str()),
            () if self.may(actor, Action::SeeExistence) => Some("changed"),
            () => None,
        }
    }

    /// Whether an actor may know who looks at it.
    pub fn shows_viewers(&self, actor: &Actor) -> bool {
        self.may(actor, Action::ReadInternal)
    }

    fn may(&self, actor: &Actor, action: Action) -> bool {
        may(&relations(actor, &self.ticket, &self.involved), action).is_ok()
    }
}

/// Something that whoever listens may want to know.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Something happened to a ticket.
    Changed(Arc<About>, EventKind),
    /// Others look at a ticket than before.
    Viewed(Arc<About>, Arc<Vec<Present>>),
    /// More happened than can be told.
    Lost,
}

/// Where somebody who follows has got to.
#[derive(Debug)]
pub struct Follower {
    /// Of ids up to here nothing new comes.
    floor: i64,
    /// What was seen above it, and when.
    seen: BTreeMap<i64, Instant>,
    viewers: BTreeMap<TicketId, Vec<Present>>,
}

impl Follower {
    /// Begins now.
    pub fn begin(desk: &Desk) -> Result<Self> {
        let now = desk.now();
        let (floor, traces) = desk.read(|conn| {
            let floor = (history::last_event_id(conn)? - BEHIND).max(0);
            Ok::<_, Error>((floor, history::since(conn, floor, MOST)?))
        })?;
        let seen = traces.into_iter().map(|(id, ..)| (id, now)).collect();
        let mut follower = Self { floor, seen, viewers: BTreeMap::new() };
        follower.raise(now);
        Ok(follower)
    }

    /// What happened since the last turn, and who looks at these tickets if that has changed.
    pub fn turn(&mut self, desk: &Desk, looked_at: &[TicketId]) -> Result<Vec<Happening>> {
        let now = desk.now();
        let traces = desk.read(|conn| Ok::<_, Error>(history::since(conn, self.floor, MOST)?))?;
        if traces.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            *self = Self::begin(desk)?;
            return Ok(vec![Happening::Lost]);
        }
        let fresh: Vec<_> = traces.into_iter().filter(|(id, ..)| !self.seen.contains_key(id)).collect();
        let viewers = presence::at(desk, looked_at)?;
        let viewed: Vec<TicketId> =
            looked_at.iter().copied().filter(|id| viewers.get(id) != self.viewers.get(id)).collect();
        let about = about(desk, fresh.iter().map(|(_, ticket, _)| *ticket).chain(viewed.iter().copied()).collect())?;
        let changed = fresh.iter().filter_map(|(_, ticket, kind)| {
            Some(Happening::Changed(Arc::clone(about.get(ticket)?), EventKind::parse(kind)?))
        });
        let viewed = viewed.iter().filter_map(|ticket| {
            let people = viewers.get(ticket).cloned().unwrap_or_default();
            Some(Happening::Viewed(Arc::clone(about.get(ticket)?), Arc::new(people)))
        });
        let happenings = changed.chain(viewed).collect();
        self.seen.extend(fresh.into_iter().map(|(id, ..)| (id, now)));
        self.viewers = viewers;
        self.raise(now);
        Ok(happenings)
    }

    /// Leaves behind what is complete. A missing id was given before any higher one was seen, so it is given
    /// up on when that was long ago.
    fn raise(&mut self, now: Instant) {
        let old = self.seen.iter().rfind(|(_, seen_at)| now - **seen_at >= WAITED_FOR);
        self.floor = old.map_or(self.floor, |(id, _)| *id);
        while self.seen.contains_key(&(self.floor + 1)) {
            self.floor += 1;
        }
        self.seen = self.seen.split_off(&(self.floor + 1));
    }
}

fn about(desk: &Desk, ids: BTreeSet<TicketId>) -> Result<BTreeMap<TicketId, Arc<About>>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<TicketId> = ids.into_iter().collect();
    desk.read(|conn| {
        let mut about = BTreeMap::new();
        for ticket in tickets::by_ids(conn, &ids)? {
            let involved = tickets::involved(conn, ticket.id)?;
            about.insert(ticket.id, Arc::new(About { ticket, involved }));
        }
        Ok(about)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_missing_id_is_waited_for_until_its_transaction_must_be_over() {
        let mut follower = Follower { floor: 10, seen: BTreeMap::new(), viewers: BTreeMap::new() };
        follower.seen.extend([(11, at(0)), (13, at(0)), (15, at(60))]);
        follower.raise(at(60));
        assert_eq!((follower.floor, follower.seen.len()), (11, 2));
        follower.raise(at(149));
        assert_eq!(follower.floor, 11);
        // 12 will not come any more; 14 still may.
        follower.raise(at(150));
        assert_eq!((follower.floor, follower.seen.len()), (13, 1));
        follower.seen.insert(14, at(155));
        follower.raise(at(155));
        assert_eq!((follower.floor, follower.seen.len()), (15, 0));
    }
}
