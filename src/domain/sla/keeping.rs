//! Which clocks a ticket has, and how each should stand: a function of the ticket alone. What has to be
//! entered into the ledger is the difference between how a clock stands and how it should, so no verb can
//! forget a clock.

use serde::{Deserialize, Serialize};

use super::super::event::EventKind;
use super::super::ids::{OpdId, PersonId, TeamId};
use super::super::ticket::{HandoverStage, Status, Ticket, TicketType, word_enum};
use super::clock::{Act, Entry, State, Terms};

word_enum! {
    /// The clocks of a ticket.
    ClockKind {
        /// towards the requester: until somebody takes it in hand; never pauses
        Response = "response",
        /// towards the requester: until it is resolved
        Resolution = "resolution",
        /// while the desk of the OPD has it
        Tier1 = "tier1",
        /// from handing over until a team accepts; never pauses
        Tier2Accept = "tier2_accept",
        /// while a team of the Dinas works on it
        Tier2 = "tier2",
        /// personal data: the notice that UU PDP 27/2022 Ps 46 wants within 3×24 hours
        Legal = "legal",
        /// a resolved ticket closes by itself
        Closing = "closing",
    }
}

impl ClockKind {
    /// Whether missing it is a breach of a service level. Closing by itself is none.
    pub fn is_promise(self) -> bool {
        self != Self::Closing
    }

    /// Whose calendar it runs by: the team's that is asked or works, or the desk's.
    pub fn worker(self, ticket: &Ticket) -> Worker {
        match (self, ticket.handover) {
            (Self::Tier2Accept | Self::Tier2, Some(handover)) => Worker::Team(handover.team),
            // Nobody at the desk is involved: the team that was called answers to the requester.
            (Self::Response | Self::Resolution, Some(handover)) if ticket.security => Worker::Team(handover.team),
            _ => Worker::Desk(ticket.opd),
        }
    }
}

/// Whose hours count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    Desk(OpdId),
    Team(TeamId),
}

/// Which statuses stop the clocks that pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pausing {
    /// The requester's answer is waited for: always theirs, not ours.
    #[serde(default = "yes")]
    pub waiting_requester: bool,
    /// A vendor or another institution is waited for.
    #[serde(default)]
    pub waiting_third_party: bool,
    /// An approval is waited for.
    #[serde(default)]
    pub waiting_approval: bool,
}

fn yes() -> bool {
    true
}

impl Default for Pausing {
    fn default() -> Self {
        Self { waiting_requester: true, waiting_third_party: false, waiting_approval: false }
    }
}

impl Pausing {
    fn pauses(self, status: Status) -> bool {
        match status {
            Status::WaitingRequester => self.waiting_requester,
            Status::WaitingThirdParty => self.waiting_third_party,
            Status::WaitingApproval => self.waiting_approval,
            Status::New
            | Status::InProgress
            | Status::Resolved
            | Status::Closed
            | Status::Cancelled
            | Status::Rejected => false,
        }
    }
}

/// A change of a ticket, seen from its clocks.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    pub kind: EventKind,
    /// Nobody, if the program did it.
    pub by: Option<PersonId>,
    pub before: Option<&'a Ticket>,
    pub after: &'a Ticket,
}

/// How a clock should stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Running,
    Paused,
    Stopped,
}

impl Change<'_> {
    /// Whether somebody of the service has taken the ticket in hand, or answered. Neither the requester's
    /// own words nor what the program does by itself are an answer.
    fn responds(&self) -> bool {
        let t = self.after;
        let served = self.by.is_some_and(|by| by != t.requester);
        t.assignee.is_some()
            || t.status.is_waiting()
            || t.status == Status::Resolved
            || (served && self.kind == EventKind::HandedOver)
            || (served && self.kind == EventKind::Replied && self.by != Some(t.recorder))
    }

    fn wanted(&self, clock: ClockKind, pausing: Pausing) -> Wanted {
        let t = self.after;
        let ended = t.status.is_final() || t.status == Status::Resolved;
        let stage = t.handover.map(|handover| handover.stage);
        let during = |holds: bool| match () {
            () if ended || !holds => Wanted::Stopped,
            () if pausing.pauses(t.status) => Wanted::Paused,
            () => Wanted::Running,
        };
        let steadily = |holds: bool| if ended || !holds { Wanted::Stopped } else { Wanted::Running };
        match clock {
            ClockKind::Response => steadily(!self.responds()),
            ClockKind::Resolution => during(true),
            // A security incident is never the desk's, unless CSIRT gives it back.
            ClockKind::Tier1 => during(stage.is_none() && !(t.security && t.status == Status::New)),
            ClockKind::Tier2Accept => steadily(stage == Some(HandoverStage::Requested)),
            ClockKind::Tier2 => during(stage == Some(HandoverStage::Accepted)),
            ClockKind::Legal => steadily(t.personal_data && t.kind == TicketType::Incident),
            ClockKind::Closing if t.status == Status::Resolved => Wanted::Running,
            ClockKind::Closing => Wanted::Stopped,
        }
    }

    /// Whether a clock that runs from now on begins another round instead of going on.
    fn is_new_round(&self, clock: ClockKind) -> bool {
        match clock {
            ClockKind::Tier2Accept => {
                self.before.and_then(|t| t.handover).map(|h| h.id) != self.after.handover.map(|h| h.id)
            }
            ClockKind::Closing => true,
            ClockKind::Response | ClockKind::Resolution | ClockKind::Tier1 | ClockKind::Tier2 | ClockKind::Legal => {
                false
            }
        }
    }

    /// What has to be entered for a clock that stands like this (or does not exist) under these terms, so
    /// that it stands as it should under the wanted ones.
    pub fn entries(
        &self,
        clock: ClockKind,
        stands: Option<(State, Terms)>,
        wanted_terms: Terms,
        pausing: Pausing,
    ) -> Vec<Entry> {
        let enter = |act, terms| Entry { clock, act, at: None, terms };
        let wanted = self.wanted(clock, pausing);
        let state = stands.map(|(state, _)| state);
        let go = match (state, wanted) {
            (_, Wanted::Stopped) | (Some(State::Running | State::Paused), _) => None,
            // Once answered, always answered.
            (Some(State::Stopped), _) if clock == ClockKind::Response => return Vec::new(),
            (None, _) => Some(Act::Start),
            (Some(State::Stopped), _) if self.is_new_round(clock) => Some(Act::Start),
            (Some(State::Stopped), _) => Some(Act::Resume),
        };
        let mut entries = Vec::new();
        let lives = go.is_some() || matches!(state, Some(State::Running | State::Paused));
        if let Some((_, terms)) = stands
            && lives
            && go != Some(Act::Start)
            && wanted != Wanted::Stopped
            && !terms.same_promise(&wanted_terms)
        {
            entries.push(enter(Act::Retarget, Some(wanted_terms)));
        }
        if let Some(act) = go {
            entries.push(enter(act, (act == Act::Start).then_some(wanted_terms)));
        }
        let runs = go.is_some() || state == Some(State::Running);
        match wanted {
            Wanted::Stopped if lives => entries.push(enter(Act::Stop, None)),
            Wanted::Paused if runs => entries.push(enter(Act::Pause, None)),
            Wanted::Running if state == Some(State::Paused) => entries.push(enter(Act::Resume, None)),
            Wanted::Running | Wanted::Paused | Wanted::Stopped => {}
        }
        entries
    }
}

impl Terms {
    /// Whether time is measured alike and the same is promised: then nothing has to be entered, whichever
    /// version of the policy says so.
    pub fn same_promise(&self, other: &Self) -> bool {
        self.target == other.target && self.calendar == other.calendar
    }
}

#[cfg(test)]
mod tests;
