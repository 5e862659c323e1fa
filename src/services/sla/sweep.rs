//! What a sweep knows, so that it asks the database once for many tickets and not again for what it wrote
//! itself.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::ring;
use crate::domain::Instant;
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId, TicketId};
use crate::domain::people::Role;
use crate::domain::sla::policy::Policy;
use crate::domain::ticket::Ticket;
use crate::services::Result;
use crate::store::clocks::{self, Known};
use crate::store::notice_choices::{self, Wishes};
use crate::store::{Conn, organisation, people, tickets};

/// Lasts as long as one transaction. What it was told of roles, teams and wishes holds until the end of that.
#[derive(Debug, Default)]
pub struct Sweep {
    /// As this transaction sees them: whoever changes a ticket takes it out and puts in what it wrote.
    tickets: BTreeMap<TicketId, (Ticket, Known)>,
    /// When the ticket whose clocks were weighed last rings next.
    pub next_alarm: Option<Instant>,
    holders: BTreeMap<(Role, Option<OpdId>), Vec<PersonId>>,
    members: BTreeMap<TeamId, Vec<PersonId>>,
    responsible: BTreeMap<Option<CategoryId>, Option<TeamId>>,
    wishes: BTreeMap<PersonId, Option<Wishes>>,
}

impl Sweep {
    /// Reads several tickets with their clocks.
    pub fn read(conn: &mut Conn, ids: &[TicketId]) -> Result<Self> {
        let mut known = clocks::known(conn, ids)?;
        let tickets = tickets::by_ids(conn, ids)?.into_iter();
        let tickets = tickets.filter_map(|t| Some((t.id, (t.clone(), known.remove(&t.id)?)))).collect();
        Ok(Self { tickets, ..Self::default() })
    }

    /// A ticket with its clocks.
    pub fn ticket(&mut self, conn: &mut Conn, id: TicketId) -> Result<Option<&(Ticket, Known)>> {
        if !self.tickets.contains_key(&id) {
            self.tickets.extend(Self::read(conn, &[id])?.tickets);
        }
        Ok(self.tickets.get(&id))
    }

    /// What is known of this very version of a ticket, which is about to change.
    pub fn take(&mut self, ticket: &Ticket) -> Option<Known> {
        let (read, known) = self.tickets.remove(&ticket.id)?;
        (read.version == ticket.version).then_some(known)
    }

    /// How a ticket was written after it was taken.
    pub fn put(&mut self, ticket: Ticket, known: Known) {
        self.tickets.insert(ticket.id, (ticket, known));
    }

    /// Forgets a ticket that was changed without being taken, or whose change was undone.
    pub fn forget(&mut self, id: TicketId) {
        self.tickets.remove(&id);
    }

    /// The people with a role in force, at an OPD or anywhere.
    pub fn with_role(
        &mut self,
        conn: &mut Conn,
        role: Role,
        opd: Option<OpdId>,
        today: NaiveDate,
    ) -> Result<Vec<PersonId>> {
        if let Some(known) = self.holders.get(&(role, opd)) {
            return Ok(known.clone());
        }
        let found = people::with_role(conn, role, opd, today)?;
        Ok(self.holders.entry((role, opd)).or_insert(found).clone())
    }

    /// The people of a team.
    pub fn members(&mut self, conn: &mut Conn, team: TeamId, today: NaiveDate) -> Result<Vec<PersonId>> {
        if let Some(known) = self.members.get(&team) {
            return Ok(known.clone());
        }
        let found = organisation::members(conn, team, today)?;
        Ok(self.members.entry(team).or_insert(found).clone())
    }

    /// The team that gets what is handed over by itself.
    pub fn responsible(
        &mut self,
        conn: &mut Conn,
        category: Option<CategoryId>,
        policy: &Policy,
    ) -> Result<Option<TeamId>> {
        if let Some(known) = self.responsible.get(&category) {
            return Ok(*known);
        }
        let found = ring::responsible(conn, category, policy)?;
        Ok(*self.responsible.entry(category).or_insert(found))
    }

    /// The wishes of those among these people who have any.
    pub fn wishes(&mut self, conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(PersonId, Wishes)>> {
        let unknown: Vec<PersonId> = people.iter().copied().filter(|id| !self.wishes.contains_key(id)).collect();
        if !unknown.is_empty() {
            self.wishes.extend(unknown.iter().map(|person| (*person, None)));
            let found = notice_choices::among(conn, &unknown)?.into_iter();
            self.wishes.extend(found.map(|(person, wishes)| (person, Some(wishes))));
        }
        let known = |person: &PersonId| Some((*person, self.wishes.get(person)?.clone()?));
        Ok(people.iter().filter_map(known).collect())
    }
}
