//! Queues: pages of tickets for somebody, each from one index, however many tickets are closed.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::keep::Keep;
use super::schema::{category, message, opd, person, team, ticket, watcher};
use super::tickets::TicketRow;
use super::{Conn, Error, stored};
use crate::domain::Instant;
use crate::domain::conversation::MessageKind;
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId, TicketId};
use crate::domain::people::Actor;
use crate::domain::priority::Priority;
use crate::domain::text::Tag;
use crate::domain::ticket::{Classification, Status, Ticket, TicketType};

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
    /// Only these, as found by a search.
    pub ids: Option<Vec<TicketId>>,
}

/// Where a page begins: after this ticket in the order (updated, id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub updated_at: Instant,
    pub id: TicketId,
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

/// A page of a queue, most recently changed first. Tickets confined to named people (secret ones and
/// security incidents) are in a desk's queue only for those people; in other queues they are, since
/// whoever has such a queue is named on them, in the team, or sees that they exist.
pub fn page(
    conn: &mut Conn,
    actor: &Actor,
    queue: &Queue,
    filter: &Filter,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Listed>, Error> {
    let mut query = listed_tickets!()
        .select((TicketRow::as_select(), names!()))
        .order((ticket::updated_at.desc(), ticket::id.desc()))
        .limit(limit)
        .into_boxed();
    match queue {
        Queue::Desk(opd) => {
            query = query.filter(ticket::opd_id.eq(opd.0)).filter(
                ticket::security
                    .eq(false)
                    .and(ticket::classification.ne(Classification::Secret.as_str()))
                    .or(ticket::owner_id.eq(actor.id.0))
                    .or(ticket::requester_id.eq(actor.id.0))
                    .or(ticket::assignee_id.eq(actor.id.0)),
            );
        }
        Queue::Teams(teams) => {
            // One team is the usual case, and the one an index answers in order.
            query = match teams.as_slice() {
                [team] => query.filter(ticket::team_id.eq(team.0)),
                teams => query.filter(ticket::team_id.eq_any(teams.iter().map(|team| team.0).collect::<Vec<_>>())),
            };
        }
        Queue::Assigned(person) => query = query.filter(ticket::assignee_id.eq(person.0)),
        Queue::Requested(person) => query = query.filter(ticket::requester_id.eq(person.0)),
        Queue::Watched(person) => {
            let watched = watcher::table.filter(watcher::person_id.eq(person.0)).select(watcher::ticket_id);
            query = query.filter(ticket::id.eq_any(watched));
        }
        Queue::All => {}
    }
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
    if let Some(Place { updated_at, id }) = after {
        let at: NaiveDateTime = stored(updated_at);
        query = query.filter(ticket::updated_at.lt(at).or(ticket::updated_at.eq(at).and(ticket::id.lt(id.0))));
        // The same bound again in a form that an index can begin at.
        query = query.filter(ticket::updated_at.le(at));
    }
    let has_lists = !(filter.statuses.is_empty() && filter.kinds.is_empty() && filter.priorities.is_empty());
    let rows: Vec<(TicketRow, Names)> = if has_lists { query.load(conn)? } else { query.keep().load(conn)? };
    rows.into_iter().map(|(ticket, names)| listed(ticket, names)).collect()
}

/// The ids with the last one repeated up to a length of few, so that the statement has few forms.
fn padded(ids: &[TicketId]) -> Vec<i64> {
    let mut padded: Vec<i64> = ids.iter().map(|id| id.0).collect();
    if let Some(last) = padded.last().copied() {
        padded.resize(padded.len().next_power_of_two(), last);
    }
    padded
}

/// How many open tickets a queue has. Reads open tickets only.
pub fn count_open(conn: &mut Conn, queue: &Queue) -> Result<i64, Error> {
    let query = ticket::table.filter(ticket::is_open).count().into_boxed();
    let query = match queue {
        Queue::Desk(opd) => query.filter(ticket::opd_id.eq(opd.0)),
        Queue::Teams(teams) => {
            query.filter(ticket::team_id.eq_any(teams.iter().map(|team| team.0).collect::<Vec<_>>()))
        }
        Queue::Assigned(person) => query.filter(ticket::assignee_id.eq(person.0)),
        Queue::Requested(person) => query.filter(ticket::requester_id.eq(person.0)),
        Queue::Watched(person) => {
            let watched = watcher::table.filter(watcher::person_id.eq(person.0)).select(watcher::ticket_id);
            query.filter(ticket::id.eq_any(watched))
        }
        Queue::All => query,
    };
    Ok(query.get_result(conn)?)
}
