//! Digests, of the day and of what is late: when they are due, and what they tell.

use std::collections::BTreeMap;

use super::super::work::relations_to;
use super::super::{Desk, Result};
use super::prepare::{HIDDEN, ticket_url};
use crate::domain::ids::TicketId;
use crate::domain::mail::letter::Item;
use crate::domain::notice::{Notice, Urgency};
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may};
use crate::store::deliveries::{self, Collected};
use crate::store::{Conn, tickets};

/// People looked after in one go.
const TOGETHER: i64 = 200;

/// The most tickets that a digest names.
const MOST: usize = 50;

/// Queues a digest for everybody for whom collected notices are due; gives for how many. One that has to tell of
/// more than the news of the day says so.
pub fn queue_due(desk: &Desk) -> Result<usize> {
    let now = desk.now();
    let people = desk.read(|conn| Ok(deliveries::digests_due(conn, now, TOGETHER)?))?;
    if !people.is_empty() {
        desk.housekeep(|work| {
            for (person, urgency) in &people {
                let of_the_day = *urgency >= Urgency::Digest as i64;
                let digest = if of_the_day { Notice::Digest } else { Notice::AlarmDigest };
                deliveries::queue_digest(work.tx, *person, digest, work.now)?;
            }
            Ok(())
        })?;
    }
    Ok(people.len())
}

/// What a digest tells.
#[derive(Clone, Debug)]
pub struct Told {
    pub items: Vec<Item>,
    /// How many tickets more there are.
    pub more: usize,
}

/// Gathers what was collected for somebody into a digest and tells it by ticket, as far as they may still read it:
/// first the tickets that missed a target, because a long digest names only so many.
pub fn tell(desk: &Desk, digest: i64, actor: &Actor) -> Result<Told> {
    desk.housekeep(|work| Ok(deliveries::gather(work.tx, actor.id, digest)?))?;
    desk.read(|conn| {
        let mut by_ticket: BTreeMap<TicketId, Vec<Notice>> = BTreeMap::new();
        for Collected { notice, ticket } in deliveries::gathered(conn, digest)? {
            let notices = by_ticket.entry(ticket).or_default();
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
        let missed = |notices: &[Notice]| notices.contains(&Notice::TargetMissed);
        for notices in by_ticket.values_mut().filter(|notices| missed(notices)) {
            notices.retain(|notice| *notice != Notice::TargetNear);
        }
        let mut by_ticket: Vec<_> = by_ticket.into_iter().collect();
        by_ticket.sort_by_key(|(_, notices)| !missed(notices));
        let mut told = Told { items: Vec::new(), more: 0 };
        for (id, notices) in by_ticket {
            match told.items.len() {
                MOST => told.more += 1,
                _ => told.items.extend(item(desk, conn, actor, id, notices)?),
            }
        }
        Ok(told)
    })
}

fn item(desk: &Desk, conn: &mut Conn, actor: &Actor, id: TicketId, notices: Vec<Notice>) -> Result<Option<Item>> {
    let Some(ticket) = tickets::by_id(conn, id)? else { return Ok(None) };
    let relations = relations_to(conn, actor, &ticket, Action::Read)?;
    if may(&relations, Action::SeeExistence).is_err() {
        return Ok(None);
    }
    let hidden = ticket.is_confidential() || may(&relations, Action::Read).is_err();
    Ok(Some(Item {
        number: desk.prefix.number(id),
        subject: if hidden { HIDDEN.to_owned() } else { ticket.subject.unwrap_or_default() },
        url: ticket_url(desk, id),
        notices: if hidden { Vec::new() } else { notices },
    }))
}
