//! Notes what is found in a figure of the report, with the value that was seen; and takes it back.

use serde::Deserialize;
use serde_json::json;

use super::figures::{Choice, Seen, choice, seen};
use super::{Added, to_write};
use crate::domain::Refusal;
use crate::domain::ids::{EvaluationId, FindingId};
use crate::domain::people::Actor;
use crate::domain::text::Body;
use crate::services::fields;
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::evaluations::{self, NewFinding};

/// What is found.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddFinding)]
pub struct Input {
    /// In which figure: its key in the summary (`overdue`), or table, row and column (`by_opd/DINKES/overdue`,
    /// `by_opd/total/overdue`).
    #[schema(max_length = 200, example = "resolution_raw")]
    pub figure: String,
    #[schema(min_length = 1, max_length = 20000)]
    pub text: String,
}

/// Notes it.
pub fn run(desk: &Desk, caller: &Caller, of: EvaluationId, input: &Input) -> Result<Added> {
    let text = fields::one("/text", Body::parse(&input.text))?;
    let actor = &caller.actor;
    let row = desk.read(|conn| to_write(conn, actor, of))?;
    let seen = seen(desk, actor, &row)?;
    let figure = figure(&seen, &input.figure)?;
    desk.act(caller, |work| {
        to_write(work.tx, actor, of)?;
        apply(work, actor, of, (&figure, seen.sha256.as_deref()), &text)
    })
}

/// The figure of the report with a key.
pub(crate) fn figure(seen: &Seen, key: &str) -> Result<Choice> {
    let unknown = || Error::field("/figure", "unknown_figure", "laporan ini tidak memuat angka itu");
    choice(&seen.snapshot, key.trim()).ok_or_else(unknown)
}

/// Notes it, inside a transaction: what was seen, and in which frozen report if it is one.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    of: EvaluationId,
    (figure, report_sha256): (&Choice, Option<&str>),
    text: &Body,
) -> Result<Added> {
    let value = serde_json::to_string(&figure.value).map_err(|error| Error::Internal(error.to_string()))?;
    let new = NewFinding {
        evaluation: of,
        figure: &figure.key,
        title: &figure.title,
        unit: figure.unit.as_str(),
        seen: &value,
        report_sha256,
        body: text.as_str(),
        author: actor.id,
        at: work.now,
    };
    let id = evaluations::add_finding(work.tx, &new)?;
    let facts = json!({"evaluation": of, "finding": id, "figure": figure.key, "seen": value});
    work.audit("finding_added", Some(actor.id), facts)?;
    Ok(Added { id: id.0 })
}

/// Takes it back, as long as no recommendation rests on it.
pub fn remove(desk: &Desk, caller: &Caller, of: EvaluationId, id: FindingId) -> Result<Added> {
    desk.act(caller, |work| {
        to_write(work.tx, &caller.actor, of)?;
        let row = evaluations::finding(work.tx, of, id)?.ok_or(Error::NotFound)?;
        if evaluations::is_finding_used(work.tx, id)? {
            return Err(Refusal::FindingInUse.into());
        }
        evaluations::remove_finding(work.tx, id)?;
        let facts = json!({"evaluation": of, "finding": id, "figure": row.figure});
        work.audit("finding_removed", Some(caller.actor.id), facts)?;
        Ok(Added { id: id.0 })
    })
}
