//! Words a recommendation anew, or gives it to another OPD or another day.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::recommend::due;
use super::{Added, Told, answering, load, owner, record, tell};
use crate::domain::Refusal;
use crate::domain::chain::canonical;
use crate::domain::evaluation::{FollowUpStatus, Happening, Right, Set, is_near};
use crate::domain::ids::RecommendationId;
use crate::domain::notice::Notice;
use crate::domain::text::Advice;
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Result, Work};
use crate::store::recommendations::{Change, RecommendationRow};

/// What changes.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ChangeRecommendation)]
pub struct Input {
    /// The code of the OPD that is to follow it.
    #[schema(max_length = 32)]
    pub owner: Option<String>,
    #[schema(min_length = 1, max_length = 500)]
    pub text: Option<String>,
    /// The last day on which it is in time; not before today.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<NaiveDate>,
}

/// Changes it. What is as it was is no change.
pub fn run(desk: &Desk, caller: &Caller, id: RecommendationId, input: &Input) -> Result<Added> {
    let mut fields = Fields::default();
    let text = fields.take_some("/text", input.text.as_deref(), Advice::parse);
    // The form sends the due date as it is: one that is over stays, but cannot be chosen.
    let present = desk.read(|conn| Ok(load(conn, &caller.actor, id, Right::Write)?.row.due_on))?;
    if let Some(chosen) = input.due_on.filter(|chosen| *chosen != present) {
        due(&mut fields, desk, chosen);
    }
    fields.finish(Some(()))?;
    desk.act(caller, |work| {
        let row = load(work.tx, &caller.actor, id, Right::Write)?.row;
        work.require_version(row.version)?;
        if row.status()?.is_final() {
            return Err(Refusal::RecommendationEnded.into());
        }
        let set = Set {
            owner: match &input.owner {
                Some(code) if !code.trim().eq_ignore_ascii_case(&row.owner_code) => Some(owner(work.tx, code)?),
                _ => None,
            },
            text: text.as_ref().map(|text| text.as_str().to_owned()).filter(|text| *text != row.body),
            due_on: input.due_on.filter(|due_on| *due_on != row.due_on),
        };
        if set == Set::default() {
            return Ok(Added { id: id.0 });
        }
        let facts = canonical(&json!(set));
        let change = changed(&row, set, work)?;
        let by = Some(caller.actor.id);
        let event =
            record(work, &row, &change, Told { kind: Happening::Changed, by, note: None, facts: Some(&facts) })?;
        // Whoever had it before has nothing to do there now, and mostly may not even read it.
        let is_given = change.owner != row.owner();
        let notice = if is_given { Notice::RecommendationAdded } else { Notice::RecommendationMoved };
        let people = answering(work, change.owner)?;
        tell(work, event, notice, people, by)?;
        Ok(Added { id: id.0 })
    })
}

fn changed(row: &RecommendationRow, set: Set, work: &Work<'_, '_>) -> Result<Change> {
    let mut change = Change::none(row)?;
    if set.owner.is_some() {
        // What another has done so far stays in the history; whoever has it now begins anew.
        change.status = FollowUpStatus::Open;
    }
    if set.owner.is_some() || set.due_on.is_some() {
        // Another owner or another day is told about anew.
        change.escalated_at = None;
        change.reminded_at = is_near(set.due_on.unwrap_or(row.due_on), work.today()).then_some(work.now);
    }
    change.owner = set.owner.unwrap_or(change.owner);
    change.due_on = set.due_on.unwrap_or(change.due_on);
    change.body = set.text.unwrap_or(change.body);
    Ok(change)
}
