//! Takes over a spreadsheet: each line is a whole ticket, whose life is told by its dates and status.

use super::map::Texts;
use super::replay::{Replay, hand_over_to};
use super::row::Row;
use super::summary::Act;
use crate::domain::Instant;
use crate::domain::lifecycle::Waiting;
use crate::domain::people::Actor;
use crate::domain::ticket::{Status, Ticket};
use crate::services::Result;
use crate::services::tickets::{assign, cancel, close, edit, hold, reject, resolve};

/// Opens the ticket of a line and lets it live up to its status; says why the line must be rejected if not.
pub(super) fn take_over(replay: &mut Replay<'_, '_, '_>, row: &Row) -> Result<std::result::Result<Ticket, String>> {
    let ticket = match replay.open(row, row.person.as_deref())? {
        Ok(ticket) => ticket,
        Err(reason) => return Ok(Err(reason)),
    };
    let map = replay.map;
    let id = ticket.id;
    let desk = replay.desk_agent(ticket.opd)?;
    if let Some(priority) = row.priority.filter(|priority| *priority != ticket.priority) {
        let change =
            edit::Edit { priority: Some((priority, Some(map.texts.priority.clone()))), ..edit::Edit::default() };
        replay.act(Act::Edit, |work| edit::apply(work, &desk, id, &change))?;
    }
    let mut actor = desk.clone();
    if let Some(name) = &row.person {
        actor = replay.desk_person(name, ticket.opd)?;
    }
    if row.person.is_some() || row.status == Status::InProgress {
        replay.act(Act::Assign, |work| assign::apply(work, &desk, id, actor.id))?;
    }
    if !actor.is_desk_of(ticket.opd) {
        actor = desk.clone();
    }
    if let Some(team) = replay.team(row)? {
        let member = replay.team_person(None, team)?;
        let tried = row.tried.as_ref().unwrap_or(&map.texts.tried);
        let moved = replay.act(Act::HandOver, |work| hand_over_to(work, id, &actor, &member, team, tried))?;
        if moved.is_some() {
            actor = member;
        }
    }
    end(replay, row, &ticket, &desk, &actor)?;
    replay.ticket(id).map(Ok)
}

/// Lets it wait, be resolved or end, as its status says.
fn end(replay: &mut Replay<'_, '_, '_>, row: &Row, ticket: &Ticket, desk: &Actor, actor: &Actor) -> Result<()> {
    let texts: &Texts = &replay.map.texts;
    let id = ticket.id;
    let ended = row.resolved_at.or(row.closed_at).unwrap_or(row.opened_at);
    match row.status {
        Status::New | Status::InProgress => {}
        Status::WaitingRequester => wait(replay, ticket, actor, Waiting::Requester)?,
        Status::WaitingThirdParty => wait(replay, ticket, actor, Waiting::ThirdParty)?,
        Status::WaitingApproval => wait(replay, ticket, actor, Waiting::Approval)?,
        Status::Resolved | Status::Closed => {
            let resolution = row.resolution.as_ref().unwrap_or(&texts.resolved);
            replay.work.now = ended;
            replay.act(Act::Resolve, |work| resolve::apply(work, actor, id, resolution))?;
            if row.status == Status::Closed {
                replay.work.now = row.closed_at.unwrap_or(ended);
                replay.act(Act::Close, |work| close::apply(work, desk, id))?;
            }
        }
        Status::Cancelled => {
            replay.work.now = latest(row, ended);
            let reason = row.resolution.as_ref().unwrap_or(&texts.ended);
            replay.act(Act::Cancel, |work| cancel::apply(work, desk, id, reason))?;
        }
        Status::Rejected => {
            replay.work.now = latest(row, ended);
            let reason = row.resolution.as_ref().unwrap_or(&texts.ended);
            replay.act(Act::Reject, |work| reject::apply(work, actor, id, reason))?;
        }
    }
    Ok(())
}

fn latest(row: &Row, ended: Instant) -> Instant {
    row.closed_at.unwrap_or(ended)
}

fn wait(replay: &mut Replay<'_, '_, '_>, ticket: &Ticket, actor: &Actor, waiting: Waiting) -> Result<()> {
    let (id, reason) = (ticket.id, &replay.map.texts.waiting);
    replay.act(Act::Hold, |work| hold::apply(work, actor, id, waiting, reason))?;
    Ok(())
}
