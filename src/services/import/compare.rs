//! What came out here against what the foreign desk recorded, with the causes of every difference.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::ticket::word_enum;

word_enum! {
    /// What is compared.
    Measure {
        Priority = "priority",
        State = "state",
        Reassignments = "reassignments",
        Reopenings = "reopenings",
    }
}

word_enum! {
    /// Why a count here differs from the recorded one.
    Cause {
        /// the count was not zero on the ticket's first line: it happened before the log begins
        BeforeFirstLine = "before_first_line",
        /// the recorded count grew on a line that shows no change
        NotVisible = "not_visible",
        /// the lines show a change that the recorded count leaves out
        NotCounted = "not_counted",
        /// it moved while it was resolved, which our rules refuse (or do at the reopening instead)
        WhileResolved = "while_resolved",
        /// it happened after the ticket was closed, which is final here
        AfterClosing = "after_closing",
        /// our rules refused it for another reason; the refused acts say which
        Refused = "refused",
    }
}

/// Causes with how much each contributes to `recorded - ours`.
pub(super) type Causes = BTreeMap<Cause, i64>;

/// One ticket, compared.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub number: String,
    pub values: Vec<Compared>,
}

/// One measure of one ticket. Counts have causes; words are equal or not.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    pub measure: Measure,
    pub recorded: Value,
    pub ours: Value,
    pub causes: Causes,
}

/// A count or a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Count(i64),
    Word(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// A ticket on which a measure differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub number: String,
    pub measure: Measure,
    pub recorded: Value,
    pub ours: Value,
    /// With how much each contributes; empty if nothing explains it.
    pub causes: BTreeMap<Cause, i64>,
}

/// A measure over all tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub equal: u64,
    pub different: u64,
    /// Tickets of `different` whose causes account for all of it.
    pub explained: u64,
    /// Over all tickets, counts only.
    pub recorded_sum: i64,
    pub ours_sum: i64,
}

/// All tickets, compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    pub tickets: u64,
    pub measures: BTreeMap<Measure, Line>,
    /// Tickets by measure and the causes that made them differ, e.g. `reopenings: after_closing`.
    pub causes: BTreeMap<String, u64>,
    pub differences: Vec<Difference>,
}

impl Comparison {
    pub(super) fn add(&mut self, outcome: Outcome) {
        self.tickets += 1;
        for value in outcome.values {
            let line = self.measures.entry(value.measure).or_default();
            if let (Value::Count(recorded), Value::Count(ours)) = (&value.recorded, &value.ours) {
                line.recorded_sum += recorded;
                line.ours_sum += ours;
            }
            if value.recorded == value.ours {
                line.equal += 1;
                continue;
            }
            line.different += 1;
            line.explained += u64::from(value.is_explained());
            let causes: Vec<_> = value.causes.keys().map(|cause| cause.as_str()).collect();
            let why = if causes.is_empty() { "unexplained".to_owned() } else { causes.join(" + ") };
            *self.causes.entry(format!("{}: {why}", value.measure)).or_default() += 1;
            self.differences.push(Difference {
                number: outcome.number.clone(),
                measure: value.measure,
                recorded: value.recorded,
                ours: value.ours,
                causes: value.causes,
            });
        }
    }
}

impl Compared {
    /// Whether the causes add up to the difference.
    fn is_explained(&self) -> bool {
        match (&self.recorded, &self.ours) {
            (Value::Count(recorded), Value::Count(ours)) => recorded - ours == self.causes.values().sum::<i64>(),
            _ => !self.causes.is_empty(),
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "compared with what was recorded, {} tickets", self.tickets)?;
        writeln!(f, "  {:<14} {:>8} {:>9} {:>9}  sum recorded / here", "", "equal", "different", "explained")?;
        for (measure, line) in &self.measures {
            write!(f, "  {:<14} {:>8} {:>9} {:>9}", measure.as_str(), line.equal, line.different, line.explained)?;
            match measure {
                Measure::Reassignments | Measure::Reopenings => {
                    writeln!(f, "  {} / {}", line.recorded_sum, line.ours_sum)?;
                }
                Measure::Priority | Measure::State => writeln!(f)?,
            }
        }
        self.causes.iter().try_for_each(|(cause, tickets)| writeln!(f, "  {tickets:>8}  {cause}"))
    }
}
