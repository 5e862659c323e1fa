//! A step in the follow-up of a recommendation: its owner tells what was done and that it is done, supervision
//! agrees, does not agree, or gives it up.

use serde::Deserialize;

use super::{Added, Told, answering, load, record, supervising, tell};
use crate::domain::evaluation::Step;
use crate::domain::ids::RecommendationId;
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::text::Body;
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Result, Work};
use crate::store::recommendations::Change;

/// What is done.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FollowUpStep)]
pub struct Input {
    /// `progress` and `submit` are for the OPD that is to follow it; `accept`, `return` and `drop` for supervision.
    pub step: Step,
    /// What was done, or why; only with `accept` it may be absent.
    #[serde(default)]
    #[schema(max_length = 20000)]
    pub note: Option<String>,
}

/// Does it.
pub fn run(desk: &Desk, caller: &Caller, id: RecommendationId, input: &Input) -> Result<Added> {
    let mut fields = Fields::default();
    let said = input.note.as_deref().filter(|note| !note.trim().is_empty());
    let note = fields.take_some("/note", said, Body::parse);
    if said.is_none() && input.step.needs_note() {
        fields.wrong("/note", "required", "wajib diisi");
    }
    fields.finish(Some(()))?;
    desk.act(caller, |work| {
        let row = load(work.tx, &caller.actor, id, input.step.right())?.row;
        work.require_version(row.version)?;
        apply(work, &caller.actor, id, input.step, note.as_ref())
    })
}

/// Does it, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: RecommendationId,
    step: Step,
    note: Option<&Body>,
) -> Result<Added> {
    let row = load(work.tx, actor, id, step.right())?.row;
    let mut change = Change::none(&row)?;
    change.status = row.status()?.after(step)?;
    change.ended_at = change.status.is_final().then_some(work.now);
    let by = Some(actor.id);
    let told = Told { kind: step.happening(), by, note: note.map(Body::as_str), facts: None };
    let event = record(work, &row, &change, told)?;
    let people = match step {
        // Whoever supervises reads it when it is to be decided.
        Step::Progress => Vec::new(),
        Step::Submit => supervising(work)?,
        Step::Accept | Step::Return | Step::Drop => answering(work, row.owner())?,
    };
    tell(work, event, Notice::RecommendationMoved, people, by)?;
    Ok(Added { id: id.0 })
}
