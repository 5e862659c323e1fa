//! One foreign ticket in one transaction: what of it is known, what is new, and how far it got.

use super::compare::Cause;
use super::compare::{Causes, Compared, Measure, Outcome, Value};
use super::follow::{Case, Memory};
use super::map::Shape;
use super::read::Foreign;
use super::replay::Replay;
use super::row::Row;
use super::sheet;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Ticket;
use crate::services::sla::ring;
use crate::services::work::Heard;
use crate::services::{Error, Result};
use crate::store::history;
use crate::store::imports::{self, Progress};

/// Takes over a ticket, or what of it is new.
pub(super) fn ticket(replay: &mut Replay<'_, '_, '_>, foreign: &Foreign) -> Result<()> {
    replay.number.clone_from(&foreign.number);
    let known = imports::progress(replay.work.tx, &replay.map.name, &foreign.number)?;
    match replay.map.shape {
        Shape::EventLog => log(replay, foreign, known),
        Shape::TicketPerRow => row(replay, foreign, known.is_some()),
    }
}

fn row(replay: &mut Replay<'_, '_, '_>, foreign: &Foreign, known: bool) -> Result<()> {
    if known {
        replay.tally.summary.tickets_known += 1;
        replay.tally.summary.lines_known += 1;
        return Ok(());
    }
    for line in &foreign.lines {
        replay.line = line.at;
        let taken = match &line.row {
            Ok(row) => sheet::take_over(replay, row)?,
            Err(reason) => Err(reason.clone()),
        };
        match taken {
            Ok(ticket) => {
                replay.tally.summary.tickets_opened += 1;
                replay.tally.summary.lines_done += 1;
                keep(replay, ticket.id, 1, "{}".to_owned())?;
                take_over_clocks(replay, &ticket)?;
            }
            Err(reason) => replay.tally.rejects.push(line.reject(&reason)),
        }
    }
    Ok(())
}

fn log(replay: &mut Replay<'_, '_, '_>, foreign: &Foreign, known: Option<Progress>) -> Result<()> {
    let done = known.as_ref().map_or(0, |known| known.rows);
    let mut case = match &known {
        Some(known) => Some(Case { ticket: replay.ticket(known.ticket)?, memory: Memory::read(&known.last_row)? }),
        None => None,
    };
    let mut last = None;
    let mut new = 0;
    let mut reached = done;
    for (line, place) in foreign.lines.iter().zip(1_i64..) {
        replay.line = line.at;
        match &line.row {
            Err(reason) => replay.tally.rejects.push(line.reject(reason)),
            Ok(row) if place <= done => {
                replay.tally.summary.lines_known += 1;
                last = Some(row);
            }
            Ok(row) => match next(replay, case.take(), row)? {
                Ok(followed) => {
                    case = Some(followed);
                    reached = place;
                    new += 1;
                    last = Some(row);
                }
                Err(reason) => replay.tally.rejects.push(line.reject(&reason)),
            },
        }
    }
    let Some(case) = case else { return Ok(()) };
    let summary = &mut replay.tally.summary;
    summary.lines_done += new;
    match (&known, new) {
        (None, _) => summary.tickets_opened += 1,
        (Some(_), 0) => summary.tickets_known += 1,
        (Some(_), _) => summary.tickets_continued += 1,
    }
    if new > 0 {
        keep(replay, case.ticket.id, reached, case.memory.write()?)?;
        take_over_clocks(replay, &case.ticket)?;
    }
    if let Some(row) = last {
        let outcome = compare(replay, &case, row)?;
        replay.tally.outcomes.extend(outcome);
    }
    Ok(())
}

/// The next line of a ticket; its first one opens it.
fn next(replay: &mut Replay<'_, '_, '_>, case: Option<Case>, row: &Row) -> Result<std::result::Result<Case, String>> {
    let mut case = match case {
        Some(case) => case,
        None => match Case::open(replay, row)? {
            Ok(case) => case,
            Err(reason) => return Ok(Err(reason)),
        },
    };
    case.follow(replay, row)?;
    Ok(Ok(case))
}

/// What is still open is the desk's from now on: its clocks ring, but not for what is long past.
fn take_over_clocks(replay: &mut Replay<'_, '_, '_>, ticket: &Ticket) -> Result<()> {
    if ticket.is_open() {
        replay.work.now = replay.work.desk.now();
        ring::take_over(replay.work, ticket.id)?;
        replay.work.heard = Heard::Nowhere;
    }
    Ok(())
}

fn keep(replay: &mut Replay<'_, '_, '_>, ticket: TicketId, rows: i64, last_row: String) -> Result<()> {
    let progress = Progress { ticket, rows, last_row };
    Ok(imports::set_progress(replay.work.tx, &replay.map.name, &replay.number, &progress)?)
}

/// What came out against what the last line records; nothing if the map names no recorded column.
fn compare(replay: &mut Replay<'_, '_, '_>, case: &Case, row: &Row) -> Result<Option<Outcome>> {
    let recorded = row.recorded;
    if recorded.priority.is_none() && recorded.reassignments.is_none() && recorded.reopenings.is_none() {
        return Ok(None);
    }
    let mut values = Vec::new();
    let words = causes_of_words(&case.memory);
    let mut word = |measure, recorded: &'static str, ours: &'static str| {
        let causes = words.clone();
        values.push(Compared { measure, recorded: Value::Word(recorded), ours: Value::Word(ours), causes });
    };
    word(Measure::State, row.status.as_str(), case.ticket.status.as_str());
    if let Some(priority) = recorded.priority {
        word(Measure::Priority, priority.as_str(), case.ticket.priority.as_str());
    }
    let mut count = |measure, recorded: Option<i64>, ours: i64, causes: &Causes| {
        let Some(recorded) = recorded else { return };
        let causes = causes.clone();
        values.push(Compared { measure, recorded: Value::Count(recorded), ours: Value::Count(ours), causes });
    };
    if recorded.reassignments.is_some() {
        let moves = moves(replay, case)?;
        count(Measure::Reassignments, recorded.reassignments, moves, &case.memory.missed_moves);
    }
    count(Measure::Reopenings, recorded.reopenings, case.ticket.reopenings, &case.memory.missed_reopenings);
    Ok(Some(Outcome { number: replay.number.clone(), values }))
}

/// Why a word may differ: something came after the end, or was refused.
fn causes_of_words(memory: &Memory) -> Causes {
    let late = memory.late.then_some((Cause::AfterClosing, 1));
    let refused = memory.refused.then_some((Cause::Refused, 1));
    late.into_iter().chain(refused).collect()
}

/// How often the ticket moved between desk and teams, as its own history tells: handed over or given back;
/// from team to team is one move, and where it was at first is none.
fn moves(replay: &mut Replay<'_, '_, '_>, case: &Case) -> Result<i64> {
    let events = history::of_ticket(replay.work.tx, case.ticket.id, 0, i64::MAX)?;
    let told = events
        .iter()
        .filter(|event| {
            matches!(EventKind::parse(&event.kind), Some(EventKind::HandedOver | EventKind::HandoverReturned))
        })
        .count();
    let told = i64::try_from(told).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(told - case.memory.passed_on - i64::from(case.memory.placed))
}
