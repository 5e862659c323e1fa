//! Evaluations of reports: which there are, one of them with its findings and recommendations, and what is done
//! about them.

pub mod begin;
pub mod finding;
pub mod list;
pub mod pack;
pub mod recommendation;
pub mod show;
pub mod step;

use serde::Serialize;

use super::fault::Fault;
use super::words::{Spoken, Word};
use crate::domain::evaluation::FollowUpStatus;
use crate::domain::ids::{EvaluationId, RecommendationId};
use crate::services::reports::list as reports;
use crate::services::{Desk, Result};

/// Something to choose in a form.
#[derive(Clone, Debug, Serialize)]
struct Choice {
    code: String,
    label: String,
}

/// The OPDs that can be told to do something.
fn opds(desk: &Desk) -> Result<Vec<Choice>> {
    let all = reports::opds(desk)?.into_iter().filter(|(_, named)| named.active);
    Ok(all.map(|(_, named)| Choice { code: named.code, label: named.name }).collect())
}

fn number(text: &str) -> std::result::Result<i64, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

fn evaluation(text: &str) -> std::result::Result<EvaluationId, Fault> {
    number(text).map(EvaluationId)
}

fn recommendation_id(text: &str) -> std::result::Result<RecommendationId, Fault> {
    number(text).map(RecommendationId)
}

/// A status, coloured as that of a ticket that stands alike.
fn status(status: FollowUpStatus) -> Word {
    let code = match status {
        FollowUpStatus::Open => "new",
        FollowUpStatus::InProgress => "in_progress",
        FollowUpStatus::Submitted => "waiting_approval",
        FollowUpStatus::Done => "resolved",
        FollowUpStatus::Dropped => "cancelled",
    };
    Word { code, label: status.label() }
}
