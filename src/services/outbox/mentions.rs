//! `@name` in a reply or a note tells whoever has that name before the @ of their address, if they may read it.

use super::super::work::{Heard, relations_to};
use super::super::{Result, Work};
use super::queue::{self, News};
use crate::domain::ids::{EventId, PersonId};
use crate::domain::notice::{Audience, Notice};
use crate::domain::permission::{Action, may};
use crate::domain::text::mentions;
use crate::domain::ticket::Ticket;
use crate::store::{deliveries, outbox, people};

/// Tells those who are named in a text of an event and are not told of it anyhow.
pub fn run(
    work: &mut Work<'_, '_>,
    event: EventId,
    ticket: &Ticket,
    text: &str,
    needed: Action,
    by: PersonId,
) -> Result<()> {
    let names = mentions(text);
    if names.is_empty() || work.heard == Heard::Nowhere {
        return Ok(());
    }
    let today = work.today();
    let told = outbox::of_event(work.tx, event)?;
    let mut named = Vec::new();
    for person in deliveries::named(work.tx, &names)? {
        if person == by || told.iter().any(|(other, ..)| *other == person) {
            continue;
        }
        let Some(actor) = people::actor(work.tx, person, today)? else { continue };
        if may(&relations_to(work.tx, &actor, ticket, needed)?, needed).is_ok() {
            named.push((person, Audience::Named));
        }
    }
    let news = News { event, notice: Notice::Mention, ticket, from: work.now, late: false };
    queue::run(work, &news, &named)
}
