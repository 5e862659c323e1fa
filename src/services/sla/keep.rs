//! Keeps the clocks of a ticket with every change of it. The entries go into the event of the change, so
//! the ledger is in the chain of the ticket's history; the rows beside it are what replaying them gives.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde::Deserialize;

use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::sla::alarm;
use crate::domain::sla::clock::{Act, Clock, Entry, State, Terms};
use crate::domain::sla::keeping::{Change, ClockKind};
use crate::domain::sla::policy::Facts;
use crate::domain::ticket::{Promises, Ticket};
use crate::services::work::Heard;
use crate::services::{Error, Result, Work};
use crate::store::clocks::{self, ClockRow, Known, LedgerEvent, Rung};

use super::rules::{InForce, Rules};

/// A clock with what it runs by.
#[derive(Clone, Debug)]
pub struct Running<'r> {
    pub clock: Clock<'r>,
    pub terms: Terms,
}

/// The clocks of a ticket, replayed.
pub type Clocks<'r> = BTreeMap<ClockKind, Running<'r>>;

/// What a change does to the clocks of a ticket.
#[derive(Debug)]
pub struct Kept {
    /// For the event of the change.
    pub entries: Vec<Entry>,
    /// The rows that differ now, each with whether it is new.
    rows: Vec<(bool, ClockRow)>,
    /// How the promises of the ticket stand then.
    pub promises: Promises,
    /// For a sweep: what there is to know once this is written, but for the event.
    pub known: Option<Known>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    clocks: Vec<Entry>,
}

/// The entries that an event holds.
pub fn entries(payload: &str) -> Result<Vec<Entry>> {
    // Most events hold none: no parser for that.
    if !payload.contains("\"clocks\"") {
        return Ok(Vec::new());
    }
    let payload: Payload = serde_json::from_str(payload).map_err(|e| Error::Internal(format!("ledger: {e}")))?;
    Ok(payload.clocks)
}

/// Replays the ledger of a ticket.
pub fn replay<'r>(rules: &'r Rules, events: &[LedgerEvent]) -> Result<Clocks<'r>> {
    let mut all = Clocks::new();
    for event in events {
        for entry in entries(&event.payload)? {
            enter(&mut all, rules, &entry, event.at.and_utc())?;
        }
    }
    Ok(all)
}

/// Applies an entry made at `now`, unless it says otherwise.
fn enter<'r>(all: &mut Clocks<'r>, rules: &'r Rules, entry: &Entry, now: Instant) -> Result<()> {
    let at = entry.at.map_or_else(|| now.timestamp(), |millis| millis.div_euclid(1000));
    let before = all.remove(&entry.clock);
    let terms = entry.terms.or(before.as_ref().map(|running| running.terms));
    let clock = Clock::apply(before.map(|running| running.clock), entry, at, |version| rules.timetable(version));
    let broken = || Error::Internal(format!("the ledger of clock {} does not fit: {}", entry.clock, entry.act));
    all.insert(entry.clock, Running { clock: clock.ok_or_else(broken)?, terms: terms.ok_or_else(broken)? });
    Ok(())
}

/// Whether a change can concern the clocks at all.
fn concerns(change: &Change<'_>) -> bool {
    let Some(before) = change.before else { return true };
    let after = change.after;
    let decides = |t: &Ticket| (t.status, t.handover, t.personal_data, t.security, t.assignee.is_some());
    let terms = |t: &Ticket| Facts::from(t);
    matches!(change.kind, EventKind::Replied | EventKind::ClocksAdjusted)
        || decides(before) != decides(after)
        || terms(before) != terms(after)
}

/// Finds what a change does to the clocks, before it is written. `ringing` is the alarm behind it, if one
/// is, which then counts as heard.
pub fn weigh(work: &mut Work<'_, '_>, change: &Change<'_>, ringing: Option<&Rung>) -> Result<Kept> {
    let promises = change.before.map(|before| before.promises).unwrap_or_default();
    if ringing.is_none() && !concerns(change) {
        return Ok(Kept { entries: Vec::new(), rows: Vec::new(), promises, known: None });
    }
    let rules = work.rules()?;
    let force = rules.at(work.now)?;
    let ticket = change.after.id;
    let known = change.before.and_then(|before| work.sweep.take(before));
    let rows = match (&known, change.before) {
        (Some(known), _) => known.rows.clone(),
        (None, Some(_)) => clocks::of_ticket(work.tx, ticket)?,
        (None, None) => Vec::new(),
    };
    let mut entries = Vec::new();
    for kind in ClockKind::ALL {
        let row = rows.iter().find(|row| row.kind == *kind);
        entries.extend(entries_of(change, &force, *kind, row)?);
    }
    let adjusts = ringing.is_some() || change.kind == EventKind::ClocksAdjusted;
    if entries.is_empty() && !adjusts {
        return Ok(Kept { entries, rows: Vec::new(), promises, known: None });
    }
    let (past, mut rung, last) = match known {
        Some(Known { ledger, rung, hash, .. }) => (ledger, rung, Some(hash)),
        None if rows.is_empty() => (Vec::new(), Vec::new(), None),
        None => (clocks::ledger(work.tx, ticket)?, clocks::rung(work.tx, ticket)?, None),
    };
    let mut all = replay(&rules, &past)?;
    for entry in &entries {
        enter(&mut all, &rules, entry, work.now)?;
    }
    rung.extend(ringing.cloned());
    let written = standing(work, &force, change.after, &all, &rung)?;
    let promises = promises_of(&written);
    work.sweep.next_alarm = written.iter().filter_map(|row| row.alarm_at).min();
    let is_new = |row: &ClockRow| !rows.iter().any(|old| old.kind == row.kind);
    let changed = written.iter().filter(|row| !rows.contains(row));
    let changed = changed.map(|row| (is_new(row), row.clone())).collect();
    let known = last.map(|hash| Known { rows: written, ledger: past, rung, hash });
    Ok(Kept { entries, rows: changed, promises, known })
}

/// What has to be entered for one clock: first what a new version of calendar or policy changed since, from
/// the instant of its effect, then what the change itself does.
fn entries_of(change: &Change<'_>, force: &InForce<'_>, kind: ClockKind, row: Option<&ClockRow>) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut stands = row.map(|row| (row.state, row.terms));
    if let (Some(before), Some((state, terms))) = (change.before, stands)
        && state != State::Stopped
    {
        let now = force.terms(kind, before)?;
        if !now.same_promise(&terms) {
            let at = Some(force.since(&now).timestamp_millis());
            entries.push(Entry { clock: kind, act: Act::Retarget, at, terms: Some(now) });
            stands = Some((state, now));
        }
    }
    entries.extend(change.entries(kind, stands, force.terms(kind, change.after)?, force.policy.pausing));
    Ok(entries)
}

/// The rows of replayed clocks.
fn standing(
    work: &Work<'_, '_>,
    force: &InForce<'_>,
    ticket: &Ticket,
    all: &Clocks<'_>,
    rung: &[Rung],
) -> Result<Vec<ClockRow>> {
    let facts = Facts::from(ticket);
    let revision = force.revision();
    all.iter()
        .map(|(kind, Running { clock, terms })| {
            let alarms = alarm::alarms(*kind, force.policy, &facts);
            let this_round = rung.iter().filter(|r| r.kind == *kind && r.round == clock.round);
            let heard: Vec<i64> = this_round.map(|r| r.percent).collect();
            let warning = alarms.iter().map(|alarm| alarm.percent).filter(|percent| *percent < 100).min();
            // What is long past, or only made up, rings no bells.
            let next = if work.heard == Heard::Fully { alarm::next(clock, &alarms, &heard) } else { None };
            Ok(ClockRow {
                ticket: ticket.id,
                kind: *kind,
                round: clock.round,
                state: clock.state,
                since: instant(clock.since)?,
                terms: *terms,
                consumed_seconds: clock.consumed_seconds(clock.since),
                due_at: clock.due().map(instant).transpose()?,
                warn_at: warning.and_then(|percent| clock.share_used(percent)).map(instant).transpose()?,
                alarm_at: next.map(|(at, _)| instant(at)).transpose()?,
                revision,
            })
        })
        .collect()
}

fn promises_of(rows: &[ClockRow]) -> Promises {
    let promises = || rows.iter().filter(|row| row.kind.is_promise());
    let running = || promises().filter(|row| row.state == State::Running);
    Promises {
        due_at: running().filter_map(|row| row.due_at).min(),
        warn_at: running().filter_map(|row| row.warn_at).min(),
        // What stood still when it was due is late once it has gone on; then it runs, and is over.
        missed: promises().any(|row| row.state != State::Running && row.due_at.is_some_and(|due| due < row.since)),
    }
}

/// An instant of the clocks, which count whole seconds.
pub fn instant(at: i64) -> Result<Instant> {
    DateTime::from_timestamp(at, 0).ok_or_else(|| Error::Internal(format!("{at} is no instant")))
}

/// Writes what [`weigh`] found, once the ticket has its id.
pub fn write(work: &mut Work<'_, '_>, ticket: TicketId, kept: &Kept) -> Result<()> {
    for (is_new, row) in &kept.rows {
        let row = ClockRow { ticket, ..row.clone() };
        if *is_new { clocks::insert(work.tx, &row)? } else { clocks::update(work.tx, &row)? }
    }
    Ok(())
}
