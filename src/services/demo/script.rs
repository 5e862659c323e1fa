//! Writes down what happens to one ticket, act after act.

use std::collections::BTreeMap;

use chrono::Duration;

use super::super::tickets::attach::StoredFile;
use super::super::tickets::open::Opening;
use super::act::{Act, Slot, Step};
use super::office::Office;
use super::organisation::{Organisation, Unit};
use super::seed::{Seed, Story, Text};
use crate::domain::Instant;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::PersonId;
use crate::domain::text::{Body, Tag};
use crate::domain::ticket::{Channel, Classification, TicketType};

/// Where everything happens.
pub(super) struct Scene<'a> {
    pub seed: &'a Seed,
    pub organisation: &'a Organisation,
    pub office: Office,
    /// When it ends.
    pub now: Instant,
    /// The seed's files, by name.
    pub files: &'a BTreeMap<String, StoredFile>,
}

/// A report before anybody did anything about it.
#[derive(Clone)]
pub(super) struct Report<'a> {
    pub slot: Slot,
    pub story: &'a Story,
    pub unit: &'a Unit,
    pub requester: PersonId,
    /// Who of the desk serves it.
    pub agent: PersonId,
    pub at: Instant,
    pub channel: Channel,
    pub classification: Classification,
}

impl<'a> Report<'a> {
    /// A report as its story tells it.
    pub fn new(slot: Slot, story: &'a Story, unit: &'a Unit, requester: PersonId, agent: PersonId) -> Self {
        let classification = Classification::Open;
        Self { slot, story, unit, requester, agent, at: Instant::UNIX_EPOCH, channel: story.channel, classification }
    }

    /// At an instant.
    pub fn at(mut self, at: Instant) -> Self {
        self.at = at;
        self
    }

    /// Whether the requester files it; what comes in otherwise is filed by the desk.
    pub fn is_filed_by_requester(&self) -> bool {
        self.channel == Channel::Portal
    }

    /// A text of the story, about the OPD.
    pub fn says(&self, text: &Option<Text>) -> Option<Body> {
        text.as_ref().map(|text| text.body(&self.unit.short))
    }

    fn opening(&self, scene: &Scene<'_>) -> Opening {
        Opening {
            kind: self.story.kind,
            subject: self.story.subject.subject(&self.unit.short),
            description: self.story.description.body(&self.unit.short),
            impact: self.story.impact,
            urgency: self.story.urgency,
            channel: self.channel,
            classification: self.classification,
            security: self.story.security,
            personal_data: self.story.personal_data,
            requester: self.requester,
            desk: None,
            category: Some(scene.organisation.category(&self.story.category)),
            tags: Vec::new(),
            follows: None,
        }
    }
}

/// The acts on one ticket in order of time.
pub(super) struct Script<'s> {
    scene: &'s Scene<'s>,
    slot: Slot,
    /// When the last act was, without its odd seconds.
    at: Instant,
    steps: Vec<Step>,
}

impl<'s> Script<'s> {
    /// Begins with the report.
    pub fn open(scene: &'s Scene<'s>, report: &Report<'_>) -> Self {
        let by = if report.is_filed_by_requester() { report.requester } else { report.agent };
        let mut script = Self { scene, slot: report.slot, at: report.at, steps: Vec::new() };
        script.at(report.at, by, Act::Open(Box::new(report.opening(scene))));
        script
    }

    /// So many working minutes (at least one) after the last act.
    pub fn then(&mut self, minutes: i64, by: PersonId, act: Act) {
        self.at(self.scene.office.forward(self.at, minutes.max(1)), by, act);
    }

    /// So many minutes (at least one) after the last act, whatever the hour.
    pub fn soon(&mut self, minutes: i64, by: PersonId, act: Act) {
        self.at(self.at + Duration::minutes(minutes.max(1)), by, act);
    }

    /// At an instant that is at least a minute after the last act.
    pub fn at(&mut self, at: Instant, by: PersonId, act: Act) {
        // Acts are a minute apart, so odd seconds cannot turn them round.
        let steps = i64::try_from(self.steps.len()).unwrap_or_default();
        let slot = i64::try_from(self.slot.0).unwrap_or_default();
        let seconds = (slot * 37 + steps * 23) % 60;
        self.steps.push(Step { at: at + Duration::seconds(seconds), by, slot: self.slot, act });
        self.at = at;
    }

    /// All acts.
    pub fn finish(self) -> Vec<Step> {
        self.steps
    }
}

/// Hands a story's ticket over to a team, saying what was tried.
pub(super) fn hand_over(scene: &Scene<'_>, story: &Story, unit: &Unit, team: &str) -> Act {
    let reason = match (story.kind, team) {
        (TicketType::Change, _) | (_, "LAYANAN") => HandoverReason::Approval,
        (TicketType::Problem, _) => HandoverReason::Widespread,
        (_, "JARINGAN") => HandoverReason::Equipment,
        (_, "PUSAT-DATA" | "TTE") => HandoverReason::Access,
        _ => HandoverReason::Skill,
    };
    Act::HandOver { to: scene.organisation.team(team).id, reason, tried: story.tried.body(&unit.short) }
}

/// The tag that a category gives, e.g. `kata-sandi` for `Akun/Kata sandi`.
pub(super) fn tag(text: &str) -> Option<Tag> {
    let last = text.rsplit('/').next().unwrap_or(text);
    Tag::parse(&last.replace(' ', "-")).ok()
}
