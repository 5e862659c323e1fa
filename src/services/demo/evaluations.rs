//! Evaluations of the demo's past months: what is done, what is under way, and what is late.

use chrono::{Days, Duration, NaiveDate};
use serde::Deserialize;

use super::super::evaluations::figures::Seen;
use super::super::evaluations::{attach as proofs, begin, find, recommend, step};
use super::super::reports::read;
use super::super::tickets::attach;
use super::super::work::Heard;
use super::super::{Desk, Error, Result, Work};
use super::office::Office;
use super::organisation::Organisation;
use crate::domain::Instant;
use crate::domain::evaluation::Step;
use crate::domain::ids::{EvaluationId, FindingId, PersonId, RecommendationId};
use crate::domain::report::{Period, Scope};
use crate::domain::text::{Advice, Body};

const FILE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/seed/demo/evaluations.toml"));

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    evaluations: Vec<Evaluation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evaluation {
    summary: String,
    findings: Vec<Finding>,
    recommendations: Vec<Recommendation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    figure: String,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recommendation {
    /// Which of the findings.
    finding: usize,
    /// The code of an OPD.
    owner: String,
    text: String,
    /// Due so many days from today.
    due_in: Option<i64>,
    /// Or so many days after the evaluation.
    after_days: Option<u64>,
    #[serde(default)]
    steps: Vec<Stepped>,
    evidence: Option<String>,
    #[serde(default)]
    content: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stepped {
    step: Step,
    after_days: i64,
    note: String,
}

fn wrong(error: impl std::fmt::Debug) -> Error {
    Error::Internal(format!("demo: evaluations.toml: {error:?}"))
}

/// Makes the evaluation of a month so many days after its end, with everything that came of it by now; `which` of
/// those of the seed.
pub(super) fn make(desk: &Desk, organisation: &Organisation, month: Period, after: u64, which: usize) -> Result<()> {
    let document: Document = toml::from_str(FILE).map_err(wrong)?;
    let evaluation = document.evaluations.get(which).ok_or_else(|| wrong(which))?;
    let office = Office { zone: desk.zone };
    let day = month.next().first_day().checked_add_days(Days::new(after)).unwrap_or(desk.today());
    let begins = office.at(day, 9 * 60).min(desk.now());
    let seen: Seen = read::unchecked(desk, &month.to_string(), None)?.into();
    let files = files(desk, evaluation)?;
    desk.store.write(|tx| {
        let mut work = Work::new(desk, tx, begins, None);
        // Nobody is told of what is only made up.
        work.heard = Heard::Nowhere;
        let supervisor = work.person(organisation.supervisor())?;
        let summary = Body::parse(&evaluation.summary).map_err(wrong)?;
        let id = EvaluationId(begin::apply(&mut work, &supervisor, (month, Scope::All), &summary)?.id);
        let mut findings = Vec::new();
        for finding in &evaluation.findings {
            let figure = find::figure(&seen, &finding.figure)?;
            let text = Body::parse(&finding.text).map_err(wrong)?;
            let with = (&figure, seen.sha256.as_deref());
            findings.push(FindingId(find::apply(&mut work, &supervisor, id, with, &text)?.id));
        }
        for (recommendation, file) in evaluation.recommendations.iter().zip(&files) {
            work.now = begins;
            let owner = organisation.unit(&recommendation.owner);
            let advised = recommend::Advised {
                finding: findings.get(recommendation.finding).copied(),
                owner: owner.id,
                text: Advice::parse(&recommendation.text).map_err(wrong)?,
                due_on: due(desk, day, recommendation),
            };
            let added = recommend::apply(&mut work, &supervisor, id, &advised)?;
            let answers = owner.head.unwrap_or_else(|| organisation.first_agent(owner, day));
            let people = (answers, organisation.supervisor());
            follow(&mut work, RecommendationId(added.id), recommendation, file.as_ref(), people, desk.now())?;
        }
        Ok(())
    })
}

fn due(desk: &Desk, evaluated: NaiveDate, recommendation: &Recommendation) -> NaiveDate {
    let today = desk.today();
    match (recommendation.due_in, recommendation.after_days) {
        (Some(days), _) => today + Duration::days(days),
        (None, days) => evaluated.checked_add_days(Days::new(days.unwrap_or(30))).unwrap_or(today),
    }
}

/// What came of a recommendation up to now.
fn follow(
    work: &mut Work<'_, '_>,
    id: RecommendationId,
    recommendation: &Recommendation,
    file: Option<&attach::StoredFile>,
    (owner, supervisor): (PersonId, PersonId),
    now: Instant,
) -> Result<()> {
    let begins = work.now;
    for one in &recommendation.steps {
        let at = begins + Duration::days(one.after_days);
        if at >= now {
            break;
        }
        work.now = at;
        let by = match one.step {
            Step::Progress | Step::Submit => owner,
            Step::Accept | Step::Return | Step::Drop => supervisor,
        };
        let actor = work.person(by)?;
        if let Some(file) = file.filter(|_| one.step == Step::Submit) {
            proofs::apply(work, &actor, id, file)?;
        }
        let note = Body::parse(&one.note).map_err(wrong)?;
        step::apply(work, &actor, id, one.step, Some(&note))?;
    }
    Ok(())
}

/// The evidence of each recommendation, stored.
fn files(desk: &Desk, evaluation: &Evaluation) -> Result<Vec<Option<attach::StoredFile>>> {
    let stored = |one: &Recommendation| {
        let Some(name) = &one.evidence else { return Ok(None) };
        let content = one.content.clone().into_bytes();
        attach::store(desk, &attach::Input { name: name.clone(), content, internal: false }).map(Some)
    };
    evaluation.recommendations.iter().map(stored).collect()
}
