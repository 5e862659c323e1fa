//! What is added up: how tickets flow through a period, how promises were kept, how long things took.

use super::build::{count, percent};
use super::facts::{Outcome, PromiseFact, TicketFact};
use super::rank;
use super::snapshot::{Cell, Value};

/// The columns of [`Flow::cells`].
pub(super) const FLOW: [&str; 7] =
    ["backlog_start", "opened", "resolved", "cancelled", "rejected", "merged", "backlog_end"];

/// What was there, what came, what went and what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    pub start: i64,
    pub opened: i64,
    pub resolved: i64,
    pub cancelled: i64,
    pub rejected: i64,
    pub merged: i64,
    pub end: i64,
}

impl Flow {
    pub fn add(&mut self, ticket: &TicketFact, (from, to): (i64, i64)) {
        self.start += i64::from(ticket.is_open_at(from));
        self.opened += i64::from(ticket.opened_within((from, to)));
        match ticket.ended_within((from, to)) {
            Some(Outcome::Resolved) => self.resolved += 1,
            Some(Outcome::Cancelled) => self.cancelled += 1,
            Some(Outcome::Rejected) => self.rejected += 1,
            Some(Outcome::Merged) => self.merged += 1,
            None => {}
        }
        self.end += i64::from(ticket.is_open_at(to));
    }

    /// Whether nothing was ever there.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    pub fn cells(self) -> Vec<Cell> {
        let Self { start, opened, resolved, cancelled, rejected, merged, end } = self;
        [start, opened, resolved, cancelled, rejected, merged, end].map(count).into()
    }
}

/// How promises were kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    pub ended: i64,
    pub late: i64,
    pub excused: i64,
}

impl Kept {
    pub fn add(&mut self, promise: &PromiseFact) {
        self.ended += 1;
        self.late += i64::from(promise.late);
        self.excused += i64::from(promise.is_excused());
    }

    pub fn on_time(self) -> i64 {
        self.ended - self.late
    }

    pub fn raw(self) -> Cell {
        percent(self.on_time(), self.ended)
    }

    pub fn adjusted(self) -> Cell {
        percent(self.on_time(), self.ended - self.excused)
    }

    /// Kept of so many that count, for comparing desks without rounding; nothing of too few.
    pub fn share(self) -> Option<f64> {
        rank::share(self.on_time(), self.ended - self.excused)
    }
}

/// How long things took.
#[derive(Clone, Debug, Default)]
pub(super) struct Durations(Vec<i64>);

impl Durations {
    pub fn add(&mut self, seconds: i64) {
        self.0.push(seconds);
    }

    pub fn sum(&self) -> i64 {
        self.0.iter().sum()
    }

    /// The least duration that so many of a hundred do not exceed (nearest rank).
    pub fn percentile(&mut self, percent: usize) -> Cell {
        let rank = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        if rank >= self.0.len() {
            return None;
        }
        let (_, at, _) = self.0.select_nth_unstable(rank);
        Some(Value::Count(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_durations_that_happened() {
        for (durations, median, p90) in [
            (vec![], None, None),
            (vec![7], Some(7), Some(7)),
            (vec![9, 1], Some(1), Some(9)),
            (vec![3, 1, 2], Some(2), Some(3)),
            ((1..=10).rev().collect(), Some(5), Some(9)),
            ((1..=100).collect(), Some(50), Some(90)),
            ((1..=101).collect(), Some(51), Some(91)),
        ] {
            let mut taken = Durations(durations);
            assert_eq!(taken.percentile(50), median.map(Value::Count), "{taken:?}");
            assert_eq!(taken.percentile(90), p90.map(Value::Count), "{taken:?}");
        }
    }
}
