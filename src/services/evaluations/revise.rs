//! Words a recommendation anew, or gives it to another OPD or another day.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, json};

use super::recommend::due;
use super::{Added, Told, answering, load, owner, record, tell};
use crate::domain::Refusal;
use crate::domain::chain::canonical;
use crate::domain::evaluation::{Happening, Right, is_near};
use crate::domain::ids::RecommendationId;
use crate::domain::notice::Notice;
use crate::domain::text::Advice;
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Result};
use crate::store::recommendations::Change;

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
        let (mut change, mut facts) = (Change::none(&row)?, Map::new());
        if let Some(text) = text.as_ref().filter(|text| text.as_str() != row.body) {
            change.body = text.as_str().to_owned();
            facts.insert("text".to_owned(), json!(text.as_str()));
        }
        if let Some(code) = &input.owner {
            change.owner = if code.trim().eq_ignore_ascii_case(&row.owner_code) {
                row.owner()
            } else {
                let owner = owner(work.tx, code)?;
                facts.insert("owner_id".to_owned(), json!(owner));
                owner
            };
        }
        if let Some(due_on) = input.due_on.filter(|due_on| *due_on != row.due_on) {
            change.due_on = due_on;
            // Another day is told about anew.
            change.escalated_at = None;
            change.reminded_at = is_near(due_on, work.today()).then_some(work.now);
            facts.insert("due_on".to_owned(), json!(due_on));
        }
        if facts.is_empty() {
            return Ok(Added { id: id.0 });
        }
        let facts = canonical(&facts.into());
        let by = Some(caller.actor.id);
        let event =
            record(work, &row, &change, Told { kind: Happening::Changed, by, note: None, facts: Some(&facts) })?;
        let mut people = answering(work, change.owner)?;
        people.extend(answering(work, row.owner())?);
        tell(work, event, Notice::RecommendationMoved, people, by)?;
        Ok(Added { id: id.0 })
    })
}
