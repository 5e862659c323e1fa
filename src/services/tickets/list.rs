//! Lists and finds tickets. Whatever the way, nobody finds what they may not see.

use super::super::{Desk, Error, Result};
use super::read::Seen;
use crate::domain::Instant;
use crate::domain::ids::TicketId;
use crate::domain::people::{Actor, Role};
use crate::domain::permission::{Action, Involved, Relation, may, relations};
use crate::domain::scope;
use crate::domain::ticket::{Ticket, word_enum};
use crate::store::queues::{self, Counts, Filter, Listed, Order, Place, Queue};
use crate::store::{Conn, search, tickets};

word_enum! {
    /// Whose tickets to list.
    View {
        /// the desk of one's OPD
        Desk = "desk",
        /// handed over to one's teams
        Team = "team",
        /// assigned to oneself
        Assigned = "assigned",
        /// asked for by oneself
        Requested = "requested",
        /// followed by oneself
        Watched = "watched",
        /// all OPDs
        All = "all",
    }
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The widest that the roles allow, if absent.
    pub view: Option<View>,
    pub filter: Filter,
    /// Words that all must occur; finds in everything that the actor may read, newest first.
    pub text: Option<String>,
    pub order: Order,
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: i64,
}

/// Where the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// In a queue.
    Queue(Place),
    /// In a search: below this ticket.
    Search(TicketId),
}

/// A page of tickets.
#[derive(Clone, Debug)]
pub struct Page {
    pub items: Vec<Seen>,
    pub next: Option<Cursor>,
}

/// Lists a page.
pub fn run(desk: &Desk, actor: &Actor, input: &Input) -> Result<Page> {
    match &input.text {
        Some(text) => desk.read(|conn| find(conn, actor, input, text, desk.now())),
        None => desk.read(|conn| page(conn, actor, input, desk.now())),
    }
}

/// How many open tickets a view has, and how they stand.
pub fn counts(desk: &Desk, actor: &Actor, view: Option<View>) -> Result<Counts> {
    let queue = queue(actor, view)?;
    let mut counts = desk.read(|conn| Ok(queues::counts(conn, actor, &queue, desk.now())?))?;
    if !is_worked_on(&queue) {
        (counts.near, counts.breached) = (0, 0);
    }
    Ok(counts)
}

/// How many open tickets the actor works on.
pub fn assigned(desk: &Desk, actor: &Actor) -> Result<i64> {
    desk.read(|conn| Ok(queues::open(conn, actor, &Queue::Assigned(actor.id))?))
}

/// Whether who has this queue works on it. The others see no clocks between desk and teams, in no way.
fn is_worked_on(queue: &Queue) -> bool {
    match queue {
        Queue::Desk(_) | Queue::Teams(_) | Queue::Assigned(_) | Queue::All => true,
        Queue::Requested(_) | Queue::Watched(_) => false,
    }
}

/// The queue of a view, if the actor has it.
fn queue(actor: &Actor, view: Option<View>) -> Result<Queue> {
    let oversight = actor.has(Role::Supervisor) || actor.has(Role::Auditor);
    let desk = actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead);
    let widest = || match () {
        () if oversight => View::All,
        () if !actor.teams.is_empty() => View::Team,
        () if desk => View::Desk,
        () => View::Requested,
    };
    match view.unwrap_or_else(widest) {
        View::All if oversight => Ok(Queue::All),
        View::Desk if desk => Ok(Queue::Desk(actor.opd)),
        View::Team if !actor.teams.is_empty() => Ok(Queue::Teams(actor.teams.clone())),
        View::All | View::Desk | View::Team => Err(Error::Forbidden),
        View::Assigned => Ok(Queue::Assigned(actor.id)),
        View::Requested => Ok(Queue::Requested(actor.id)),
        View::Watched => Ok(Queue::Watched(actor.id)),
    }
}

fn page(conn: &mut Conn, actor: &Actor, input: &Input, now: Instant) -> Result<Page> {
    let place = match input.after {
        None => None,
        Some(Cursor::Queue(place)) if place.order() == input.order => Some(place),
        Some(Cursor::Queue(_) | Cursor::Search(_)) => return Err(Error::Cursor),
    };
    let queue = queue(actor, input.view)?;
    if !is_worked_on(&queue) && (input.order == Order::Due || input.filter.pressing.is_some()) {
        let message = "sisa waktu hanya ditampilkan pada antrean yang dikerjakan: desk, team, assigned, atau all";
        return Err(Error::field("/view", "no_time_left", message));
    }
    let order = (input.order, place);
    let mut rows = queues::page(conn, actor, &queue, &input.filter, order, input.limit + 1, now)?;
    let more = rows.len() > usize::try_from(input.limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(input.limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| more).map(|last| Cursor::Queue(Place::behind(input.order, &last.ticket)));
    let mut items = Vec::with_capacity(rows.len());
    for listed in rows {
        let seen = see(conn, actor, listed, &queue)?;
        items.extend(seen);
    }
    Ok(Page { items, next })
}

/// What the actor sees of a row of their queue; nothing if nothing.
fn see(conn: &mut Conn, actor: &Actor, listed: Listed, queue: &Queue) -> Result<Option<Seen>> {
    let own = relations_in(conn, actor, &listed.ticket, queue)?;
    if may(&own, Action::SeeExistence).is_err() {
        return Ok(None);
    }
    Ok(Some(Seen { listed, relations: own, description: None }))
}

fn relations_in(conn: &mut Conn, actor: &Actor, ticket: &Ticket, queue: &Queue) -> Result<Vec<Relation>> {
    let plain = relations(actor, ticket, &Involved::default());
    if may(&plain, Action::Read).is_ok() {
        return Ok(plain);
    }
    let involved = match queue {
        Queue::Watched(person) => Involved { watchers: vec![*person], ..Involved::default() },
        // Seldom: confidential tickets before supervision, and what a team handled in the past.
        Queue::Desk(_) | Queue::Teams(_) | Queue::Assigned(_) | Queue::Requested(_) | Queue::All => {
            tickets::involved(conn, ticket.id)?
        }
    };
    Ok(relations(actor, ticket, &involved))
}

fn find(conn: &mut Conn, actor: &Actor, input: &Input, text: &str, now: Instant) -> Result<Page> {
    if input.order == Order::Due || input.filter.pressing.is_some() {
        let message = "pencarian tidak dapat digabung dengan sisa waktu; gunakan salah satu";
        return Err(Error::field("/q", "no_time_left", message));
    }
    let before = match input.after {
        None => TicketId(i64::MAX),
        Some(Cursor::Search(id)) => id,
        Some(Cursor::Queue(_)) => return Err(Error::Cursor),
    };
    let found = search::find(conn, &scope::reader(actor), text, before, input.limit)?;
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) == input.limit;
    let next = found.last().copied().filter(|_| full).map(Cursor::Search);
    if found.is_empty() {
        return Ok(Page { items: Vec::new(), next });
    }
    let filter = Filter { ids: Some(found), ..input.filter.clone() };
    let mut rows = queues::page(conn, actor, &Queue::All, &filter, (Order::Updated, None), input.limit, now)?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.ticket.id));
    let mut items = Vec::with_capacity(rows.len());
    for listed in rows {
        // The index found it within the actor's scope; the table of permissions has the last word.
        items.extend(see(conn, actor, listed, &Queue::All)?.filter(Seen::has_content));
    }
    Ok(Page { items, next })
}
