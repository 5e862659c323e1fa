//! The tickets to be shown: each at its stage, so lately that the queues look alive.

use chrono::Duration;

use super::super::tickets::rate::Opinion;
use super::act::{Act, Step};
use super::history::Planner;
use super::script::{Report, Scene, Script, hand_over};
use super::seed::{Stage, Story};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::lifecycle::Waiting;
use crate::domain::priority::Level;
use crate::domain::ticket::{Channel, LinkKind, TicketType};

/// Whose, and how many minutes ago.
const FRESH: [(&str, i64); 6] =
    [("DISDIKBUD", 9), ("KEC-GRINGSING", 24), ("DINKES", 41), ("KEC-TULIS", 77), ("DISDIKBUD", 118), ("SETDA", 163)];

impl<'a> Planner<'a> {
    /// Plans the tickets to be shown, after the past that some of them are tied to.
    pub fn show(&mut self) {
        let mut following = None;
        // From the last to the first: one that is merged into the next must know it.
        for (index, story) in self.scene.seed.tickets.iter().enumerate().rev() {
            let (Some(opd), Some(stage)) = (story.opd.as_deref(), story.stage) else { continue };
            let unit = self.scene.organisation.unit(opd);
            let slot = self.slot();
            let day = self.scene.office.day(self.scene.now);
            let agent = self.scene.organisation.first_agent(unit, day);
            let report = Report::new(slot, story, unit, unit.first_requester(), agent);
            let times = Times::of(self.scene, stage, i64::try_from(index).unwrap_or_default());
            let report = report.at(times.first);
            let mut acts = Acts::of(self.scene, &report).at(stage);
            if let (Stage::Merged, Some(into)) = (stage, following) {
                acts.push((agent, Act::Merge(into)));
            }
            self.steps.extend(times.spread(self.scene, &report, acts));
            self.hangs_on(&report);
            following = Some(slot);
        }
        self.fresh();
        self.walking();
    }

    /// A critical incident at a hospital whose desk does not answer: some minutes after the demo has begun,
    /// its Tier 1 target is missed and it walks into the queue of Tier 2 by itself.
    fn walking(&mut self) {
        let urgent = |story: &&Story| {
            story.kind == TicketType::Incident
                && (story.impact, story.urgency) == (Level::High, Level::High)
                && !story.security
                && story.team.is_some()
        };
        let Some(story) = self.scene.seed.history.iter().find(urgent) else { return };
        let unit = self.scene.organisation.unit("RSUD-BATANG");
        let at = self.scene.now - Duration::minutes(57);
        let report = Report { channel: Channel::Portal, ..self.report(story, unit, at) };
        self.steps.extend(Script::open(self.scene, &report).finish());
    }

    /// What came in within the last hours, through the portal, and nobody has looked at yet.
    fn fresh(&mut self) {
        for (code, minutes) in FRESH {
            let story = self.story();
            let unit = self.scene.organisation.unit(code);
            let at = self.scene.now - Duration::minutes(minutes);
            let report = Report { channel: Channel::Portal, ..self.report(story, unit, at) };
            self.steps.extend(Script::open(self.scene, &report).finish());
        }
    }

    /// What is tied to it: the reports of others, or the incidents behind a problem.
    fn hangs_on(&mut self, report: &Report<'a>) {
        let story = report.story;
        if !story.children.is_empty() {
            self.children(report, self.scene.office.forward(report.at, 20), None);
        }
        if !story.causes.is_empty() {
            let causes = self.incidents(|past| {
                story.causes.contains(&past.opd) && past.category.starts_with(&story.category) && past.at < report.at
            });
            self.tie(&causes, 9, LinkKind::CausedBy, report.slot, self.scene.office.forward(report.at, 60));
        }
    }
}

/// When the first and the last act are.
struct Times {
    first: Instant,
    /// In working minutes before now.
    from: i64,
    to: i64,
}

impl Times {
    /// By stage; tickets at the same stage are some minutes apart.
    fn of(scene: &Scene<'_>, stage: Stage, index: i64) -> Self {
        let (from, to) = match stage {
            // What nobody has looked at yet came in a moment ago, whatever the hour.
            Stage::New => {
                return Self { first: scene.now - Duration::minutes(12 + index * 3), from: 0, to: 0 };
            }
            Stage::Taken => (190, 90),
            Stage::HandedOver => (160, 20),
            Stage::Accepted => (900, 45),
            Stage::Returned => (700, 35),
            Stage::Consulted => (240, 30),
            Stage::WaitingRequester | Stage::WaitingThirdParty | Stage::WaitingApproval => (1000, 110),
            Stage::ResolvedTier1 | Stage::ResolvedTier2 => (800, 60),
            Stage::Reopened => (1400, 40),
            Stage::Closed => (1800, 150),
            Stage::Cancelled | Stage::Rejected => (1250, 200),
            Stage::Merged => (500, 120),
        };
        let (from, to) = (from + index * 7, to + index * 3);
        Self { first: scene.office.back(scene.now, from), from, to }
    }

    /// The acts, evenly from the first to the last.
    fn spread(&self, scene: &Scene<'_>, report: &Report<'_>, acts: Vec<(PersonId, Act)>) -> Vec<Step> {
        let mut script = Script::open(scene, report);
        let count = i64::try_from(acts.len()).unwrap_or(i64::MAX).max(1);
        for (index, (by, act)) in (1..).zip(acts) {
            let before = self.from - (self.from - self.to) * index / count;
            script.at(scene.office.back(scene.now, before), by, act);
        }
        script.finish()
    }
}

/// What people do until a stage is reached, after the report.
struct Acts<'a> {
    scene: &'a Scene<'a>,
    report: &'a Report<'a>,
    member: PersonId,
    acts: Vec<(PersonId, Act)>,
}

impl<'a> Acts<'a> {
    fn of(scene: &'a Scene<'a>, report: &'a Report<'a>) -> Self {
        let team = report.story.team.as_deref();
        let member = team.and_then(|code| scene.organisation.team(code).members.first().copied());
        Self { scene, report, member: member.unwrap_or(report.agent), acts: Vec::new() }
    }

    fn at(mut self, stage: Stage) -> Vec<(PersonId, Act)> {
        if stage == Stage::New {
            return self.acts;
        }
        let Report { story, agent, .. } = *self.report;
        if !story.security {
            self.does(agent, Some(Act::Take));
            self.does(agent, self.report.says(&story.reply).map(Act::Reply));
        }
        let holder = self.hands_over(stage);
        if story.security {
            self.does(holder, self.report.says(&story.reply).map(Act::Reply));
        }
        let file = story.file.as_ref().and_then(|file| self.scene.files.get(&file.name));
        self.does(agent, file.cloned().map(Act::Attach));
        if stage != Stage::Consulted {
            self.does(holder, self.report.says(&story.note).map(Act::Note));
        }
        if stage != Stage::Reopened {
            self.does(self.report.requester, self.report.says(&story.requester_reply).map(Act::Reply));
        }
        self.ends(stage, holder);
        self.acts
    }

    fn does(&mut self, by: PersonId, act: Option<Act>) {
        self.acts.extend(act.map(|act| (by, act)));
    }

    /// Hands it over if the stage says so; gives the one who works on it then.
    fn hands_over(&mut self, stage: Stage) -> PersonId {
        let Report { story, unit, agent, .. } = *self.report;
        let accepted = match stage {
            Stage::HandedOver | Stage::Returned => false,
            Stage::Accepted
            | Stage::WaitingRequester
            | Stage::WaitingThirdParty
            | Stage::WaitingApproval
            | Stage::ResolvedTier2
            | Stage::Rejected => true,
            Stage::New
            | Stage::Taken
            | Stage::Consulted
            | Stage::ResolvedTier1
            | Stage::Reopened
            | Stage::Closed
            | Stage::Cancelled
            | Stage::Merged => return agent,
        };
        let Some(team) = story.team.as_deref() else { return agent };
        if !story.security {
            self.does(agent, Some(hand_over(self.scene, story, unit, team)));
        }
        if !accepted {
            return agent;
        }
        self.does(self.member, Some(Act::Accept));
        self.member
    }

    /// The acts by which it comes to stand where it is to stand.
    fn ends(&mut self, stage: Stage, holder: PersonId) {
        let Report { story, agent, requester, .. } = *self.report;
        let reason = self.report.says(&story.reason);
        let resolution = self.report.says(&story.resolution);
        match stage {
            Stage::New | Stage::Taken | Stage::HandedOver | Stage::Accepted => {}
            Stage::Consulted => {
                let team = story.team.as_deref().map(|code| self.scene.organisation.team(code).id);
                let question = team.zip(self.report.says(&story.note));
                self.does(agent, question.map(|(team, question)| Act::Consult(team, question)));
            }
            Stage::Returned => self.does(self.member, self.report.says(&story.instruction).map(Act::GiveBack)),
            Stage::WaitingRequester => self.does(holder, reason.map(|text| Act::Hold(Waiting::Requester, text))),
            Stage::WaitingThirdParty => self.does(holder, reason.map(|text| Act::Hold(Waiting::ThirdParty, text))),
            Stage::WaitingApproval => self.does(holder, reason.map(|text| Act::Hold(Waiting::Approval, text))),
            Stage::ResolvedTier1 | Stage::ResolvedTier2 => self.does(holder, resolution.map(Act::Resolve)),
            Stage::Closed => {
                self.does(holder, resolution.map(Act::Resolve));
                self.does(requester, Some(Act::Close));
                let word = self.scene.seed.extras.phrases.praise.first().map(|word| word.body(&self.report.unit.short));
                self.does(requester, Some(Act::Rate(Opinion { stars: 5, word })));
            }
            Stage::Reopened => {
                self.does(holder, resolution.map(Act::Resolve));
                self.does(requester, self.report.says(&story.requester_reply).map(Act::Reply));
                self.does(requester, reason.map(Act::Reopen));
            }
            Stage::Cancelled => self.does(requester, reason.map(Act::Cancel)),
            Stage::Rejected => self.does(holder, reason.map(Act::Reject)),
            // Merging itself needs to know the other ticket.
            Stage::Merged => self.does(agent, reason.map(Act::Note)),
        }
    }
}
