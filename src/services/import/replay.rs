//! What both shapes of files need to act: who acts where, opening, and acts that our rules may refuse.

use super::map::Map;
use super::places::{Places, Who};
use super::row::Row;
use super::summary::{Act, RefusedAct, Tally, refusal};
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{OpdId, PersonId, TeamId, TicketId};
use crate::domain::people::{Actor, Role};
use crate::domain::text::Body;
use crate::domain::ticket::{Classification, Ticket};
use crate::services::tickets::{accept, hand_over, open};
use crate::services::{Error, Result, Work};
use crate::store::tickets;

/// A transaction with everything that taking over a ticket needs.
pub(super) struct Replay<'r, 'w, 'c> {
    pub work: &'r mut Work<'w, 'c>,
    pub map: &'r Map,
    pub places: &'r mut Places,
    pub tally: &'r mut Tally,
    /// The line and the ticket at work.
    pub line: u64,
    pub number: String,
}

impl<'w, 'c> Replay<'_, 'w, 'c> {
    /// Does something by our rules. If they refuse, that is counted, nothing of it stays, and the result
    /// is `None`.
    pub(super) fn act<T>(&mut self, act: Act, does: impl FnOnce(&mut Work<'w, 'c>) -> Result<T>) -> Result<Option<T>> {
        match self.work.attempt(does) {
            Ok(value) => {
                self.tally.done(act);
                Ok(Some(value))
            }
            Err(error) => {
                let Some(code) = refusal(&error) else { return Err(error) };
                let number = self.number.clone();
                self.tally.refused(RefusedAct { line: self.line, number, act, code: code.to_owned() });
                Ok(None)
            }
        }
    }

    /// Opens the ticket of a line at its recorded instant; says why the line must be rejected if not.
    pub(super) fn open(&mut self, row: &Row, by: Option<&str>) -> Result<std::result::Result<Ticket, String>> {
        self.work.now = row.opened_at;
        let opened = match self.opening(row, by) {
            Ok((actor, opening)) => self.work.attempt(|work| open::apply(work, &actor, &opening)),
            Err(error) => Err(error),
        };
        match opened {
            Ok(id) => {
                self.tally.done(Act::Open);
                self.ticket(id).map(Ok)
            }
            Err(error) if refusal(&error).is_some() => Ok(Err(reason(&error))),
            Err(error) => Err(error),
        }
    }

    fn opening(&mut self, row: &Row, by: Option<&str>) -> Result<(Actor, open::Opening)> {
        let opd = self.places.opd(self.work, self.map, self.tally, &row.opd)?;
        let desk = match &self.map.desk.opd {
            Some(named) => self.places.named_opd(self.work, self.map, self.tally, named)?,
            None => opd,
        };
        let actor = match by {
            Some(name) => self.desk_person(name, desk)?,
            None => self.desk_agent(desk)?,
        };
        // Only the desk records what it opens: somebody else's name in the file does not make them Tier 1.
        let actor = if actor.is_desk_of(desk) { actor } else { self.desk_agent(desk)? };
        let requester = self.requester(row, opd)?;
        let opening = open::Opening {
            kind: row.kind,
            subject: row.subject.clone(),
            description: row.description.clone(),
            impact: row.impact,
            urgency: row.urgency,
            channel: row.channel,
            classification: Classification::Open,
            security: false,
            personal_data: false,
            requester,
            desk: Some(desk),
            category: self.category(row)?,
            tags: Vec::new(),
            follows: None,
        };
        Ok((actor, opening))
    }

    fn requester(&mut self, row: &Row, opd: OpdId) -> Result<PersonId> {
        let who = Who { name: &row.requester, email: row.email.as_deref(), opd };
        Ok(self.places.person_with(self.work, self.map, self.tally, who, Role::Requester)?.id)
    }

    /// The category of a line.
    pub(super) fn category(&mut self, row: &Row) -> Result<Option<crate::domain::ids::CategoryId>> {
        let name = row.category.as_deref();
        name.map(|name| self.places.category(self.work, self.tally, name)).transpose()
    }

    /// The team of a line; `None` at the desk.
    pub(super) fn team(&mut self, row: &Row) -> Result<Option<TeamId>> {
        row.team.as_deref().map(|name| self.places.team(self.work, self.tally, name)).transpose()
    }

    /// The ticket as it is now.
    pub(super) fn ticket(&mut self, id: TicketId) -> Result<Ticket> {
        tickets::by_id(self.work.tx, id)?
            .ok_or_else(|| Error::Internal(format!("ticket {id}, which {} became, is gone", self.number)))
    }

    /// The placeholder that acts for a desk.
    pub(super) fn desk_agent(&mut self, opd: OpdId) -> Result<Actor> {
        self.places.desk_agent(self.work, self.map, self.tally, opd)
    }

    /// Somebody of a desk.
    pub(super) fn desk_person(&mut self, name: &str, opd: OpdId) -> Result<Actor> {
        let who = Who { name, email: None, opd };
        self.places.person_with(self.work, self.map, self.tally, who, Role::Tier1Agent)
    }

    /// Somebody without any role, to be given what they may not get.
    pub(super) fn person(&mut self, name: &str, opd: OpdId) -> Result<Actor> {
        self.places.person(self.work, self.map, self.tally, Who { name, email: None, opd })
    }

    /// Somebody of a team, or the placeholder that acts for it.
    pub(super) fn team_person(&mut self, name: Option<&str>, team: TeamId) -> Result<Actor> {
        let Some(name) = name else { return self.places.team_agent(self.work, self.map, self.tally, team) };
        let opd = self.places.named_opd(self.work, self.map, self.tally, &self.map.teams.opd)?;
        self.places.member(self.work, self.map, self.tally, Who { name, email: None, opd }, team)
    }
}

/// Hands a ticket over to a team that accepts it at once.
pub(super) fn hand_over_to(
    work: &mut Work<'_, '_>,
    ticket: TicketId,
    desk: &Actor,
    member: &Actor,
    team: TeamId,
    tried: &Body,
) -> Result<()> {
    let handover = hand_over::apply(work, desk, ticket, team, HandoverReason::Skill, tried, &[])?;
    accept::apply(work, member, ticket, handover)?;
    Ok(())
}

/// A refusal in words.
fn reason(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => {
            fields.iter().map(|field| format!("{}: {}", field.pointer, field.message)).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}
