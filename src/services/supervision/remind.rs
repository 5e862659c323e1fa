//! Reminds a desk of the targets that it has missed: one notice for each of its agents, however many
//! tickets it is about, and each ticket at most once a day.

use chrono::{Duration, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::outbox::queue::{self, News};
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::event::EventKind;
use crate::domain::ids::{OpdId, PersonId, TicketId};
use crate::domain::notice::{Audience, Notice};
use crate::domain::people::Role;
use crate::domain::permission::Action;
use crate::store::{organisation, people, supervision};

/// The most tickets that one reminder is about.
const MOST: i64 = 20;

/// After how many hours a desk can be reminded of the same ticket again.
const AGAIN_HOURS: i64 = 24;

/// What a reminder was about, and how many people it goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    pub tickets: i64,
    pub people: i64,
}

/// Reminds.
pub fn run(desk: &Desk, caller: &Caller, opd: OpdId) -> Result<Reminded> {
    if !caller.actor.has(Role::Supervisor) {
        return Err(Error::Forbidden);
    }
    desk.act(caller, |work| {
        organisation::opd_by_id(work.tx, opd)?.ok_or(Error::NotFound)?;
        let since = work.now - Duration::hours(AGAIN_HOURS);
        let tickets = supervision::to_remind(work.tx, opd, work.now, since, MOST)?;
        let agents = agents(work, opd)?;
        let nothing = Reminded { tickets: 0, people: i64::try_from(agents.len()).unwrap_or(i64::MAX) };
        if tickets.is_empty() || agents.is_empty() {
            return Ok(nothing);
        }
        tell(work, caller, &tickets, &agents)?;
        work.audit("desk_reminded", Some(caller.actor.id), json!({"opd": opd, "tickets": tickets, "people": agents}))?;
        Ok(Reminded { tickets: i64::try_from(tickets.len()).unwrap_or(MOST), ..nothing })
    })
}

fn agents(work: &mut Work<'_, '_>, opd: OpdId) -> Result<Vec<PersonId>> {
    let today: NaiveDate = work.today();
    Ok(people::with_role(work.tx, Role::Tier1Agent, Some(opd), today)?)
}

/// Notes it on each ticket; the notices hang on the one that is longest due.
fn tell(work: &mut Work<'_, '_>, caller: &Caller, tickets: &[TicketId], agents: &[PersonId]) -> Result<()> {
    let mut first = None;
    for id in tickets {
        let loaded = work.other(&caller.actor, *id, Action::Remind)?;
        let mut after = loaded.ticket.clone();
        let kind = EventKind::Reminded;
        let event = work.record(kind, Some(caller.actor.id), &loaded.ticket, &mut after, Details::none())?;
        first.get_or_insert((event, after));
    }
    let Some((event, ticket)) = first else { return Ok(()) };
    let people: Vec<_> = agents.iter().map(|agent| (*agent, Audience::Named)).collect();
    let news = News { event, notice: Notice::Reminded, ticket: &ticket, from: work.now, late: false };
    queue::run(work, &news, &people)
}
