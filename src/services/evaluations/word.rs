//! Words the summary of an evaluation anew.

use serde::Deserialize;
use serde_json::json;

use super::{Added, to_write};
use crate::domain::chain::sha256_hex;
use crate::domain::ids::EvaluationId;
use crate::domain::text::Body;
use crate::services::fields;
use crate::services::{Caller, Desk, Result};
use crate::store::evaluations;

/// What is said of it as a whole.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WordEvaluation)]
pub struct Input {
    #[schema(min_length = 1, max_length = 20000)]
    pub summary: String,
}

/// Words it.
pub fn run(desk: &Desk, caller: &Caller, id: EvaluationId, input: &Input) -> Result<Added> {
    let summary = fields::one("/summary", Body::parse(&input.summary))?;
    desk.act(caller, |work| {
        let row = to_write(work.tx, &caller.actor, id)?;
        work.require_version(row.version)?;
        if row.summary != summary.as_str() {
            evaluations::set_summary(work.tx, id, row.version, summary.as_str())?;
            let facts = json!({"evaluation": id, "sha256": sha256_hex(summary.as_str().as_bytes())});
            work.audit("evaluation_changed", Some(caller.actor.id), facts)?;
        }
        Ok(Added { id: id.0 })
    })
}
