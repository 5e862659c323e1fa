//! What figures are computed from: plain rows, without any text that people wrote but recommendations, which are
//! made to be reported. Instants are UTC seconds.

use std::collections::BTreeMap;

use super::super::evaluation::{FollowUpStatus, Terms};
use super::super::handover::{HandoverReason, HandoverState};
use super::super::ids::{CategoryId, OpdId, TeamId};
use super::super::priority::Priority;
use super::super::sla::breach::{Cause, Decision};
use super::super::sla::keeping::ClockKind;
use super::super::ticket::{Channel, TicketType, word_enum};
use super::period::Period;

word_enum! {
    /// How work on a ticket ended, as far as it has.
    Outcome {
        /// resolved, and not reopened since
        Resolved = "resolved",
        /// cancelled by the requester
        Cancelled = "cancelled",
        /// rejected with a reason
        Rejected = "rejected",
        /// merged into another
        Merged = "merged",
    }
}

/// Whose a fact is, and whether it may count in the report of one OPD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    pub opd: OpdId,
    /// Secret, or a security incident: counts in the report of all alone.
    pub confined: bool,
}

/// A ticket that was there at some moment of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketFact {
    pub of: Of,
    pub kind: TicketType,
    pub priority: Priority,
    pub channel: Channel,
    pub category: Option<CategoryId>,
    /// Its category is not told.
    pub confidential: bool,
    pub security: bool,
    pub opened_at: i64,
    /// When and how work on it ended for good, as known today. Not before it was opened.
    pub ended: Option<(i64, Outcome)>,
    /// Whether a team of Tier 2 has ever accepted it.
    pub tier2: bool,
    /// When its resolution is, or was, due.
    pub due_at: Option<i64>,
}

impl TicketFact {
    /// Whether it was opened and not ended at an instant.
    pub fn is_open_at(&self, at: i64) -> bool {
        self.opened_at < at && self.ended.is_none_or(|(ended, _)| ended >= at)
    }

    /// How it ended, if it ended in a time.
    pub fn ended_within(&self, (from, to): (i64, i64)) -> Option<Outcome> {
        self.ended.filter(|(at, _)| (from..to).contains(at)).map(|(_, outcome)| outcome)
    }

    /// Whether it was opened in a time.
    pub fn opened_within(&self, (from, to): (i64, i64)) -> bool {
        (from..to).contains(&self.opened_at)
    }
}

/// A clock that came to its end in the period, of a ticket that was not cancelled, rejected or merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PromiseFact {
    pub of: Of,
    pub kind: TicketType,
    pub priority: Priority,
    pub clock: ClockKind,
    pub late: bool,
    /// Consumed.
    pub seconds: i64,
    /// What was said about it being late.
    pub breach: Option<(Cause, Decision)>,
}

impl PromiseFact {
    /// Whether it is late for a cause that is not the service's, as supervision agreed.
    pub fn is_excused(&self) -> bool {
        self.late && self.breach.is_some_and(|(cause, decision)| cause.excuses() && decision == Decision::Approved)
    }
}

/// A handover that was asked for in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandoverFact {
    pub of: Of,
    pub team: TeamId,
    pub reason: HandoverReason,
    pub state: HandoverState,
}

/// A rating that was given in the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatingFact {
    pub of: Of,
    pub stars: i64,
}

/// A step in the follow-up of a recommendation: as it is from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpFact {
    pub at: i64,
    pub status: FollowUpStatus,
    /// What was reported or decided, if something was said.
    pub note: Option<String>,
    pub terms: Terms,
}

/// A recommendation that was not over before the period, or whose evaluation is of a period that ends within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecommendationFact {
    pub id: i64,
    /// What was evaluated.
    pub period: Period,
    pub evaluated: Scope,
    /// In order; the first is that it was made.
    pub steps: Vec<FollowUpFact>,
}

/// Everything that happened in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub tickets: Vec<TicketFact>,
    pub promises: Vec<PromiseFact>,
    pub handovers: Vec<HandoverFact>,
    /// One for each time that a ticket was reopened in the period.
    pub reopenings: Vec<Of>,
    pub ratings: Vec<RatingFact>,
    pub recommendations: Vec<RecommendationFact>,
}

/// An OPD, a team or a category as it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub code: String,
    pub name: String,
    /// Whether it has a row even if nothing happened there.
    pub active: bool,
}

/// What things are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub opds: BTreeMap<OpdId, Named>,
    pub teams: BTreeMap<TeamId, Named>,
    pub categories: BTreeMap<CategoryId, Named>,
}

/// Of whom a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All OPDs, everything.
    All,
    /// One OPD, without what is confined: its head and its desk may not know that there is any.
    One(OpdId),
}

impl Scope {
    /// Whether a recommendation is told: to whoever is to follow it, and to whom it was evaluated for.
    pub fn is_told(self, owner: OpdId, evaluated: Self) -> bool {
        match self {
            Self::All => true,
            Self::One(opd) => owner == opd || evaluated == self,
        }
    }

    /// Whether a fact counts.
    pub fn has(self, of: Of) -> bool {
        match self {
            Self::All => true,
            Self::One(opd) => of.opd == opd && !of.confined,
        }
    }
}
