//! How the life of a past ticket goes: taken, perhaps handed over and back, waiting, resolved, closed.

use super::super::tickets::rate::Opinion;
use super::act::{Act, Step};
use super::office::DAY;
use super::random::Random;
use super::script::{Report, Scene, Script, hand_over, tag};
use super::seed::Text;
use crate::domain::ids::PersonId;
use crate::domain::lifecycle::Waiting;
use crate::domain::priority::Level;
use crate::domain::text::Body;
use crate::domain::ticket::{Classification, TicketType};

/// What must not happen to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// Anything may.
    Free,
    /// It is worked on to the end, for at least three working hours: others hang on it.
    Steady,
}

/// Everything that happens to a ticket.
pub(super) fn lived(scene: &Scene<'_>, random: &mut Random, report: &Report<'_>, course: Course) -> Vec<Step> {
    let mut life = Life { script: Script::open(scene, report), scene, report, random };
    if course == Course::Free && life.random.chance(2) {
        life.is_cancelled();
        return life.script.finish();
    }
    life.is_taken();
    if course == Course::Free && report.story.kind == TicketType::Request && life.random.chance(5) {
        life.is_rejected();
        return life.script.finish();
    }
    let team = report.story.team.as_deref().filter(|_| life.random.chance(96));
    let holder = match team {
        Some(team) => life.is_handed_over(team),
        None => life.is_worked_on_by_the_desk(),
    };
    if course == Course::Steady {
        life.script.then(180, holder, Act::Note(report.story.tried.body(&report.unit.short)));
    }
    life.waits(holder);
    life.is_resolved(holder);
    life.script.finish()
}

struct Life<'a, 's> {
    script: Script<'s>,
    scene: &'a Scene<'a>,
    report: &'a Report<'a>,
    random: &'a mut Random,
}

impl Life<'_, '_> {
    /// A number of minutes that is larger the less urgent the ticket is.
    fn minutes(&mut self, least: i64, most: i64) -> i64 {
        let pace = match self.report.story.urgency {
            Level::High => 1,
            Level::Medium => 2,
            Level::Low => 4,
        };
        self.random.between(least, most) * pace
    }

    fn phrase(&mut self, phrases: &[Text]) -> Body {
        self.random.pick(phrases).body(&self.report.unit.short)
    }

    fn is_cancelled(&mut self) {
        let reason = self.phrase(&self.scene.seed.extras.phrases.cancel);
        let minutes = self.random.between(3, 200);
        self.script.then(minutes, self.report.requester, Act::Cancel(reason));
    }

    /// Somebody of the desk takes it, answers, and perhaps notes, tags and lets others follow.
    fn is_taken(&mut self) {
        let Report { story, agent, unit, requester, .. } = *self.report;
        let minutes = if self.report.is_filed_by_requester() { self.minutes(3, 55) } else { self.minutes(1, 8) };
        // Whoever answers takes it by that; others take it first.
        if self.random.chance(60) || story.reply.is_none() {
            self.script.then(minutes, agent, Act::Take);
        }
        if let Some(reply) = self.report.says(&story.reply) {
            let minutes = self.minutes(2, 20);
            self.script.then(minutes, agent, Act::Reply(reply));
        }
        if self.random.chance(25) {
            let mut tags: Vec<_> = tag(&story.category).into_iter().collect();
            let other: &String = self.random.pick(&self.scene.seed.extras.phrases.tags);
            tags.extend(tag(other));
            tags.sort();
            tags.dedup();
            self.script.then(1, agent, Act::Tag(tags));
        }
        if self.random.chance(8) {
            let colleague = unit.head.unwrap_or(*self.random.pick(&unit.requesters));
            if colleague != requester && self.report.classification == Classification::Open {
                self.script.then(2, agent, Act::Watch(colleague));
            }
        }
        if self.random.chance(3) {
            let file = self.random.pick(&self.scene.seed.extras.files);
            if let Some(file) = self.scene.files.get(&file.name) {
                self.script.then(2, agent, Act::Attach(file.clone()));
            }
        }
    }

    fn is_rejected(&mut self) {
        let reason = self.phrase(&self.scene.seed.extras.phrases.reject);
        let minutes = self.minutes(20, 200);
        self.script.then(minutes, self.report.agent, Act::Reject(reason));
    }

    fn is_worked_on_by_the_desk(&mut self) -> PersonId {
        let Report { story, agent, unit, .. } = *self.report;
        if self.random.chance(7) {
            self.asks_for_advice();
        }
        if self.random.chance(50) {
            let minutes = self.minutes(10, 60);
            self.script.then(minutes, agent, Act::Note(story.tried.body(&unit.short)));
        }
        if let Some(note) = self.report.says(&story.note).filter(|_| self.random.chance(40)) {
            self.script.then(3, agent, Act::Note(note));
        }
        agent
    }

    /// The desk asks the team of the category, and gets an answer.
    fn asks_for_advice(&mut self) {
        let seed = self.scene.seed;
        let Some(category) = seed.categories.iter().find(|row| row.name == self.report.story.category) else {
            return;
        };
        let team = self.scene.organisation.team(&category.team);
        let (question, advice) = (self.phrase(&seed.extras.phrases.question), self.phrase(&seed.extras.phrases.advice));
        let (asked, answered) = (self.minutes(5, 30), self.minutes(15, 120));
        let by = *self.random.pick(&team.members);
        self.script.then(asked, self.report.agent, Act::Consult(team.id, question));
        self.script.then(answered, by, Act::Answer(advice));
    }

    /// Tier 2 gets it; gives the one who works on it in the end.
    fn is_handed_over(&mut self, team: &str) -> PersonId {
        let phrases = &self.scene.seed.extras.phrases;
        let Report { story, agent, unit, .. } = *self.report;
        let member = *self.random.pick(&self.scene.organisation.team(team).members);
        let minutes = self.minutes(8, 60);
        self.script.then(minutes, agent, hand_over(self.scene, story, unit, team));
        if self.random.chance(3) {
            let reason = self.phrase(&phrases.withdraw);
            let minutes = self.minutes(3, 30);
            self.script.then(minutes, agent, Act::Withdraw(reason));
            return agent;
        }
        let bounces = if story.instruction.is_some() { 60 } else { 6 };
        if self.random.chance(bounces) {
            self.bounces(member);
            let (minutes, note) = (self.minutes(20, 120), self.phrase(&phrases.resubmit));
            self.script.then(minutes, agent, Act::Note(note));
            self.script.then(2, agent, hand_over(self.scene, story, unit, team));
        }
        let minutes = self.minutes(5, 75);
        self.script.then(minutes, member, Act::Accept);
        if let Some(note) = self.report.says(&story.note).filter(|_| self.random.chance(70)) {
            let minutes = self.minutes(10, 60);
            self.script.then(minutes, member, Act::Note(note));
        }
        member
    }

    /// The team gives it back, before or after having accepted it.
    fn bounces(&mut self, member: PersonId) {
        let instruction = match self.report.says(&self.report.story.instruction) {
            Some(instruction) => instruction,
            None => self.phrase(&self.scene.seed.extras.phrases.unable),
        };
        let (accepted, returned) = (self.minutes(5, 60), self.minutes(10, 90));
        if self.random.chance(50) {
            self.script.then(accepted, member, Act::Accept);
        }
        self.script.then(returned, member, Act::GiveBack(instruction));
    }

    /// Waits for whom it may have to wait for, and hears from the requester.
    fn waits(&mut self, holder: PersonId) {
        let phrases = &self.scene.seed.extras.phrases;
        let Report { story, requester, .. } = *self.report;
        let said = self.report.says(&story.requester_reply);
        if story.kind == TicketType::Change {
            let reason = self.phrase(&phrases.wait_approval);
            self.pauses(holder, Waiting::Approval, reason);
        }
        if story.kind == TicketType::Problem || self.random.chance(7) {
            let reason = self.phrase(&phrases.wait_third_party);
            self.pauses(holder, Waiting::ThirdParty, reason);
        }
        if self.random.chance(18) {
            let reason = self.phrase(&phrases.wait_requester);
            let answer = match said {
                Some(said) => said,
                None => self.phrase(&phrases.answer),
            };
            let (held, answered) = (self.minutes(5, 60), self.random.between(20, DAY));
            self.script.then(held, holder, Act::Hold(Waiting::Requester, reason));
            self.script.then(answered, requester, Act::Reply(answer));
        } else if let Some(said) = said.filter(|_| self.random.chance(70)) {
            let minutes = self.minutes(5, 60);
            self.script.then(minutes, requester, Act::Reply(said));
        }
    }

    fn pauses(&mut self, holder: PersonId, waiting: Waiting, reason: Body) {
        let (held, resumed) = (self.minutes(10, 60), self.random.between(90, DAY * 3));
        self.script.then(held, holder, Act::Hold(waiting, reason));
        self.script.then(resumed, holder, Act::Resume);
    }

    /// Resolved, seldom taken up again, and closed by the requester or the desk before it closes itself.
    fn is_resolved(&mut self, holder: PersonId) {
        let phrases = &self.scene.seed.extras.phrases;
        let Report { story, agent, requester, .. } = *self.report;
        let Some(resolution) = self.report.says(&story.resolution) else { return };
        let days = if story.kind == TicketType::Problem { DAY * 4 } else { 0 };
        let minutes = days + self.minutes(15, 260);
        self.script.then(minutes, holder, Act::Resolve(resolution));
        if self.random.chance(6) {
            let (reason, resolution) = (self.phrase(&phrases.reopen), self.phrase(&phrases.second_resolution));
            let (reopened, resolved) = (self.random.between(30, DAY), self.minutes(20, 200));
            self.script.then(reopened, requester, Act::Reopen(reason));
            self.script.then(resolved, holder, Act::Resolve(resolution));
        }
        let by = if self.random.chance(55) { requester } else { agent };
        let minutes = self.random.between(DAY, DAY * 5 / 2);
        self.script.then(minutes, by, Act::Close);
        if self.random.chance(if by == requester { 70 } else { 25 }) {
            self.is_rated();
        }
    }

    /// The requester says what they think of it: the worse, the more often with a word.
    fn is_rated(&mut self) {
        let phrases = &self.scene.seed.extras.phrases;
        let stars = *self.random.pick(&[5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 2, 1]);
        let (words, share) = match stars {
            4.. => (&phrases.praise, 35),
            3 => (&phrases.lukewarm, 60),
            _ => (&phrases.blame, 90),
        };
        let word = self.phrase(words);
        let word = self.random.chance(share).then_some(word);
        self.script.soon(1, self.report.requester, Act::Rate(Opinion { stars, word }));
    }
}
