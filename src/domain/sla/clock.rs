//! The clock of a ticket as a ledger. Entries are only ever added: started, paused, resumed, stopped,
//! retargeted, each at an instant. State, consumed time and due time are found by replaying them.
//!
//! Whoever enters something keeps the entries in order of time: an entry never lies before the one before
//! it, even if the machine's clock was set back. What makes no sense is harmless: pausing what is paused
//! and resuming what runs change nothing.

use serde::{Deserialize, Serialize};

use super::super::ticket::word_enum;
use super::target::{Measure, Target};
use super::timetable::Timetable;

word_enum! {
    /// What an entry does.
    Act {
        /// begins a round from zero
        Start = "start",
        /// stands still from here
        Pause = "pause",
        /// goes on from here
        Resume = "resume",
        /// has come to its end, until resumed
        Stop = "stop",
        /// has another target or another calendar from here on; what was consumed stays
        Retarget = "retarget",
    }
}

word_enum! {
    /// How a clock stands.
    State {
        Running = "running",
        Paused = "paused",
        Stopped = "stopped",
    }
}

/// A time during which the clock ran, under one calendar.
#[derive(Clone, Debug)]
pub struct Run<'t> {
    pub from: i64,
    /// `None` while it still runs.
    pub to: Option<i64>,
    /// How it stands from `to` on.
    pub then: State,
    pub timetable: &'t Timetable,
}

/// A clock as its entries leave it. Instants are UTC seconds.
#[derive(Clone, Debug)]
pub struct Clock<'t> {
    /// How often it was started; each start is a new obligation with alarms of its own.
    pub round: i64,
    pub target: Target,
    pub state: State,
    /// When the state began.
    pub since: i64,
    timetable: &'t Timetable,
    runs: Vec<Run<'t>>,
}

impl<'t> Clock<'t> {
    /// Starts a clock.
    pub fn start(at: i64, target: Target, timetable: &'t Timetable) -> Self {
        let mut clock =
            Self { round: 0, target, state: State::Stopped, since: at, timetable, runs: Vec::with_capacity(4) };
        clock.restart(at, target, timetable);
        clock
    }

    /// Starts another round from zero.
    pub fn restart(&mut self, at: i64, target: Target, timetable: &'t Timetable) {
        let at = self.advance(at);
        self.runs.clear();
        (self.round, self.target, self.timetable, self.state) = (self.round + 1, target, timetable, State::Stopped);
        self.go(at);
    }

    /// Stands still.
    pub fn pause(&mut self, at: i64) {
        if self.state == State::Running {
            let at = self.advance(at);
            self.halt(at, State::Paused);
        }
    }

    /// Goes on, after a pause or after the end.
    pub fn resume(&mut self, at: i64) {
        let at = self.advance(at);
        self.go(at);
    }

    /// Comes to its end.
    pub fn stop(&mut self, at: i64) {
        if self.state != State::Stopped {
            let at = self.advance(at);
            self.halt(at, State::Stopped);
        }
    }

    /// Has another target and calendar from here on.
    pub fn retarget(&mut self, at: i64, target: Target, timetable: &'t Timetable) {
        let at = self.advance(at);
        self.target = target;
        if !std::ptr::eq(self.timetable, timetable) {
            self.timetable = timetable;
            if self.state == State::Running {
                self.cut(at, State::Running);
                self.runs.push(Run { from: at, to: None, then: State::Running, timetable });
            }
        }
    }

    /// Time does not run backwards in a ledger.
    fn advance(&self, at: i64) -> i64 {
        at.max(self.runs.last().map_or(self.since, |run| run.to.unwrap_or(run.from))).max(self.since)
    }

    fn go(&mut self, at: i64) {
        if self.state != State::Running {
            self.runs.push(Run { from: at, to: None, then: State::Running, timetable: self.timetable });
            (self.state, self.since) = (State::Running, at);
        }
    }

    fn halt(&mut self, at: i64, state: State) {
        if self.state != State::Running {
            // What stood still stands still in another way: told by a run of no length.
            self.runs.push(Run { from: at, to: None, then: state, timetable: self.timetable });
        }
        self.cut(at, state);
        (self.state, self.since) = (state, at);
    }

    fn cut(&mut self, at: i64, then: State) {
        if let Some(run) = self.runs.last_mut() {
            (run.to, run.then) = (Some(at), then);
        }
    }

    /// When it ran, in order of time.
    pub fn runs(&self) -> &[Run<'t>] {
        &self.runs
    }

    /// The calendar in force.
    pub fn timetable(&self) -> &'t Timetable {
        self.timetable
    }

    /// What it has consumed up to an instant, in a measure.
    pub fn consumed(&self, measure: Measure, until: i64) -> i64 {
        let within = self.runs.iter().take_while(|run| run.from < until);
        within.map(|run| measure.between(run.timetable, run.from, run.to.unwrap_or(until).min(until))).sum()
    }

    /// What it has consumed up to an instant in seconds: of working time, or of the wall clock if its
    /// target is in that.
    pub fn consumed_seconds(&self, until: i64) -> i64 {
        match self.target.measure() {
            Measure::Working | Measure::Days => self.consumed(Measure::Working, until),
            Measure::Calendar => self.consumed(Measure::Calendar, until),
        }
    }

    /// When it reaches an amount in the measure of its target: in the past, or in the future if it goes on
    /// running. Nothing if it stands still before that.
    pub fn reaches(&self, amount: i64) -> Option<i64> {
        let measure = self.target.measure();
        let mut left = amount;
        for run in &self.runs {
            let Some(to) = run.to else { return measure.after(run.timetable, run.from, left) };
            let passed = measure.between(run.timetable, run.from, to);
            // A target of nothing is reached when work could begin; a run outside working time is none.
            let begins = left > 0 || passed > 0;
            if begins && measure.reaches(passed, left) {
                return measure.after(run.timetable, run.from, left).map(|at| at.min(to));
            }
            left -= passed;
        }
        None
    }

    /// When its target is used up.
    pub fn due(&self) -> Option<i64> {
        self.reaches(self.target.amount())
    }

    /// When a share of its target is used up, in percent.
    pub fn share_used(&self, percent: i64) -> Option<i64> {
        self.reaches(self.target.share(percent))
    }

    /// Whether it is over its target at an instant. What ends at the due instant is in time.
    pub fn is_breached(&self, at: i64) -> bool {
        let until = if self.state == State::Stopped { at.min(self.since) } else { at };
        self.due().is_some_and(|due| until > due)
    }

    /// Whether it runs at an instant.
    pub fn runs_at(&self, at: i64) -> bool {
        self.runs.iter().any(|run| run.from <= at && run.to.is_none_or(|to| at < to))
    }
}

/// An entry as it is kept in the event that caused it. Instant, actor and cause are the event's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub clock: super::keeping::ClockKind,
    pub act: Act,
    /// When, if not when the event was: milliseconds since 1970. A change of calendar or policy counts
    /// from the instant from which it is in force, whenever the ticket is next looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<i64>,
    /// For starting and retargeting.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub terms: Option<Terms>,
}

/// What a clock runs by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Terms {
    pub target: Target,
    /// The version of a calendar.
    pub calendar: i64,
    /// The version of the policy.
    pub policy: i64,
}

impl<'t> Clock<'t> {
    /// Applies an entry of its ledger, at UTC seconds; nothing came before if `clock` is `None`. An entry
    /// that says nothing of what it runs by, where it must, is a broken ledger: `None`.
    pub fn apply(
        clock: Option<Self>,
        entry: &Entry,
        at: i64,
        timetable: impl Fn(i64) -> Option<&'t Timetable>,
    ) -> Option<Self> {
        let terms = entry.terms.and_then(|terms| Some((terms.target, timetable(terms.calendar)?)));
        match (clock, entry.act) {
            (None, Act::Start) => terms.map(|(target, timetable)| Self::start(at, target, timetable)),
            (None, Act::Pause | Act::Resume | Act::Stop | Act::Retarget) => None,
            (Some(mut clock), act) => {
                match act {
                    Act::Pause => clock.pause(at),
                    Act::Resume => clock.resume(at),
                    Act::Stop => clock.stop(at),
                    Act::Start => terms.map(|(target, timetable)| clock.restart(at, target, timetable))?,
                    Act::Retarget => terms.map(|(target, timetable)| clock.retarget(at, target, timetable))?,
                }
                Some(clock)
            }
        }
    }
}

#[cfg(test)]
mod tests;
