//! Queues: pages of tickets for somebody, each from one index, however many tickets are closed.

use chrono::NaiveDateTime;
use diesel::dsl::{case_when, count, count_star};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;

use super::keep::{Keep, padded};
use super::schema::{category, message, opd, person, team, ticket, watcher};
use super::tickets::TicketRow;
use super::{Conn, Error, or_never, stored, word};
use crate::domain::Instant;
use crate::domain::conversation::MessageKind;
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId, TicketId};
use crate::domain::people::Actor;
use crate::domain::priority::Priority;
use crate::domain::text::Tag;
use crate::domain::ticket::{Classification, HandoverStage, Status, Ticket, TicketType};

/// Whose tickets. Each is answered by an index of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queue {
    /// the desk of an OPD
    Desk(OpdId),
    /// handed over to these teams
    Teams(Vec<TeamId>),
    /// assigned to somebody
    Assigned(PersonId),
    /// asked for by somebody
    Requested(PersonId),
    /// followed by somebody
    Watched(PersonId),
    /// all OPDs
    All,
}

/// Which tickets of a queue.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Still open (`Some(true)`), ended (`Some(false)`), or both.
    pub open: Option<bool>,
    pub statuses: Vec<Status>,
    pub kinds: Vec<TicketType>,
    pub priorities: Vec<Priority>,
    pub opd: Option<OpdId>,
    pub team: Option<TeamId>,
    pub category: Option<CategoryId>,
    /// `Some(None)`: nobody works on it.
    pub assignee: Option<Option<PersonId>>,
    pub tag: Option<Tag>,
    pub security: Option<bool>,
    pub opened_from: Option<Instant>,
    pub opened_before: Option<Instant>,
    pub pressing: Option<Pressing>,
    /// With a team of the Dinas: asked to take it, or working on it.
    pub handed: Option<Handed>,
    /// Only these, as found by a search.
    pub ids: Option<Vec<TicketId>>,
}

/// How far the handover of a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handed {
    /// with a team, whatever that says to it
    Any,
    /// a team is asked and has not answered
    Requested,
}

/// How a ticket stands towards its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressing {
    /// a running clock is near its end
    Near,
    /// a target was missed
    Breached,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// most recently changed first
    #[default]
    Updated,
    /// least time left first; last what has no running clock
    Due,
}

/// Where a page begins: after this ticket in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Updated {
        at: Instant,
        id: TicketId,
    },
    Due {
        /// Nothing if it has no running clock.
        at: Option<Instant>,
        id: TicketId,
    },
}

impl Place {
    /// Behind a ticket.
    pub fn behind(order: Order, ticket: &Ticket) -> Self {
        match order {
            Order::Updated => Self::Updated { at: ticket.updated_at, id: ticket.id },
            Order::Due => Self::Due { at: ticket.promises.due_at, id: ticket.id },
        }
    }

    /// The order that it is a place in.
    pub fn order(self) -> Order {
        match self {
            Self::Updated { .. } => Order::Updated,
            Self::Due { .. } => Order::Due,
        }
    }
}

/// A ticket with the names that go with it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub ticket: Ticket,
    pub opd_code: String,
    pub opd_name: String,
    pub requester: String,
    pub owner: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub category: Option<String>,
}

/// Of OPD (code and name), requester, owner, assignee, team, category.
type Names = (String, String, String, String, Option<String>, Option<String>, Option<String>);

fn listed(ticket: TicketRow, names: Names) -> Result<Listed, Error> {
    let (opd_code, opd_name, requester, owner, assignee, team, category) = names;
    Ok(Listed { ticket: ticket.into_ticket()?, opd_code, opd_name, requester, owner, assignee, team, category })
}

diesel::alias!(person as requester_person: RequesterPerson, person as owner_person: OwnerPerson, person as assignee_person: AssigneePerson);

/// A ticket with what its names come from.
macro_rules! listed_tickets {
    () => {
        ticket::table
            .inner_join(opd::table)
            .inner_join(requester_person.on(requester_person.field(person::id).eq(ticket::requester_id)))
            .inner_join(owner_person.on(owner_person.field(person::id).eq(ticket::owner_id)))
            .left_join(assignee_person.on(assignee_person.field(person::id).nullable().eq(ticket::assignee_id)))
            .left_join(team::table)
            .left_join(category::table)
    };
}

/// Keeps what is in a queue. Tickets confined to named people (secret ones and security incidents) are in
/// a desk's queue only for those people; in other queues they are, since whoever has such a queue is named
/// on them, in the team, or sees that they exist.
macro_rules! within {
    ($query:expr, $actor:expr, $queue:expr) => {{
        let query = $query;
        match $queue {
            Queue::Desk(opd) => query.filter(ticket::opd_id.eq(opd.0)).filter(
                ticket::security
                    .eq(false)
                    .and(ticket::classification.ne(Classification::Secret.as_str()))
                    .or(ticket::owner_id.eq($actor.id.0))
                    .or(ticket::requester_id.eq($actor.id.0))
                    .or(ticket::assignee_id.eq($actor.id.0)),
            ),
            // One team is the usual case, and the one an index answers in order.
            Queue::Teams(teams) => match teams.as_slice() {
                [team] => query.filter(ticket::team_id.eq(team.0)),
                teams => query.filter(ticket::team_id.eq_any(teams.iter().map(|team| team.0).collect::<Vec<_>>())),
            },
            Queue::Assigned(person) => query.filter(ticket::assignee_id.eq(person.0)),
            Queue::Requested(person) => query.filter(ticket::requester_id.eq(person.0)),
            Queue::Watched(person) => {
                let watched = watcher::table.filter(watcher::person_id.eq(person.0)).select(watcher::ticket_id);
                query.filter(ticket::id.eq_any(watched))
            }
            Queue::All => query,
        }
    }};
}

diesel::define_sql_function! {
    /// The first that is not null. SQLite reads both sides of a comparison with a column of instants as numbers, row
    /// by row, before it compares them as text; with what a function gives it compares at once.
    fn coalesce(at: Timestamp, or: Timestamp) -> Timestamp;
}

/// Little time is left of a running promise, and none is over.
#[diesel::dsl::auto_type]
pub(super) fn near(now: NaiveDateTime) -> _ {
    coalesce(ticket::warn_at, ticket::warn_at).le(now).and(coalesce(ticket::due_at, ticket::due_at).ge(now))
}

/// A promise was not kept, or is not being kept.
#[diesel::dsl::auto_type]
pub(super) fn breached(now: NaiveDateTime) -> _ {
    coalesce(ticket::due_at, ticket::due_at).lt(now).or(ticket::missed)
}

/// The columns of [`Names`].
macro_rules! names {
    () => {
        (
            opd::code,
            opd::name,
            requester_person.field(person::name),
            owner_person.field(person::name),
            assignee_person.field(person::name).nullable(),
            team::name.nullable(),
            category::name.nullable(),
        )
    };
}

/// One ticket with its names, and its description in force unless that is erased.
pub fn one(conn: &mut Conn, id: TicketId) -> Result<Option<(Listed, Option<String>)>, Error> {
    let description = message::table
        .filter(message::ticket_id.eq(ticket::id))
        .filter(message::kind.eq(MessageKind::Description.as_str()))
        .order(message::id.desc())
        .limit(1)
        .select(message::body)
        .single_value();
    let row: Option<(TicketRow, Names, Option<String>)> = listed_tickets!()
        .filter(ticket::id.eq(id.0))
        .select((TicketRow::as_select(), names!(), description))
        .get_result(conn)
        .optional()?;
    row.map(|(ticket, names, description)| Ok((listed(ticket, names)?, description))).transpose()
}

/// A page of a queue.
pub fn page(
    conn: &mut Conn,
    actor: &Actor,
    queue: &Queue,
    filter: &Filter,
    (order, after): (Order, Option<Place>),
    limit: i64,
    now: Instant,
) -> Result<Vec<Listed>, Error> {
    let mut query =
        within!(listed_tickets!().select((TicketRow::as_select(), names!())).limit(limit).into_boxed(), actor, queue);
    query = match order {
        Order::Updated => query.order((ticket::updated_at.desc(), ticket::id.desc())),
        Order::Due => query.order((ticket::due_at, ticket::id)),
    };
    match filter.open {
        Some(true) => query = query.filter(ticket::is_open),
        Some(false) => query = query.filter(diesel::dsl::not(ticket::is_open)),
        None => {}
    }
    if !filter.statuses.is_empty() {
        query = query.filter(ticket::status.eq_any(filter.statuses.iter().map(|s| s.as_str()).collect::<Vec<_>>()));
    }
    if !filter.kinds.is_empty() {
        query = query.filter(ticket::kind.eq_any(filter.kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>()));
    }
    if !filter.priorities.is_empty() {
        query = query.filter(ticket::priority.eq_any(filter.priorities.iter().map(|p| p.as_str()).collect::<Vec<_>>()));
    }
    if let Some(opd) = filter.opd {
        query = query.filter(ticket::opd_id.eq(opd.0));
    }
    if let Some(team) = filter.team {
        query = query.filter(ticket::team_id.eq(team.0));
    }
    if let Some(category) = filter.category {
        query = query.filter(ticket::category_id.eq(category.0));
    }
    match filter.assignee {
        Some(Some(person)) => query = query.filter(ticket::assignee_id.eq(person.0)),
        Some(None) => query = query.filter(ticket::assignee_id.is_null()),
        None => {}
    }
    if let Some(tag) = &filter.tag {
        // Tags are letters, digits and dashes, so the quoted word cannot hold a wildcard.
        query = query.filter(ticket::tags.like(format!("%\"{}\"%", tag.as_str())));
    }
    if let Some(security) = filter.security {
        query = query.filter(ticket::security.eq(security));
    }
    if let Some(from) = filter.opened_from {
        query = query.filter(ticket::opened_at.ge(stored(from)));
    }
    if let Some(before) = filter.opened_before {
        query = query.filter(ticket::opened_at.lt(stored(before)));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(ticket::id.eq_any(padded(ids)));
    }
    let by_content = filter.tag.is_some() || filter.category.is_some();
    if by_content && *queue == Queue::All && filter.ids.is_none() {
        // What a redacted ticket does not show must not be found out by filtering either.
        query =
            query.filter(ticket::classification.eq(Classification::Open.as_str())).filter(ticket::security.eq(false));
    }
    match filter.handed {
        Some(Handed::Any) => query = query.filter(ticket::team_id.is_not_null()),
        Some(Handed::Requested) => query = query.filter(ticket::handover_state.eq(HandoverStage::Requested.as_str())),
        None => {}
    }
    match filter.pressing {
        Some(Pressing::Near) => query = query.filter(near(stored(now))),
        Some(Pressing::Breached) => query = query.filter(breached(stored(now))),
        None => {}
    }
    // Each bound stands there again in a form that an index can begin at.
    match after {
        Some(Place::Updated { at, id }) => {
            let at: NaiveDateTime = stored(at);
            query = query.filter(ticket::updated_at.lt(at).or(ticket::updated_at.eq(at).and(ticket::id.lt(id.0))));
            query = query.filter(ticket::updated_at.le(at));
        }
        Some(Place::Due { at, id }) => {
            let at: NaiveDateTime = or_never(at);
            query = query.filter(ticket::due_at.gt(at).or(ticket::due_at.eq(at).and(ticket::id.gt(id.0))));
            query = query.filter(ticket::due_at.ge(at));
        }
        None => {}
    }
    let has_lists = !(filter.statuses.is_empty() && filter.kinds.is_empty() && filter.priorities.is_empty());
    let rows: Vec<(TicketRow, Names)> = if has_lists { query.load(conn)? } else { query.keep().load(conn)? };
    rows.into_iter().map(|(ticket, names)| listed(ticket, names)).collect()
}

/// How many open tickets a queue has, and how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub open: i64,
    pub new: i64,
    /// Nobody works on them.
    pub unassigned: i64,
    pub waiting: i64,
    pub resolved: i64,
    /// With a team of the Dinas.
    pub handed: i64,
    /// Of those: the team has not answered.
    pub requested: i64,
    pub near: i64,
    pub breached: i64,
}

/// How many open tickets a queue has.
pub fn open(conn: &mut Conn, actor: &Actor, queue: &Queue) -> Result<i64, Error> {
    Ok(within!(ticket::table.filter(ticket::is_open).into_boxed(), actor, queue).count().get_result(conn)?)
}

/// Counts a queue. Reads open tickets only; of all queues together their index alone.
pub fn counts(conn: &mut Conn, actor: &Actor, queue: &Queue, now: Instant) -> Result<Counts, Error> {
    let requested = ticket::handover_state.eq(HandoverStage::Requested.as_str());
    let query = ticket::table
        .filter(ticket::is_open)
        .group_by(ticket::status)
        .select((
            ticket::status,
            count_star(),
            count(ticket::assignee_id),
            count(ticket::handover_state),
            count(case_when(requested, ticket::id)),
            count(case_when(near(stored(now)), ticket::id)),
            count(case_when(breached(stored(now)), ticket::id)),
        ))
        .into_boxed();
    let rows: Vec<(String, i64, i64, i64, i64, i64, i64)> = within!(query, actor, queue).load(conn)?;
    let mut counts = Counts::default();
    for (status, open, assigned, handed, requested, near, breached) in rows {
        let status = word(Status::parse, &status)?;
        match status {
            Status::New => counts.new += open,
            Status::Resolved => counts.resolved += open,
            _ if status.is_waiting() => counts.waiting += open,
            _ => {}
        }
        counts.unassigned += if status == Status::Resolved { 0 } else { open - assigned };
        counts.open += open;
        counts.handed += handed;
        counts.requested += requested;
        counts.near += near;
        counts.breached += breached;
    }
    Ok(counts)
}
