//! What an import did, in numbers.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::compare::{Comparison, Outcome};
use super::rejects::Reject;
use crate::domain::ticket::word_enum;
use crate::services::Error;

/// How many refused acts are listed one by one.
const LISTED: usize = 1000;

word_enum! {
    /// What was done to tickets.
    Act {
        /// opened
        Open = "open",
        /// impact, urgency, category or priority corrected
        Edit = "edit",
        /// from the desk to a team, and accepted there
        HandOver = "hand_over",
        /// from a team to the desk
        GiveBack = "give_back",
        /// from a team over the desk to another team
        PassOn = "pass_on",
        /// given to a person
        Assign = "assign",
        /// put back into the queue
        Release = "release",
        /// waits
        Hold = "hold",
        /// goes on
        Resume = "resume",
        /// resolved
        Resolve = "resolve",
        /// taken up again
        Reopen = "reopen",
        /// closed
        Close = "close",
        /// cancelled
        Cancel = "cancel",
        /// rejected
        Reject = "reject",
    }
}

/// An act that our rules refused; the rest of its line was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedAct {
    pub line: u64,
    pub number: String,
    pub act: Act,
    /// The stable code of the refusal.
    pub code: String,
}

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// The map's name.
    pub source: String,
    /// Lines of the file below the first.
    pub lines: u64,
    /// Lines taken over in this run.
    pub lines_done: u64,
    /// Lines that an earlier run had taken over.
    pub lines_known: u64,
    /// Lines in the rejects file.
    pub rejected: u64,
    pub tickets_opened: u64,
    /// Tickets of an earlier run to which the file had more to say.
    pub tickets_continued: u64,
    /// Tickets of an earlier run with nothing new.
    pub tickets_known: u64,
    /// Placeholders made: OPDs, teams, categories, people.
    pub placeholders: BTreeMap<&'static str, u64>,
    pub acts: BTreeMap<Act, u64>,
    /// Refused acts by act and code.
    pub refused: BTreeMap<String, u64>,
    /// The first thousand refused acts.
    pub refusals: Vec<RefusedAct>,
    /// Lines that say something for which there is no act here, by what.
    pub notes: BTreeMap<&'static str, u64>,
    /// Only for a log whose map names recorded columns.
    pub comparison: Option<Comparison>,
}

/// What one transaction did; becomes part of the summary once it is committed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub summary: Summary,
    pub rejects: Vec<Reject>,
    pub outcomes: Vec<Outcome>,
}

/// The code under which a failure counts as refused; `None` if it must end the import.
pub(super) fn refusal(error: &Error) -> Option<&'static str> {
    match error {
        Error::Refused(refusal) => Some(refusal.code()),
        Error::Forbidden => Some("forbidden"),
        Error::NotFound => Some("not_found"),
        Error::Invalid(fields) => Some(fields.first().map_or("invalid", |field| field.code)),
        Error::Scope(_)
        | Error::Cursor
        | Error::File(_)
        | Error::Signing(_)
        | Error::TooLarge(_)
        | Error::VersionChanged
        | Error::Conflict
        | Error::IdempotencyReused
        | Error::Unauthenticated(_)
        | Error::Locked(_)
        | Error::Unavailable(_)
        | Error::OutcomeUnknown(_)
        | Error::Misconfigured { .. }
        | Error::Internal(_) => None,
    }
}

impl Tally {
    /// Counts an act.
    pub(super) fn done(&mut self, act: Act) {
        *self.summary.acts.entry(act).or_default() += 1;
    }

    /// Counts an act that was refused.
    pub(super) fn refused(&mut self, refused: RefusedAct) {
        *self.summary.refused.entry(format!("{}: {}", refused.act, refused.code)).or_default() += 1;
        if self.summary.refusals.len() < LISTED {
            self.summary.refusals.push(refused);
        }
    }

    /// Counts something for which there is no act.
    pub(super) fn note(&mut self, what: &'static str) {
        *self.summary.notes.entry(what).or_default() += 1;
    }

    /// Counts a placeholder.
    pub(super) fn made(&mut self, what: &'static str) {
        *self.summary.placeholders.entry(what).or_default() += 1;
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(key).or_default() += count;
    }
}

impl Summary {
    /// Adds what a committed transaction did.
    pub(super) fn add(&mut self, tally: Tally) {
        let more = tally.summary;
        self.lines_done += more.lines_done;
        self.lines_known += more.lines_known;
        self.tickets_opened += more.tickets_opened;
        self.tickets_continued += more.tickets_continued;
        self.tickets_known += more.tickets_known;
        add(&mut self.placeholders, more.placeholders);
        add(&mut self.acts, more.acts);
        add(&mut self.refused, more.refused);
        add(&mut self.notes, more.notes);
        let room = LISTED.saturating_sub(self.refusals.len());
        self.refusals.extend(more.refusals.into_iter().take(room));
        for outcome in tally.outcomes {
            self.comparison.get_or_insert_default().add(outcome);
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "source            {}", self.source)?;
        writeln!(
            f,
            "lines             {} ({} taken over, {} known before, {} rejected)",
            self.lines, self.lines_done, self.lines_known, self.rejected
        )?;
        writeln!(
            f,
            "tickets           {} opened, {} continued, {} known before",
            self.tickets_opened, self.tickets_continued, self.tickets_known
        )?;
        let mut list = |title: &str, counts: Vec<(String, u64)>| -> fmt::Result {
            if !counts.is_empty() {
                writeln!(f, "{title}")?;
            }
            counts.into_iter().try_for_each(|(what, count)| writeln!(f, "  {count:>8}  {what}"))
        };
        list("placeholders", self.placeholders.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect())?;
        list("acts", self.acts.iter().map(|(act, n)| (act.to_string(), *n)).collect())?;
        list("refused by our rules", self.refused.iter().map(|(what, n)| (what.clone(), *n)).collect())?;
        list("without an act here", self.notes.iter().map(|(what, n)| ((*what).to_owned(), *n)).collect())?;
        match &self.comparison {
            Some(comparison) => comparison.fmt(f),
            None => Ok(()),
        }
    }
}
