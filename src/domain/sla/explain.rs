//! Why is it late: the life of a clock cut into stretches, each of which is working time or not, running or
//! not, in somebody's hands, for a reason.

use super::super::ticket::word_enum;
use super::clock::{Clock, State};

word_enum! {
    /// In whose hands the ticket is.
    Holder {
        /// the desk of the OPD
        Tier1 = "tier1",
        /// handed over, not accepted yet
        Handover = "handover",
        /// a team of the Dinas
        Tier2 = "tier2",
        /// nobody: resolved or ended
        Nobody = "nobody",
    }
}

/// From when on the ticket was in whose hands, and the event that made it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// UTC seconds.
    pub at: i64,
    pub holder: Holder,
    /// The sequence number of the event.
    pub event: i64,
}

/// A stretch in which nothing changes. Seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub from: i64,
    pub to: i64,
    /// Whether it is working time.
    pub working: bool,
    pub state: State,
    pub holder: Holder,
    /// The last event before it that changed the clock or the holder.
    pub event: i64,
    /// What the clock consumes in it.
    pub consumed: i64,
    /// What the clock has consumed at its end.
    pub total: i64,
}

/// The stretches of a clock's present round up to an instant. `marks` are in order of time.
pub fn segments(clock: &Clock<'_>, marks: &[Mark], until: i64) -> Vec<Segment> {
    let Some(begin) = clock.runs().first().map(|run| run.from) else { return Vec::new() };
    let mut cuts = vec![begin, until];
    cuts.extend(marks.iter().map(|mark| mark.at));
    // What is working time goes by the calendar of the last run, also while the clock stands still after it.
    let next = clock.runs().iter().skip(1).map(|run| run.from).chain([until]);
    for (run, next) in clock.runs().iter().zip(next) {
        cuts.extend(run.to.into_iter().chain([run.from]));
        cuts.extend(run.timetable.stretches(run.from, next.min(until)).iter().flat_map(|s| [s.from, s.to]));
    }
    cuts.retain(|at| (begin..=until).contains(at));
    cuts.sort_unstable();
    cuts.dedup();
    let mut segments: Vec<Segment> = Vec::new();
    let mut total = 0;
    for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let (from, to) = (*from, *to);
        // The last run that has begun; the first begins with the first cut.
        let Some(run) = clock.runs().iter().rev().find(|run| run.from <= from) else { continue };
        let state = if run.to.is_none_or(|to| from < to) { State::Running } else { run.then };
        let mark = marks.iter().rev().find(|mark| mark.at <= from);
        let consumed = clock.consumed_seconds(to) - clock.consumed_seconds(from);
        total += consumed;
        let segment = Segment {
            from,
            to,
            working: run.timetable.is_open(from),
            state,
            holder: mark.map_or(Holder::Nobody, |mark| mark.holder),
            event: mark.map_or(0, |mark| mark.event),
            consumed,
            total,
        };
        match segments.last_mut() {
            Some(last) if last.is_like(&segment) => {
                (last.to, last.total) = (to, total);
                last.consumed += consumed;
            }
            _ => segments.push(segment),
        }
    }
    segments
}

impl Segment {
    fn is_like(&self, other: &Self) -> bool {
        (self.working, self.state, self.holder, self.event) == (other.working, other.state, other.holder, other.event)
    }
}

/// What was consumed in whose hands, most first.
pub fn shares(segments: &[Segment]) -> Vec<(Holder, i64)> {
    let mut shares: Vec<(Holder, i64)> = Holder::ALL
        .iter()
        .map(|holder| (*holder, segments.iter().filter(|s| s.holder == *holder).map(|s| s.consumed).sum()))
        .filter(|(_, seconds)| *seconds > 0)
        .collect();
    shares.sort_by_key(|(holder, seconds)| (-seconds, *holder));
    shares
}

#[cfg(test)]
mod tests;
