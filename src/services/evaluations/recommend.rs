//! Recommends something to an OPD.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use super::{Added, Told, answering, owner, remember, tell, to_write};
use crate::domain::chain::canonical;
use crate::domain::evaluation::{FollowUpStatus, Happening, Set, is_near};
use crate::domain::ids::{EvaluationId, FindingId, OpdId};
use crate::domain::notice::Notice;
use crate::domain::people::Actor;
use crate::domain::text::Advice;
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::evaluations;
use crate::store::recommendations::{self, Change, NewRecommendation};

/// What is recommended.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddRecommendation)]
pub struct Input {
    /// On which finding of the evaluation it rests.
    #[serde(default)]
    pub finding_id: Option<i64>,
    /// The code of the OPD that is to follow it.
    #[schema(max_length = 32)]
    pub owner: String,
    #[schema(min_length = 1, max_length = 500)]
    pub text: String,
    /// The last day on which it is in time; not before today.
    #[schema(value_type = String, format = Date)]
    pub due_on: NaiveDate,
}

/// What is recommended, read.
#[derive(Clone, Debug)]
pub(crate) struct Advised {
    pub finding: Option<FindingId>,
    pub owner: OpdId,
    pub text: Advice,
    pub due_on: NaiveDate,
}

/// Recommends it.
pub fn run(desk: &Desk, caller: &Caller, of: EvaluationId, input: &Input) -> Result<Added> {
    let mut fields = Fields::default();
    let text = fields.take("/text", Advice::parse(&input.text));
    due(&mut fields, desk, input.due_on);
    let text = fields.finish(text)?;
    desk.act(caller, |work| {
        to_write(work.tx, &caller.actor, of)?;
        let finding = input.finding_id.map(FindingId);
        if let Some(finding) = finding
            && evaluations::finding(work.tx, of, finding)?.is_none()
        {
            return Err(Error::field("/finding_id", "unknown_finding", "evaluasi ini tidak memuat temuan itu"));
        }
        let owner = owner(work.tx, &input.owner)?;
        let advised = Advised { finding, owner, text: text.clone(), due_on: input.due_on };
        apply(work, &caller.actor, of, &advised)
    })
}

/// A due date that is over already is none.
pub(super) fn due(fields: &mut Fields, desk: &Desk, due_on: NaiveDate) {
    if due_on < desk.today() {
        fields.wrong("/due_on", "due_in_past", "batas waktu tidak boleh sebelum hari ini");
    }
}

/// Recommends it, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, of: EvaluationId, advised: &Advised) -> Result<Added> {
    let reminded_at = is_near(advised.due_on, work.today()).then_some(work.now);
    let new = NewRecommendation {
        evaluation: of,
        finding: advised.finding,
        owner: advised.owner,
        body: advised.text.as_str(),
        due_on: advised.due_on,
        reminded_at,
        now: work.now,
    };
    let id = recommendations::insert(work.tx, &new)?;
    let body = advised.text.as_str().to_owned();
    let set = Set { owner: Some(advised.owner), text: Some(body.clone()), due_on: Some(advised.due_on) };
    let facts = canonical(&json!(set));
    let change = Change {
        status: FollowUpStatus::Open,
        owner: advised.owner,
        body,
        due_on: advised.due_on,
        ended_at: None,
        reminded_at,
        escalated_at: None,
    };
    let told = Told { kind: Happening::Added, by: Some(actor.id), note: None, facts: Some(&facts) };
    let event = remember(work, id, 1, &change, told)?;
    let people = answering(work, advised.owner)?;
    tell(work, event, Notice::RecommendationAdded, people, Some(actor.id))?;
    Ok(Added { id: id.0 })
}
