//! How much time is left on the clocks of tickets, as queues show it: from the clocks as they were last
//! written, without replaying their ledgers.

use std::collections::BTreeMap;

use super::Rules;
use super::view::PROMISED;
use crate::domain::Instant;
use crate::domain::ids::TicketId;
use crate::domain::sla::clock::State;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::target::Target;
use crate::services::{Desk, Result};
use crate::store::Conn;
use crate::store::clocks::{self, Dial};

/// What is left on a clock that has not stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLeft {
    pub kind: ClockKind,
    /// Stands still for now.
    pub paused: bool,
    /// Working seconds until it is due (of the wall clock if the target is in those); negative once it is
    /// over. While it stands still nothing, unless it is over.
    pub seconds: Option<i64>,
    /// How much of the target is used up, 0 and more.
    pub percent: i64,
    pub due_at: Option<Instant>,
    /// Somebody has been told, or should be, that little is left.
    pub near: bool,
    pub over: bool,
}

/// The promises of these tickets that have not stopped, each ticket's most pressing first.
pub fn left(desk: &Desk, ids: &[TicketId]) -> Result<BTreeMap<TicketId, Vec<TimeLeft>>> {
    desk.read(|conn| {
        let rules = desk.rules(conn)?;
        let now = desk.now();
        let mut left = BTreeMap::<TicketId, Vec<TimeLeft>>::new();
        for row in clocks::not_stopped(conn, ids)? {
            if row.kind.is_promise() {
                left.entry(row.ticket).or_default().extend(of(&rules, &row, now));
            }
        }
        for times in left.values_mut() {
            times.sort_by_key(|time| (time.paused && !time.over, time.due_at));
        }
        Ok(left)
    })
}

/// A clock of a ticket, whether it goes on or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub left: TimeLeft,
    /// Has come to its end; `left.over` says whether too late.
    pub stopped: bool,
    /// Consumed up to now, and the target, in seconds of its measure.
    pub used: i64,
    pub whole: i64,
}

/// The clocks of a ticket that are promises, in their order: all of them, or those that are promised to a
/// requester.
pub(crate) fn standing(desk: &Desk, conn: &mut Conn, id: TicketId, internal: bool) -> Result<Vec<Standing>> {
    let (rules, now) = (desk.rules(conn)?, desk.now());
    let rows = clocks::of_ticket(conn, id)?.into_iter();
    let shown = rows.filter(|row| row.kind.is_promise() && (internal || PROMISED.contains(&row.kind)));
    let mut seen: Vec<Standing> = shown.filter_map(|row| stand(&rules, &Dial::from(row), now)).collect();
    seen.sort_by_key(|standing| standing.left.kind);
    Ok(seen)
}

/// When these tickets close by themselves, as far as that is known.
pub fn closings(desk: &Desk, ids: &[TicketId]) -> Result<BTreeMap<TicketId, Instant>> {
    desk.read(|conn| {
        let rows = clocks::not_stopped(conn, ids)?.into_iter().filter(|row| row.kind == ClockKind::Closing);
        Ok(rows.filter_map(|row| Some((row.ticket, row.due_at?))).collect())
    })
}

fn of(rules: &Rules, row: &Dial, now: Instant) -> Option<TimeLeft> {
    stand(rules, row, now).map(|standing| standing.left)
}

/// Nothing if its calendar is not known.
fn stand(rules: &Rules, row: &Dial, now: Instant) -> Option<Standing> {
    let timetable = rules.timetable(row.calendar)?;
    let between = |from: i64, to: i64| match row.target {
        Target::CalendarHours(_) => to - from,
        Target::WorkingSeconds(_) | Target::WorkingMinutes(_) | Target::WorkingDays(_) => timetable.between(from, to),
    };
    let signed = |from: i64, to: i64| if to >= from { between(from, to) } else { -between(to, from) };
    let (at, runs) = (now.timestamp(), row.state == State::Running);
    let due = row.due_at.map(|due| due.timestamp());
    let seconds = due.map(|due| signed(at, due));
    let used = row.consumed_seconds + if runs { between(row.since.timestamp(), at).max(0) } else { 0 };
    let whole = match (row.target, seconds) {
        (Target::WorkingDays(_), Some(seconds)) if row.state != State::Stopped => used + seconds,
        // How long the days will be is not known while it stands still.
        (Target::WorkingDays(days), _) => (days * 27_000.0) as i64,
        (target, _) => target.amount(),
    };
    let over = due.is_some_and(|due| if runs { due < at } else { due < row.since.timestamp() });
    let left = TimeLeft {
        kind: row.kind,
        paused: row.state == State::Paused,
        seconds,
        percent: used.saturating_mul(100) / whole.max(1),
        due_at: row.due_at,
        near: runs && !over && row.warn_at.is_some_and(|warn| warn <= now),
        over,
    };
    Some(Standing { left, stopped: row.state == State::Stopped, used, whole })
}
