//! Alarms: takes what is due, rings each once, and does what the policy says. An alarm, its event, its
//! notices and what the program does by itself are one transaction; whatever is interrupted is due again.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{Duration, NaiveDate};
use serde_json::json;

use super::keep::{instant, replay};
use super::sweep::Sweep;
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::{CategoryId, EventId, PersonId, TeamId, TicketId};
use crate::domain::notice::{Audience, Notice};
use crate::domain::people::Role;
use crate::domain::sla::alarm::{self, Action, Alarm};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::policy::{Alarmed, Facts, Policy};
use crate::domain::ticket::{Status, Ticket};
use crate::services::outbox::queue::{self, News};
use crate::services::tickets::hand_over;
use crate::services::work::{Details, Heard};
use crate::services::{Desk, Error, Result, Work};
use crate::store::clocks::{self, Known, Rung};
use crate::store::{Conn, organisation, tickets};

/// Takes over the clocks of a ticket whose past was written down without alarms: what would have rung by now
/// counts as heard, and what is still to come will ring.
pub fn take_over(work: &mut Work<'_, '_>, id: TicketId) -> Result<()> {
    work.heard = Heard::Fully;
    let Some(ticket) = tickets::by_id(work.tx, id)? else { return Ok(()) };
    let (rules, heard) = (work.rules()?, clocks::rung(work.tx, id)?);
    let force = rules.at(work.now)?;
    let Some(last) = clocks::last_event(work.tx, id)? else { return Ok(()) };
    for (kind, running) in replay(&rules, &clocks::ledger(work.tx, id)?)? {
        let round = running.clock.round;
        for alarm in alarm::alarms(kind, force.policy, &Facts::from(&ticket)) {
            let due_at = running.clock.share_used(alarm.percent).map(|at| instant(alarm.rings_at(at))).transpose()?;
            let is_heard = |rung: &Rung| (rung.kind, rung.round, rung.percent) == (kind, round, alarm.percent);
            if let Some(due_at) = due_at.filter(|at| *at <= work.now)
                && !heard.iter().any(is_heard)
            {
                let rung = Rung { kind, round, percent: alarm.percent, due_at, at: work.now };
                clocks::ring(work.tx, id, &rung, last)?;
            }
        }
    }
    work.adjust_clocks(&ticket)
}

/// Clocks looked for in one go, and tickets that ring in one transaction. Many more clocks than tickets, because a
/// ticket has several, and no lane is to wait for another one's last tickets at each turn.
const BATCH: i64 = 1_000;
const TOGETHER: usize = 25;

/// An alarm that rings so much later than it should have is no news of the minute: whoever is concerned
/// gets one digest of them instead of a mail for each.
const LATE_MINUTES: i64 = 60;

/// How long an alarm that failed waits for its next try.
const PUT_OFF_MINUTES: i64 = 10;

/// Rings what is due; gives how many tickets rang.
pub fn run(desk: &Desk) -> Result<usize> {
    let mut rang = 0;
    loop {
        let due = desk.read(|conn| Ok(clocks::ringing(conn, desk.now(), BATCH)?))?;
        if due.is_empty() {
            return Ok(rang);
        }
        side_by_side(desk, &due)?;
        rang += due.len();
    }
}

/// Rings tickets in several transactions at once, as far as the database has use for that.
fn side_by_side(desk: &Desk, due: &[TicketId]) -> Result<()> {
    let together: Vec<&[TicketId]> = due.chunks(TOGETHER).collect();
    let next = AtomicUsize::new(0);
    let lane = || {
        while let Some(tickets) = together.get(next.fetch_add(1, Ordering::Relaxed)) {
            match ring_together(desk, tickets, ring) {
                Err(error) if !error.is_passing() => ring_together(desk, tickets, ring_or_put_off)?,
                rang => rang?,
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let beside: Vec<_> = (1..desk.store.writers()).map(|_| scope.spawn(lane)).collect();
        let own = lane();
        let panicked = |_| Err(Error::Internal("ringing panicked".to_owned()));
        beside.into_iter().map(|lane| lane.join().unwrap_or_else(panicked)).fold(own, Result::and)
    })
}

/// Rings tickets in one transaction. Only once that has failed is each of them worth a savepoint.
fn ring_together(desk: &Desk, tickets: &[TicketId], ring: fn(&mut Work<'_, '_>, TicketId) -> Result<()>) -> Result<()> {
    desk.housekeep(|work| {
        work.sweep = Sweep::read(work.tx, tickets)?;
        tickets.iter().try_for_each(|ticket| ring(work, *ticket))
    })
}

/// A ticket that cannot ring must not keep the others from ringing.
fn ring_or_put_off(work: &mut Work<'_, '_>, id: TicketId) -> Result<()> {
    let rang = work.attempt(|work| ring(work, id));
    let Err(error) = rang else { return Ok(()) };
    if error.is_passing() {
        return Err(error);
    }
    tracing::error!(ticket = %work.desk.prefix.number(id), %error, "an alarm failed; it is put off");
    put_off(work, id, Duration::minutes(PUT_OFF_MINUTES))
}

fn put_off(work: &mut Work<'_, '_>, id: TicketId, by: Duration) -> Result<()> {
    work.sweep.forget(id);
    Ok(clocks::put_off(work.tx, id, work.now, work.now + by)?)
}

/// Rings everything of a ticket that is due, in order.
fn ring(work: &mut Work<'_, '_>, id: TicketId) -> Result<()> {
    while let Some((ticket, due)) = next(work, id)? {
        // Each ring leaves one less; what the program does with it may start clocks, which are not due yet.
        work.sweep.next_alarm = None;
        ring_one(work, &ticket, due)?;
        if work.sweep.next_alarm.is_none_or(|at| at > work.now) {
            break;
        }
    }
    Ok(())
}

/// An alarm that is due.
struct Due {
    clock: ClockKind,
    round: i64,
    at: Instant,
    alarm: Alarm,
    /// When work goes on at the place whose hours count.
    opening: Instant,
    /// Whether the whole target is used up by now.
    over: bool,
}

fn next(work: &mut Work<'_, '_>, id: TicketId) -> Result<Option<(Ticket, Due)>> {
    let rules = work.rules()?;
    let force = rules.at(work.now)?;
    let Some((ticket, known)) = work.sweep.ticket(work.tx, id)?.cloned() else { return Ok(None) };
    let Known { rows, ledger, rung, .. } = known;
    if rows.iter().any(|row| row.alarm_at.is_some() && row.revision < force.revision()) {
        work.adjust_clocks(&ticket)?;
        return next(work, id);
    }
    if !rows.iter().any(|row| row.alarm_at.is_some_and(|at| at <= work.now)) {
        return Ok(None);
    }
    let clocks = replay(&rules, &ledger)?;
    let facts = Facts::from(&ticket);
    let mut first: Option<Due> = None;
    for row in rows.iter().filter(|row| row.alarm_at.is_some_and(|at| at <= work.now)) {
        let Some(running) = clocks.get(&row.kind) else { continue };
        let heard: Vec<i64> = rung
            .iter()
            .filter(|rung| rung.kind == row.kind && rung.round == running.clock.round)
            .map(|rung| rung.percent)
            .collect();
        let alarms = alarm::alarms(row.kind, force.policy, &facts);
        let Some((at, alarm)) = alarm::next(&running.clock, &alarms, &heard) else { continue };
        let at = instant(at)?;
        if at <= work.now && first.as_ref().is_none_or(|first| at < first.at) {
            let opening = running.clock.timetable().opening(work.now.timestamp());
            let opening = opening.map(instant).transpose()?.unwrap_or(work.now).max(work.now);
            let over = running.clock.due().is_some_and(|due| due <= work.now.timestamp());
            first = Some(Due { clock: row.kind, round: running.clock.round, at, alarm, opening, over });
        }
    }
    match first {
        Some(due) => Ok(Some((ticket, due))),
        // The row promised an alarm that the ledger does not know: set right by writing it anew.
        None => {
            work.adjust_clocks(&ticket)?;
            Ok(None)
        }
    }
}

fn ring_one(work: &mut Work<'_, '_>, ticket: &Ticket, due: Due) -> Result<()> {
    work.late = work.now - due.at > Duration::minutes(LATE_MINUTES);
    let rang = ring_as_it_is(work, ticket, due);
    work.late = false;
    rang
}

fn ring_as_it_is(work: &mut Work<'_, '_>, ticket: &Ticket, due: Due) -> Result<()> {
    let rung = Rung { kind: due.clock, round: due.round, percent: due.alarm.percent, due_at: due.at, at: work.now };
    if due.alarm.action == Some(Action::Close) {
        return close(work, ticket, &rung);
    }
    let fact = json!({
        "clock": due.clock,
        "round": due.round,
        "percent": due.alarm.percent,
        "due_at": due.at.timestamp_millis(),
    });
    let details = Details::none().with("alarm", fact);
    let mut after = ticket.clone();
    let event = work.record_ringing(EventKind::Alarmed, None, ticket, &mut after, details, Some(&rung))?;
    tell(work, ticket, &due, event)?;
    if due.alarm.action == Some(Action::HandOver) {
        hand_over_by_itself(work, ticket.id)?;
    }
    Ok(())
}

/// A resolved ticket closes by itself, unless it is a major incident with children that are not over.
fn close(work: &mut Work<'_, '_>, ticket: &Ticket, rung: &Rung) -> Result<()> {
    if ticket.major && !tickets::open_children(work.tx, ticket.id)?.is_empty() {
        return put_off(work, ticket.id, Duration::hours(12));
    }
    let mut after = ticket.clone();
    after.close(work.now)?;
    work.record_ringing(EventKind::Closed, None, ticket, &mut after, Details::none(), Some(rung))?;
    Ok(())
}

/// Hands over what the desk did not solve in its time, if nobody did so before.
fn hand_over_by_itself(work: &mut Work<'_, '_>, id: TicketId) -> Result<()> {
    let Some((ticket, _)) = work.sweep.ticket(work.tx, id)?.cloned() else { return Ok(()) };
    let workable = !ticket.status.is_final() && ticket.status != Status::Resolved;
    // What is secret is read by nobody more because time has passed: people decide about it.
    if ticket.handover.is_some() || !workable || ticket.is_confined() {
        return Ok(());
    }
    let rules = work.rules()?;
    let policy = rules.at(work.now)?.policy;
    let Some(team) = work.sweep.responsible(work.tx, ticket.category, policy)? else {
        tracing::warn!(ticket = %work.desk.prefix.number(id), "nobody to hand over to: no team is active");
        return Ok(());
    };
    let why = "Target waktu Tier 1 terlampaui: tiket diteruskan secara otomatis ke Tier 2.";
    hand_over::by_itself(work, &ticket, team, HandoverReason::TargetMissed, why)
}

/// The team that gets what is handed over by itself: that of the category, the one that the policy names,
/// or the first that is active.
pub fn responsible(conn: &mut Conn, category: Option<CategoryId>, policy: &Policy) -> Result<Option<TeamId>> {
    let of_category = match category {
        Some(category) => organisation::category_by_id(conn, category)?.and_then(|row| row.team_id),
        None => None,
    };
    for team in [of_category, policy.fallback_team_id].into_iter().flatten().map(TeamId) {
        if organisation::team_by_id(conn, team)?.is_some_and(|team| team.active && !team.csirt) {
            return Ok(Some(team));
        }
    }
    Ok(organisation::first_active_team(conn, false)?)
}

/// Queues the notices of an alarm. They wait for working hours unless life is at stake.
fn tell(work: &mut Work<'_, '_>, ticket: &Ticket, due: &Due, event: EventId) -> Result<()> {
    let notice = match due.alarm {
        Alarm { action: Some(Action::WarnOfClosing), .. } => Notice::ClosingSoon,
        Alarm { percent, .. } if percent < 100 => Notice::TargetNear,
        Alarm { .. } => Notice::TargetMissed,
    };
    let (people, audience) = match due.alarm.action {
        // After an outage: what closes in the same breath needs no warning.
        Some(Action::WarnOfClosing) if due.over => (Vec::new(), Audience::Requester),
        Some(Action::WarnOfClosing) => (vec![ticket.requester], Audience::Requester),
        Some(Action::HandOver | Action::Close) | None => (recipients(work, ticket, &due.alarm.tell)?, Audience::Named),
    };
    let from = if ticket.is_urgent() { work.now } else { due.opening };
    let late = work.late && due.alarm.action != Some(Action::WarnOfClosing);
    let people: Vec<_> = people.into_iter().map(|person| (person, audience)).collect();
    queue::run(work, &News { event, notice, ticket, from, late }, &people)
}

fn recipients(work: &mut Work<'_, '_>, ticket: &Ticket, tell: &[Alarmed]) -> Result<Vec<PersonId>> {
    let today = work.today();
    let mut people = Vec::new();
    for who in tell {
        match who {
            Alarmed::Assignee => match (ticket.assignee, ticket.handover) {
                (Some(assignee), _) => people.push(assignee),
                (None, Some(handover)) => people.extend(work.sweep.members(work.tx, handover.team, today)?),
                (None, None) => people.extend(desk(work, ticket, Role::Tier1Agent, today)?),
            },
            Alarmed::Desk => people.extend(desk(work, ticket, Role::Tier1Agent, today)?),
            Alarmed::OpdHead => people.extend(desk(work, ticket, Role::OpdHead, today)?),
            Alarmed::Supervisor => people.extend(work.sweep.with_role(work.tx, Role::Supervisor, None, today)?),
        }
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// The people of a desk; of what is confined to named people only its owner.
fn desk(work: &mut Work<'_, '_>, ticket: &Ticket, role: Role, today: NaiveDate) -> Result<Vec<PersonId>> {
    if ticket.is_confined() {
        return Ok(vec![ticket.owner]);
    }
    work.sweep.with_role(work.tx, role, Some(ticket.opd), today)
}

/// When a clock rings next, for whoever plays time forward.
pub fn next_at(desk: &Desk) -> Result<Option<Instant>> {
    desk.read(|conn| Ok(clocks::next_alarm(conn)?))
}

/// Whether anything rings now.
pub fn is_due(desk: &Desk) -> Result<bool> {
    Ok(next_at(desk)?.is_some_and(|at| at <= desk.now()))
}
