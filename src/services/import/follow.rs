//! Replays an event log: each line is the state of a ticket after an update, and what differs from the
//! line before is done again by our services, at the recorded instant.
//!
//! Order inside a line: taking up again, corrections, team, person, state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compare::{Cause, Causes};
use super::replay::{Replay, hand_over_to};
use super::row::Row;
use super::summary::Act;
use crate::domain::ids::TeamId;
use crate::domain::lifecycle::Waiting;
use crate::domain::people::Actor;
use crate::domain::ticket::{Status, Ticket};
use crate::services::tickets::{assign, close, edit, give_back, hold, release, reopen, resolve, resume};
use crate::services::tickets::{cancel, reject};
use crate::services::{Error, Result, Work};

/// What the last line of a ticket said, and what did not fit; kept in the database, so that a later
/// run goes on where this one ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Memory {
    pub status: Status,
    pub team: Option<String>,
    pub person: Option<String>,
    pub requester: String,
    pub opd: String,
    /// The recorded counts.
    pub reassignments: i64,
    pub reopenings: i64,
    /// Whether it was with a team from its first line on: that is no move.
    pub placed: bool,
    /// Moves from team to team, which here are two: to the desk, and from there.
    pub passed_on: i64,
    /// Whether something was refused, or came after the end.
    pub refused: bool,
    pub late: bool,
    pub missed_moves: Causes,
    pub missed_reopenings: Causes,
}

/// A ticket on its way through the log.
pub(super) struct Case {
    pub ticket: Ticket,
    pub memory: Memory,
}

/// What a line did to the counts.
#[derive(Clone, Copy, Debug, Default)]
struct Did {
    ended_before: bool,
    reopened: bool,
    moved: bool,
    shows_move: bool,
}

impl Case {
    /// Opens the ticket of its first line, with the team where that line has it.
    pub(super) fn open(replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<std::result::Result<Self, String>> {
        let ticket = match replay.open(row, None)? {
            Ok(ticket) => ticket,
            Err(reason) => return Ok(Err(reason)),
        };
        let memory = Memory {
            status: Status::New,
            team: row.team.clone(),
            person: None,
            requester: row.requester.clone(),
            opd: row.opd.clone(),
            reassignments: 0,
            reopenings: 0,
            placed: false,
            passed_on: 0,
            refused: false,
            late: false,
            missed_moves: BTreeMap::new(),
            missed_reopenings: BTreeMap::new(),
        };
        let mut case = Self { ticket, memory };
        case.memory.placed = case.move_on(replay, row)?;
        let first = row.recorded.reassignments.unwrap_or(0);
        if first != 0 {
            case.memory.missed_moves.insert(Cause::BeforeFirstLine, first);
            case.memory.reassignments = first;
        }
        Ok(Ok(case))
    }

    /// Does what a line says.
    pub(super) fn follow(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<()> {
        replay.work.now = row.updated_at.max(self.ticket.updated_at);
        let mut did = Did {
            ended_before: self.ticket.status.is_final(),
            shows_move: row.team != self.memory.team,
            ..Did::default()
        };
        self.note(replay, row);
        if did.ended_before {
            self.after_the_end(replay, row);
        } else {
            did.reopened = self.take_up_again(replay, row)?;
            self.correct(replay, row)?;
            did.moved = self.move_on(replay, row)?;
            self.give_to(replay, row, did)?;
            self.change_state(replay, row)?;
        }
        self.account(row, did);
        self.memory.status = row.status;
        self.memory.team.clone_from(&row.team);
        self.memory.person.clone_from(&row.person);
        Ok(())
    }

    /// Counts what a line changes and no act here can: who asked, and from where.
    fn note(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) {
        if row.requester != self.memory.requester {
            replay.tally.note("requester changed");
            self.memory.requester.clone_from(&row.requester);
        }
        if row.opd != self.memory.opd {
            replay.tally.note("OPD of the requester changed");
            self.memory.opd.clone_from(&row.opd);
        }
    }

    fn after_the_end(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) {
        let reopens = self.memory.status.is_final() && !row.status.is_final();
        if reopens {
            replay.tally.note("taken up again after closing");
        }
        let changed = row.team != self.memory.team || row.person != self.memory.person;
        if !row.status.is_final() || changed {
            self.memory.late = true;
            replay.tally.note("line after closing that says something else");
        }
    }

    /// An act on this ticket; keeps what is known of it up to date. Whether it was done.
    fn act<T>(
        &mut self,
        replay: &mut Replay<'_, '_, '_>,
        act: Act,
        does: impl FnOnce(&mut Work<'_, '_>) -> Result<T>,
    ) -> Result<bool> {
        let done = replay.act(act, |work| does(work))?.is_some();
        if done {
            self.ticket = replay.ticket(self.ticket.id)?;
        } else {
            self.memory.refused = true;
        }
        Ok(done)
    }

    fn place(&self) -> Option<TeamId> {
        self.ticket.handover.map(|handover| handover.team)
    }

    /// Who acts where the ticket is: the person of the line if it is there too, else a placeholder.
    fn hands(&self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<Actor> {
        let there = replay.team(row)? == self.place();
        let person = row.person.as_deref().filter(|_| there);
        match (self.place(), person) {
            (Some(team), person) => replay.team_person(person, team),
            (None, Some(name)) => replay.desk_person(name, self.ticket.opd),
            (None, None) => replay.desk_agent(self.ticket.opd),
        }
    }

    /// An act of whoever acts where the ticket is.
    fn by_hands<T>(
        &mut self,
        replay: &mut Replay<'_, '_, '_>,
        row: &Row,
        act: Act,
        does: impl FnOnce(&mut Work<'_, '_>, &Actor) -> Result<T>,
    ) -> Result<bool> {
        let actor = self.hands(replay, row)?;
        self.act(replay, act, |work| does(work, &actor))
    }

    fn take_up_again(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<bool> {
        if self.ticket.status != Status::Resolved || row.status == Status::Resolved || row.status.is_final() {
            return Ok(false);
        }
        let map = replay.map;
        let (id, now, reason) = (self.ticket.id, replay.work.now, &map.texts.reopened);
        self.by_hands(replay, row, Act::Reopen, |work, actor| reopen::apply(work, actor, id, reason, Some(now)))
    }

    fn correct(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<()> {
        let category = replay.category(row)?;
        let t = &self.ticket;
        let change = edit::Edit {
            impact: Some(row.impact).filter(|level| *level != t.impact),
            urgency: Some(row.urgency).filter(|level| *level != t.urgency),
            category: Some(category).filter(|category| *category != t.category),
            ..edit::Edit::default()
        };
        if change.impact.is_none() && change.urgency.is_none() && change.category.is_none() {
            return Ok(());
        }
        let id = self.ticket.id;
        self.by_hands(replay, row, Act::Edit, |work, actor| edit::apply(work, actor, id, &change))?;
        Ok(())
    }

    /// Moves the ticket between desk and teams. What was refused while it was resolved is tried again
    /// only when the log moves it again, or once it is taken up again.
    fn move_on(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<bool> {
        let target = replay.team(row)?;
        let stays = self.ticket.status == Status::Resolved && row.team == self.memory.team;
        if target == self.place() || stays {
            return Ok(false);
        }
        let id = self.ticket.id;
        let desk = replay.desk_agent(self.ticket.opd)?;
        let texts = &replay.map.texts;
        let back = match self.ticket.handover {
            Some(handover) => Some((handover, replay.team_person(None, handover.team)?)),
            None => None,
        };
        let to = match target {
            Some(team) => Some((team, replay.team_person(row.person.as_deref(), team)?)),
            None => None,
        };
        let act = match (&back, &to) {
            (Some(_), Some(_)) => Act::PassOn,
            (Some(_), None) => Act::GiveBack,
            (None, _) => Act::HandOver,
        };
        let moved = self.act(replay, act, |work| {
            if let Some((handover, member)) = &back {
                give_back::apply(work, member, id, handover.id, &texts.returned)?;
            }
            if let Some((team, member)) = &to {
                hand_over_to(work, id, &desk, member, *team, &texts.tried)?;
            }
            Ok(())
        })?;
        self.memory.passed_on += i64::from(moved && act == Act::PassOn);
        Ok(moved)
    }

    fn give_to(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row, did: Did) -> Result<()> {
        let shows_change = row.person != self.memory.person;
        if !shows_change && !did.moved && !did.reopened {
            return Ok(());
        }
        let id = self.ticket.id;
        let Some(name) = row.person.as_deref() else {
            // A move names somebody here (who accepts, or the owner), even where the log names nobody.
            if shows_change && !did.moved && self.ticket.assignee.is_some() {
                self.by_hands(replay, row, Act::Release, |work, actor| release::apply(work, actor, id))?;
            }
            return Ok(());
        };
        let actor = self.hands(replay, row)?;
        let opd = self.ticket.opd;
        let to = if replay.team(row)? == self.place() { actor.id } else { replay.person(name, opd)?.id };
        if self.ticket.assignee != Some(to) {
            self.act(replay, Act::Assign, |work| assign::apply(work, &actor, id, to))?;
        }
        Ok(())
    }

    fn change_state(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<()> {
        let id = self.ticket.id;
        let map = replay.map;
        let ended = &map.texts.ended;
        let now = self.ticket.status;
        match row.status {
            Status::New | Status::InProgress if now.is_waiting() => {
                self.by_hands(replay, row, Act::Resume, |work, actor| resume::apply(work, actor, id))?;
            }
            Status::InProgress if now == Status::New => {
                self.by_hands(replay, row, Act::Assign, |work, actor| assign::apply(work, actor, id, actor.id))?;
            }
            Status::New | Status::InProgress => {}
            Status::WaitingRequester => self.wait(replay, row, Waiting::Requester)?,
            Status::WaitingThirdParty => self.wait(replay, row, Waiting::ThirdParty)?,
            Status::WaitingApproval => self.wait(replay, row, Waiting::Approval)?,
            Status::Resolved => self.resolve(replay, row)?,
            Status::Closed => {
                if now != Status::Resolved {
                    replay.tally.note("closed without having been resolved");
                    self.resolve(replay, row)?;
                }
                let desk = replay.desk_agent(self.ticket.opd)?;
                self.act(replay, Act::Close, |work| close::apply(work, &desk, id))?;
            }
            Status::Cancelled => {
                let desk = replay.desk_agent(self.ticket.opd)?;
                self.act(replay, Act::Cancel, |work| cancel::apply(work, &desk, id, ended))?;
            }
            Status::Rejected => {
                self.by_hands(replay, row, Act::Reject, |work, actor| reject::apply(work, actor, id, ended))?;
            }
        }
        Ok(())
    }

    fn wait(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row, waiting: Waiting) -> Result<()> {
        if self.ticket.status == row.status {
            return Ok(());
        }
        let map = replay.map;
        let (id, reason) = (self.ticket.id, &map.texts.waiting);
        self.by_hands(replay, row, Act::Hold, |work, actor| hold::apply(work, actor, id, waiting, reason))?;
        Ok(())
    }

    fn resolve(&mut self, replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<()> {
        if self.ticket.status == Status::Resolved {
            return Ok(());
        }
        let map = replay.map;
        let (id, text) = (self.ticket.id, &map.texts.resolved);
        self.by_hands(replay, row, Act::Resolve, |work, actor| resolve::apply(work, actor, id, text))?;
        Ok(())
    }

    /// Keeps the accounts of what the foreign desk counted and what was done here.
    fn account(&mut self, row: &Row, did: Did) {
        if let Some(recorded) = row.recorded.reassignments {
            let missed = recorded - self.memory.reassignments - i64::from(did.moved);
            let cause = match () {
                () if did.ended_before => Cause::AfterClosing,
                () if did.shows_move != did.moved => Cause::WhileResolved,
                () if missed > 0 => Cause::NotVisible,
                () => Cause::NotCounted,
            };
            add(&mut self.memory.missed_moves, cause, missed);
            self.memory.reassignments = recorded;
        }
        if let Some(recorded) = row.recorded.reopenings {
            let missed = recorded - self.memory.reopenings - i64::from(did.reopened);
            let cause = match () {
                () if did.ended_before => Cause::AfterClosing,
                () if missed > 0 => Cause::NotVisible,
                () => Cause::NotCounted,
            };
            add(&mut self.memory.missed_reopenings, cause, missed);
            self.memory.reopenings = recorded;
        }
    }
}

/// Adds to a cause; one that comes to nothing is no cause.
fn add(causes: &mut Causes, cause: Cause, amount: i64) {
    *causes.entry(cause).or_default() += amount;
    causes.retain(|_, amount| *amount != 0);
}

impl Memory {
    /// As it is kept.
    pub(super) fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(format!("memory of an import: {error}")))
    }

    /// As it was kept.
    pub(super) fn read(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::Internal(format!("memory of an import: {error}")))
    }
}
