//! Three months of tickets before today: how many, when, from whom, about what, and how they hang together.

use chrono::{Days, Duration, NaiveDate};

use super::act::{Act, Slot, Step};
use super::life::{Course, lived};
use super::office::{DAY, is_working};
use super::organisation::Unit;
use super::random::Random;
use super::script::{Report, Scene, Script, hand_over};
use super::seed::Story;
use crate::domain::Instant;
use crate::domain::ticket::{Channel, Classification, LinkKind, TicketType};

/// How many days back it begins: thirteen weeks.
pub(super) const SPAN: u64 = 91;

/// What is to be known of a past ticket when others are tied to it.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub slot: Slot,
    pub kind: TicketType,
    pub category: String,
    pub opd: String,
    pub at: Instant,
    /// Supervision reads it, so that it can tie it to others.
    pub open: bool,
}

/// Plans tickets.
pub(super) struct Planner<'a> {
    pub scene: &'a Scene<'a>,
    pub random: Random,
    pub steps: Vec<Step>,
    pub past: Vec<Past>,
    slots: usize,
}

impl<'a> Planner<'a> {
    /// Has planned nothing yet.
    pub fn new(scene: &'a Scene<'a>, random: Random) -> Self {
        Self { scene, random, steps: Vec::new(), past: Vec::new(), slots: 0 }
    }

    /// The slot of another ticket.
    pub fn slot(&mut self) -> Slot {
        self.slots += 1;
        Slot(self.slots)
    }

    /// Plans about so many ordinary tickets, and the extraordinary ones among them.
    pub fn live(&mut self, tickets: usize) {
        let mut reports = self.causes();
        for _ in 0..tickets {
            let story = self.story();
            let unit = self.random.pick_weighted(&self.scene.organisation.units, Unit::weight);
            let day = self.day(SPAN);
            reports.push((story, unit, self.time_of(day)));
        }
        reports.sort_by_key(|(.., at)| *at);
        for (story, unit, at) in reports {
            self.ordinary(story, unit, at);
        }
        self.problems();
        self.security();
        self.major();
    }

    /// Incidents that problems to be shown are made of: nine each, over eight weeks.
    fn causes(&mut self) -> Vec<(&'a Story, &'a Unit, Instant)> {
        let scene = self.scene;
        let mut reports = Vec::new();
        for problem in scene.seed.tickets.iter().filter(|story| !story.causes.is_empty()) {
            let alike: Vec<_> = scene
                .seed
                .history
                .iter()
                .filter(|story| story.kind == TicketType::Incident && story.team == problem.team)
                .filter(|story| story.category.starts_with(&problem.category))
                .collect();
            for code in problem.causes.iter().cycle().take(9) {
                let day = self.day(56);
                reports.push((*self.random.pick(&alike), scene.organisation.unit(code), self.time_of(day)));
            }
        }
        reports
    }

    /// What a ticket may be about.
    pub fn story(&mut self) -> &'a Story {
        let share = |kind: &TicketType| match kind {
            TicketType::Incident => 55,
            TicketType::Request => 30,
            TicketType::Complaint => 8,
            TicketType::Change => 5,
            TicketType::Problem => 2,
        };
        let kind = *self.random.pick_weighted(TicketType::ALL, share);
        let stories: Vec<_> = self.scene.seed.history.iter().filter(|story| story.kind == kind).collect();
        // A little more of what Tier 1 cannot solve.
        let weight = |story: &&Story| if story.team.is_some() { 6 } else { 5 };
        let story: &&'a Story = self.random.pick_weighted(&stories, weight);
        story
    }

    /// A working day of the last so many days.
    fn day(&mut self, span: u64) -> NaiveDate {
        let today = self.scene.office.day(self.scene.now);
        let days: Vec<_> = (0..=span)
            .filter_map(|back| today.checked_sub_days(Days::new(back)))
            .filter(|day| is_working(*day))
            .collect();
        *self.random.pick(&days)
    }

    /// A time of day: mostly in office hours, more in the morning.
    fn time_of(&mut self, day: NaiveDate) -> Instant {
        let minute = match self.random.between(1, 100) {
            1..=50 => self.random.between(450, 630),
            51..=90 => self.random.between(630, 955),
            91..=94 => self.random.between(360, 450),
            _ => self.random.between(960, 1290),
        };
        self.scene.office.at(day, minute)
    }

    /// A report by somebody of the OPD.
    pub fn report(&mut self, story: &'a Story, unit: &'a Unit, at: Instant) -> Report<'a> {
        let slot = self.slot();
        let requester = unit.requester(&mut self.random);
        let agent = self.scene.organisation.agent(unit, self.scene.office.day(at), &mut self.random);
        let mut report = Report::new(slot, story, unit, requester, agent).at(at);
        let out_of_hours = self.scene.office.forward(at, 0) != at;
        if out_of_hours || self.random.chance(20) {
            report.channel = Channel::Portal;
        }
        if !out_of_hours && self.random.chance(2) {
            report.classification = Classification::Restricted;
        }
        report
    }

    /// Notes a report and what becomes of it.
    fn add(&mut self, report: &Report<'_>, steps: Vec<Step>) {
        self.past.push(Past {
            slot: report.slot,
            kind: report.story.kind,
            category: report.story.category.clone(),
            opd: report.unit.code.clone(),
            at: report.at,
            open: report.classification == Classification::Open && !report.story.security,
        });
        self.steps.extend(steps);
    }

    fn ordinary(&mut self, story: &'a Story, unit: &'a Unit, at: Instant) {
        let report = self.report(story, unit, at);
        let today = self.scene.office.day(self.scene.now);
        let doubled = story.kind == TicketType::Incident
            && report.classification == Classification::Open
            && unit.has_desk(today)
            && self.random.chance(3);
        let course = if doubled { Course::Steady } else { Course::Free };
        let steps = lived(self.scene, &mut self.random, &report, course);
        self.add(&report, steps);
        if doubled {
            self.double(&report);
        }
    }

    /// A colleague reports the same a little later; the desk merges the two.
    fn double(&mut self, first: &Report<'a>) {
        let requester = self.random.pick(&first.unit.requesters);
        let later = first.at + Duration::minutes(self.random.between(10, 50));
        let mut report = Report { slot: self.slot(), requester: *requester, ..first.clone() }.at(later);
        report.channel = Channel::Portal;
        let reason = self.random.pick(&self.scene.seed.extras.phrases.duplicate).body(&first.unit.short);
        let mut script = Script::open(self.scene, &report);
        script.then(self.random.between(5, 25), report.agent, Act::Note(reason));
        script.then(2, report.agent, Act::Merge(first.slot));
        self.add(&report, script.finish());
    }

    /// Supervision ties earlier incidents to the problems behind them.
    fn problems(&mut self) {
        let is_problem = |past: &&Past| past.kind == TicketType::Problem && past.open;
        let problems: Vec<_> = self.past.iter().filter(is_problem).cloned().collect();
        for problem in problems {
            let area = problem.category.split('/').next().unwrap_or_default().to_owned();
            let causes = self.incidents(|past| past.at < problem.at && past.category.starts_with(&area));
            let at = self.scene.office.forward(problem.at, 60);
            self.tie(&causes, 4, LinkKind::CausedBy, problem.slot, at);
        }
    }

    /// Past incidents that supervision reads, the latest first.
    pub fn incidents(&self, wanted: impl Fn(&Past) -> bool) -> Vec<Slot> {
        let mut found: Vec<_> = self
            .past
            .iter()
            .filter(|past| past.kind == TicketType::Incident && past.open && past.at < self.scene.now && wanted(past))
            .collect();
        found.sort_by_key(|past| std::cmp::Reverse((past.at, past.slot)));
        found.into_iter().map(|past| past.slot).collect()
    }

    /// A supervisor ties tickets to another, a minute each.
    pub fn tie(&mut self, slots: &[Slot], most: usize, kind: LinkKind, to: Slot, mut at: Instant) {
        let by = self.scene.organisation.supervisor();
        for slot in slots.iter().take(most) {
            self.steps.push(Step { at, by, slot: *slot, act: Act::Link(kind, to) });
            at += Duration::minutes(1);
        }
    }

    /// A security incident a month. CSIRT answers at any hour.
    fn security(&mut self) {
        let scene = self.scene;
        let today = scene.office.day(scene.now);
        for (story, (back, code)) in scene.seed.extras.security.iter().zip(SECURITY) {
            let Some(day) = today.checked_sub_days(Days::new(back)) else { continue };
            let unit = scene.organisation.unit(code);
            let at = scene.office.at(day, self.random.between(425, 725));
            let report = self.report(story, unit, at);
            let report = Report { channel: story.channel, classification: Classification::Open, ..report };
            let steps = self.secured(&report);
            self.add(&report, steps);
        }
    }

    fn secured(&mut self, report: &Report<'a>) -> Vec<Step> {
        let Report { story, requester, .. } = *report;
        let csirt = *self.random.pick(&self.scene.organisation.team("CSIRT").members);
        let mut script = Script::open(self.scene, report);
        script.soon(self.random.between(4, 20), csirt, Act::Accept);
        for (by, act) in [
            (csirt, report.says(&story.reply).map(Act::Reply)),
            (csirt, report.says(&story.note).map(Act::Note)),
            (requester, report.says(&story.requester_reply).map(Act::Reply)),
        ] {
            if let Some(act) = act {
                script.soon(self.random.between(5, 60), by, act);
            }
        }
        if let Some(resolution) = report.says(&story.resolution) {
            script.then(self.random.between(DAY, DAY * 2), csirt, Act::Resolve(resolution));
            script.then(self.random.between(DAY, DAY * 2), requester, Act::Close);
        }
        script.finish()
    }

    /// A major incident some weeks ago, with the reports of those who were hit.
    fn major(&mut self) {
        let scene = self.scene;
        let story = &scene.seed.extras.major;
        let Some(unit) = story.opd.as_deref().map(|code| scene.organisation.unit(code)) else { return };
        let today = scene.office.day(scene.now);
        let day = (MAJOR..).filter_map(|back| today.checked_sub_days(Days::new(back))).find(|day| is_working(*day));
        let Some((day, team)) = day.zip(story.team.as_deref()) else { return };
        let report = self.report(story, unit, scene.office.at(day, 565));
        let report = Report { classification: Classification::Open, channel: story.channel, ..report };
        let member = *self.random.pick(&scene.organisation.team(team).members);
        let mut script = Script::open(scene, &report);
        script.then(3, report.agent, hand_over(scene, story, unit, team));
        script.then(6, member, Act::Accept);
        let acts = [
            report.says(&story.note).map(Act::Note),
            report.says(&story.reply).map(Act::Reply),
            report.says(&story.resolution).map(Act::Resolve),
        ];
        for (act, minutes) in acts.into_iter().flatten().zip([15, 15, 190]) {
            script.then(minutes, member, act);
        }
        script.then(DAY, report.agent, Act::Close);
        self.add(&report, script.finish());
        self.children(&report, scene.office.at(day, 570), Some(scene.office.at(day, 800)));
    }

    /// OPDs that report the same as a major incident; supervision ties them to it. They are resolved with
    /// it, or wait for it still.
    pub fn children(&mut self, parent: &Report<'a>, from: Instant, resolved: Option<Instant>) {
        let phrases = &self.scene.seed.extras.phrases;
        let mut at = from;
        let mut slots = Vec::new();
        for code in &parent.story.children {
            let unit = self.scene.organisation.unit(code);
            let mut report = self.report(parent.story, unit, at);
            report.channel = Channel::Portal;
            report.classification = Classification::Open;
            let mut script = Script::open(self.scene, &report);
            script.then(6, report.agent, Act::Reply(self.random.pick(&phrases.child_reply).body(&unit.short)));
            if let Some(resolved) = resolved {
                let resolution = self.random.pick(&phrases.child_resolution).body(&unit.short);
                script.at(resolved, report.agent, Act::Resolve(resolution));
                script.then(DAY, report.requester, Act::Close);
            }
            slots.push(report.slot);
            self.add(&report, script.finish());
            at += Duration::minutes(4);
        }
        self.tie(&slots, slots.len(), LinkKind::ChildOf, parent.slot, at + Duration::minutes(3));
    }
}

/// How many days ago each security incident was, and whose.
const SECURITY: [(u64, &str); 4] = [(80, "DPRKP"), (52, "DISNAKER"), (26, "DINSOS"), (9, "DISPARPORA")];

/// How many days ago the major incident was, at least.
const MAJOR: u64 = 37;
