//! Begins the evaluation of a report: one for each period and OPD, or all OPDs together.

use serde::Deserialize;
use serde_json::json;

use super::Added;
use crate::domain::Refusal;
use crate::domain::evaluation::writes;
use crate::domain::people::Actor;
use crate::domain::report::{Period, Scope};
use crate::domain::text::Body;
use crate::services::fields;
use crate::services::reports::{period, scope};
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::evaluations;

/// What is evaluated.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BeginEvaluation)]
pub struct Input {
    /// Of the report: `2026-10`, `2026-Q4`, `2026-S2` or `2026`.
    #[schema(max_length = 7, example = "2026-10")]
    pub period: String,
    /// The code of an OPD; if absent, all OPDs together.
    #[serde(default)]
    #[schema(max_length = 32)]
    pub opd: Option<String>,
    /// What is to be said of it as a whole.
    #[schema(min_length = 1, max_length = 20000)]
    pub summary: String,
}

/// Begins it.
pub fn run(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    let summary = fields::one("/summary", Body::parse(&input.summary))?;
    desk.act(caller, |work| {
        let actor = &caller.actor;
        let scope = scope(work.tx, actor, input.opd.as_deref())?;
        if !writes(actor) {
            return Err(Error::Forbidden);
        }
        let period = period(desk, work.tx, input.period.trim())?;
        apply(work, actor, (period, scope), &summary)
    })
}

/// Begins it, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    (period, scope): (Period, Scope),
    summary: &Body,
) -> Result<Added> {
    if evaluations::of(work.tx, period, scope)?.is_some() {
        return Err(Refusal::EvaluationExists.into());
    }
    let id = evaluations::insert(work.tx, (period, scope), summary.as_str(), actor.id, work.now)?;
    let opd = match scope {
        Scope::All => None,
        Scope::One(opd) => Some(opd),
    };
    let facts = json!({"evaluation": id, "period": period.to_string(), "opd_id": opd});
    work.audit("evaluation_added", Some(actor.id), facts)?;
    Ok(Added { id: id.0 })
}
