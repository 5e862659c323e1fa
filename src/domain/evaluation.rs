//! Evaluation of reports and the follow-up of its recommendations (Perbup Seruyan 23/2023 Ps 38(9)): who may do
//! what, which step leads where, and when a recommendation is late.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::ids::OpdId;
use super::people::{Actor, Role};
use super::permission::Denied;
use super::refusal::Refusal;
use super::report::Scope;
use super::spoken::spoken;
use super::ticket::word_enum;

word_enum! {
    /// How a recommendation stands.
    FollowUpStatus {
        /// nothing was reported yet
        Open = "open",
        /// its owner works on it
        InProgress = "in_progress",
        /// its owner says that it is done; supervision looks at it
        Submitted = "submitted",
        /// supervision agrees that it is done
        Done = "done",
        /// supervision gave it up, with a reason
        Dropped = "dropped",
    }
}

word_enum! {
    /// What somebody does to a recommendation.
    Step {
        /// its owner tells what was done so far
        Progress = "progress",
        /// its owner says that it is done
        Submit = "submit",
        /// supervision agrees
        Accept = "accept",
        /// supervision does not agree, with a reason
        Return = "return",
        /// supervision gives it up, with a reason
        Drop = "drop",
    }
}

word_enum! {
    /// What happened to a recommendation.
    Happening {
        Added = "added",
        Changed = "changed",
        Progress = "progress",
        Submitted = "submitted",
        Accepted = "accepted",
        Returned = "returned",
        Dropped = "dropped",
        EvidenceAdded = "evidence_added",
        Reminded = "reminded",
        Escalated = "escalated",
    }
}

spoken!(FollowUpStatus {
    Open = "Belum ditindaklanjuti",
    InProgress = "Sedang ditindaklanjuti",
    Submitted = "Diajukan selesai",
    Done = "Selesai",
    Dropped = "Dihentikan",
});
spoken!(Happening {
    Added = "menyampaikan rekomendasi",
    Changed = "mengubah rekomendasi",
    Progress = "melaporkan kemajuan",
    Submitted = "mengajukan selesai",
    Accepted = "menerima sebagai selesai",
    Returned = "mengembalikan",
    Dropped = "menghentikan",
    EvidenceAdded = "melampirkan bukti",
    Reminded = "mengingatkan batas waktu",
    Escalated = "meneruskan keterlambatan kepada penyelia",
});

/// What is recommended to whom, and by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub owner: OpdId,
    pub text: String,
    pub due_on: NaiveDate,
}

/// What somebody set of the terms of a recommendation: all when it was made, then what changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Set {
    #[serde(rename = "owner_id", skip_serializing_if = "Option::is_none")]
    pub owner: Option<OpdId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

impl Terms {
    /// As they are after something was set.
    pub fn apply(&mut self, set: Set) {
        self.owner = set.owner.unwrap_or(self.owner);
        self.due_on = set.due_on.unwrap_or(self.due_on);
        if let Some(text) = set.text {
            self.text = text;
        }
    }
}

/// The most evidence files of a recommendation.
pub const MOST_EVIDENCE: usize = 50;

/// How many days before its due date the owner of a recommendation is reminded.
pub const REMIND_DAYS: u64 = 7;

impl FollowUpStatus {
    /// Whether it is over.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Dropped)
    }

    /// Whether its owner still has something to do.
    pub fn is_with_owner(self) -> bool {
        matches!(self, Self::Open | Self::InProgress)
    }

    /// What a step leads to.
    pub fn after(self, step: Step) -> Result<Self, Refusal> {
        match (self, step) {
            (Self::Done | Self::Dropped, _) => Err(Refusal::RecommendationEnded),
            (Self::Open | Self::InProgress, Step::Progress) => Ok(Self::InProgress),
            (Self::Open | Self::InProgress, Step::Submit) => Ok(Self::Submitted),
            (Self::Open | Self::InProgress, Step::Accept | Step::Return) => Err(Refusal::RecommendationNotSubmitted),
            (Self::Submitted, Step::Progress | Step::Submit) => Err(Refusal::RecommendationSubmitted),
            (Self::Submitted, Step::Accept) => Ok(Self::Done),
            (Self::Submitted, Step::Return) => Ok(Self::InProgress),
            (Self::Open | Self::InProgress | Self::Submitted, Step::Drop) => Ok(Self::Dropped),
        }
    }

    /// Whether its owner is late on a day: the due date itself is in time, and what supervision looks at is no
    /// delay of its owner.
    pub fn is_overdue(self, due_on: NaiveDate, today: NaiveDate) -> bool {
        self.is_with_owner() && due_on < today
    }
}

impl Step {
    /// What it takes to do it.
    pub fn right(self) -> Right {
        match self {
            Self::Progress | Self::Submit => Right::Report,
            Self::Accept | Self::Return | Self::Drop => Right::Write,
        }
    }

    /// Whether something must be said with it.
    pub fn needs_note(self) -> bool {
        self != Self::Accept
    }

    /// As what it is remembered.
    pub fn happening(self) -> Happening {
        match self {
            Self::Progress => Happening::Progress,
            Self::Submit => Happening::Submitted,
            Self::Accept => Happening::Accepted,
            Self::Return => Happening::Returned,
            Self::Drop => Happening::Dropped,
        }
    }
}

/// What somebody may do with a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Read it with its history and evidence.
    See,
    /// Say what was done, and that it is done.
    Report,
    /// Add a file.
    Prove,
    /// Word it, decide about it, give it up.
    Write,
}

/// What somebody is to a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Supervision, or administration: writes evaluations.
    Writer,
    /// Head or Tier 1 of the OPD that is to follow it.
    Owner,
    /// Head or Tier 1 of the OPD whose report was evaluated.
    Evaluated,
    /// Audit.
    Auditor,
}

impl Standing {
    fn allows(self, right: Right) -> bool {
        match self {
            Self::Writer => matches!(right, Right::See | Right::Write | Right::Prove),
            Self::Owner => matches!(right, Right::See | Right::Report | Right::Prove),
            Self::Evaluated | Self::Auditor => right == Right::See,
        }
    }
}

/// Whether somebody writes evaluations.
pub fn writes(actor: &Actor) -> bool {
    actor.has(Role::Supervisor) || actor.has(Role::Admin)
}

/// Whether somebody reads all evaluations.
pub fn reads_all(actor: &Actor) -> bool {
    writes(actor) || actor.has(Role::Auditor)
}

/// Whether somebody answers for an OPD here.
pub fn answers_for(actor: &Actor, opd: OpdId) -> bool {
    actor.opd == opd && (actor.has(Role::OpdHead) || actor.has(Role::Tier1Agent))
}

/// Whether somebody reads an evaluation of this scope as a whole, rather than what their OPD is to do alone.
pub fn reads_whole(actor: &Actor, evaluated: Scope) -> bool {
    reads_all(actor) || matches!(evaluated, Scope::One(opd) if answers_for(actor, opd))
}

/// Whose recommendations and evaluations somebody sees: of all OPDs, or those that concern the own one. Nothing for
/// those who answer for no OPD.
pub fn reader(actor: &Actor) -> Option<Scope> {
    if reads_all(actor) {
        return Some(Scope::All);
    }
    answers_for(actor, actor.opd).then_some(Scope::One(actor.opd))
}

/// What somebody is to a recommendation for an OPD, from the evaluation of a scope.
pub fn standings(actor: &Actor, owner: OpdId, evaluated: Scope) -> Vec<Standing> {
    let of_evaluated = matches!(evaluated, Scope::One(opd) if answers_for(actor, opd));
    [
        (writes(actor), Standing::Writer),
        (answers_for(actor, owner), Standing::Owner),
        (of_evaluated, Standing::Evaluated),
        (actor.has(Role::Auditor), Standing::Auditor),
    ]
    .into_iter()
    .filter_map(|(is, standing)| is.then_some(standing))
    .collect()
}

/// Whether one of these standings allows something. What somebody may not see is not there.
pub fn may(standings: &[Standing], right: Right) -> Result<(), Denied> {
    match standings {
        [] => Err(Denied::Unknown),
        all if all.iter().any(|standing| standing.allows(right)) => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}

/// What is to be told about a due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// It comes soon: to the owner.
    Near,
    /// It is over: to the owner and to supervision.
    Overdue,
}

/// What is to be told today about a recommendation of which these things were told already, each once.
pub fn alarm(
    status: FollowUpStatus,
    due_on: NaiveDate,
    today: NaiveDate,
    reminded: bool,
    escalated: bool,
) -> Option<Alarm> {
    if !status.is_with_owner() || escalated {
        return None;
    }
    if status.is_overdue(due_on, today) {
        return Some(Alarm::Overdue);
    }
    (!reminded && is_near(due_on, today)).then_some(Alarm::Near)
}

/// Whether a due date is so near that a reminder is due. Who gets a recommendation on such a day needs none.
pub fn is_near(due_on: NaiveDate, today: NaiveDate) -> bool {
    today.checked_add_days(Days::new(REMIND_DAYS)).is_some_and(|horizon| due_on <= horizon)
}

#[cfg(test)]
mod tests {
    use super::super::ids::PersonId;
    use super::*;

    #[test]
    fn where_each_step_leads() {
        use FollowUpStatus::{Done, Dropped, InProgress, Open, Submitted};
        use Refusal::{RecommendationEnded, RecommendationNotSubmitted, RecommendationSubmitted};
        use Step::{Accept, Drop, Progress, Return, Submit};
        let ended = Err(RecommendationEnded);
        let early = Err(RecommendationNotSubmitted);
        for (status, steps) in [
            (Open, [Ok(InProgress), Ok(Submitted), early, early, Ok(Dropped)]),
            (InProgress, [Ok(InProgress), Ok(Submitted), early, early, Ok(Dropped)]),
            (
                Submitted,
                [Err(RecommendationSubmitted), Err(RecommendationSubmitted), Ok(Done), Ok(InProgress), Ok(Dropped)],
            ),
            (Done, [ended; 5]),
            (Dropped, [ended; 5]),
        ] {
            for (step, leads) in [Progress, Submit, Accept, Return, Drop].into_iter().zip(steps) {
                assert_eq!(status.after(step), leads, "{status} {step}");
            }
        }
    }

    #[test]
    fn every_step_is_remembered_and_all_but_agreeing_say_why() {
        for step in Step::ALL {
            assert_eq!(step.needs_note(), *step != Step::Accept, "{step}");
            assert!(FollowUpStatus::ALL.iter().any(|status| status.after(*step).is_ok()), "{step}");
        }
    }

    fn actor(opd: i64, roles: &[Role]) -> Actor {
        Actor { id: PersonId(1), opd: OpdId(opd), roles: roles.to_vec(), teams: Vec::new() }
    }

    #[test]
    fn who_may_do_what() {
        let (no, off, yes) = (Err(Denied::Unknown), Err(Denied::Forbidden), Ok(()));
        let (all, of_7) = (Scope::All, Scope::One(OpdId(7)));
        // The recommendation is for OPD 5. See, report, prove, write.
        for (who, evaluated, expected) in [
            (actor(9, &[Role::Supervisor]), all, [yes, off, yes, yes]),
            (actor(9, &[Role::Admin]), of_7, [yes, off, yes, yes]),
            (actor(9, &[Role::Auditor]), all, [yes, off, off, off]),
            (actor(5, &[Role::OpdHead]), all, [yes, yes, yes, off]),
            (actor(5, &[Role::Tier1Agent]), of_7, [yes, yes, yes, off]),
            (actor(5, &[Role::Requester]), all, [no; 4]),
            (actor(5, &[Role::Tier2Agent]), all, [no; 4]),
            (actor(7, &[Role::OpdHead]), of_7, [yes, off, off, off]),
            (actor(7, &[Role::Tier1Agent]), all, [no; 4]),
            (actor(6, &[Role::OpdHead, Role::Tier1Agent]), of_7, [no; 4]),
            (actor(5, &[Role::OpdHead, Role::Supervisor]), all, [yes; 4]),
        ] {
            let standings = standings(&who, OpdId(5), evaluated);
            let rights = [Right::See, Right::Report, Right::Prove, Right::Write];
            assert_eq!(rights.map(|right| may(&standings, right)), expected, "{who:?} {evaluated:?}");
            assert_eq!(reads_whole(&who, evaluated), reads_all(&who) || who.opd == OpdId(7) && evaluated == of_7);
            let concerns = |of: Scope| of == Scope::All || of == Scope::One(OpdId(5)) || of == evaluated;
            assert_eq!(reader(&who).is_some_and(concerns), !standings.is_empty(), "{who:?} {evaluated:?}");
        }
    }

    #[test]
    fn a_recommendation_is_told_about_once_before_and_once_after_its_due_date() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let due = day("2026-11-20");
        use Alarm::{Near, Overdue};
        use FollowUpStatus::{Done, InProgress, Open, Submitted};
        for (status, today, reminded, escalated, told) in [
            (Open, "2026-11-12", false, false, None),
            (Open, "2026-11-13", false, false, Some(Near)),
            (InProgress, "2026-11-20", false, false, Some(Near)),
            (Open, "2026-11-20", true, false, None),
            (Open, "2026-11-21", false, false, Some(Overdue)),
            (InProgress, "2027-11-21", true, false, Some(Overdue)),
            (Open, "2026-11-21", true, true, None),
            (Open, "2026-11-21", false, true, None),
            (Submitted, "2026-11-21", false, false, None),
            (Done, "2026-11-21", false, false, None),
        ] {
            assert_eq!(alarm(status, due, day(today), reminded, escalated), told, "{status} {today}");
        }
    }
}
