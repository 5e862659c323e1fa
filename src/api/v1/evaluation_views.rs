//! What evaluations and recommendations look like from outside.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::Named;
use crate::domain::evaluation::{FollowUpStatus, Happening, Set};
use crate::domain::report::Span;
use crate::domain::report::snapshot::{Cell, Unit};
use crate::services::Result;
use crate::services::evaluations::happened::Happened;
use crate::services::evaluations::list::Listed;
use crate::services::evaluations::read::{Evaluation, Followed, Traced};
use crate::store::evaluations::{EvaluationRow, FindingRow};
use crate::store::recommendations::EvidenceRow;

/// An OPD by its code.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpdNamed {
    pub code: String,
    pub name: String,
}

/// What was evaluated.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvaluatedView {
    #[schema(example = "2026-10")]
    pub period: String,
    /// In Bahasa Indonesia.
    #[schema(example = "Oktober 2026")]
    pub name: String,
    pub span: Span,
    /// Null: all OPDs together.
    pub opd: Option<OpdNamed>,
}

impl EvaluatedView {
    fn of(row: &EvaluationRow, period: crate::domain::report::Period) -> Self {
        let opd = row.opd_code.clone().zip(row.opd_name.clone());
        Self {
            period: period.to_string(),
            name: period.name(),
            span: period.span(),
            opd: opd.map(|(code, name)| OpdNamed { code, name }),
        }
    }
}

/// An evaluation among others.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedEvaluationView {
    pub id: i64,
    pub of: EvaluatedView,
    pub added_at: DateTime<Utc>,
    /// How many recommendations the reader sees, and how many of these are not over, and are late.
    pub recommendations: i64,
    pub open: i64,
    pub overdue: i64,
}

impl From<Listed> for ListedEvaluationView {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.row.id,
            of: EvaluatedView::of(&listed.row, listed.period),
            added_at: listed.row.added_at.and_utc(),
            recommendations: listed.recommendations,
            open: listed.open,
            overdue: listed.overdue,
        }
    }
}

/// The evaluations there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvaluationList {
    /// Those of the newest period first.
    pub items: Vec<ListedEvaluationView>,
}

/// An evaluation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvaluationView {
    pub id: i64,
    pub of: EvaluatedView,
    /// Null for whoever sees only what is recommended to their OPD.
    pub summary: Option<String>,
    pub author: Named,
    pub added_at: DateTime<Utc>,
    pub version: i64,
    pub findings: Vec<FindingView>,
    pub recommendations: Vec<RecommendationView>,
}

impl EvaluationView {
    /// As its reader sees it.
    pub fn of(evaluation: Evaluation) -> Result<Self> {
        let Evaluation { row, period, whole, findings, recommendations, .. } = evaluation;
        Ok(Self {
            id: row.id,
            of: EvaluatedView::of(&row, period),
            summary: whole.then_some(row.summary),
            author: Named { id: row.author_id, name: row.author },
            added_at: row.added_at.and_utc(),
            version: row.version,
            findings: findings.into_iter().map(FindingView::of).collect::<Result<_>>()?,
            recommendations: recommendations.into_iter().map(RecommendationView::from).collect(),
        })
    }
}

/// Something that was found in a figure of the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingView {
    pub id: i64,
    /// The key of the figure; of a table with table and row.
    #[schema(example = "by_opd/DINKES/overdue")]
    pub figure: String,
    pub title: String,
    pub unit: Unit,
    /// What it said then.
    #[schema(required, value_type = Option<crate::domain::report::snapshot::Value>)]
    pub seen: Cell,
    /// Of the frozen report; null if it was provisional.
    pub report_sha256: Option<String>,
    pub text: String,
    pub at: DateTime<Utc>,
}

impl FindingView {
    fn of(row: FindingRow) -> Result<Self> {
        let (seen, unit) = row.seen()?;
        Ok(Self {
            unit,
            seen,
            id: row.id,
            figure: row.figure,
            title: row.title,
            report_sha256: row.report_sha256,
            text: row.body,
            at: row.at.and_utc(),
        })
    }
}

/// Something that happened to a recommendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FollowUpView {
    pub seq: i64,
    pub kind: Happening,
    /// How it stood from then on.
    pub status: FollowUpStatus,
    /// Null if it happened by itself.
    pub by: Option<Named>,
    pub note: Option<String>,
    /// What it set: all when the recommendation was made, then what changed; null if nothing.
    pub set: Option<TermsView>,
    pub at: DateTime<Utc>,
}

/// What was set of a recommendation; what was left as it was is null.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TermsView {
    /// Who is to follow it.
    pub owner: Option<OpdNamed>,
    pub text: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<NaiveDate>,
}

impl From<Happened> for FollowUpView {
    fn from(happened: Happened) -> Self {
        let Happened { row, kind, status, set, owner } = happened;
        let is_set = set != Set::default();
        let owner = owner.map(|opd| OpdNamed { code: opd.code, name: opd.name });
        Self {
            seq: row.seq,
            kind,
            status,
            by: row.actor_id.zip(row.actor).map(|(id, name)| Named { id, name }),
            note: row.note,
            set: is_set.then_some(TermsView { owner, text: set.text, due_on: set.due_on }),
            at: row.at.and_utc(),
        }
    }
}

/// A file that proves something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    pub id: i64,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    pub sha256: String,
    pub uploader: Named,
    pub at: DateTime<Utc>,
}

impl From<EvidenceRow> for EvidenceView {
    fn from(row: EvidenceRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            uploader: Named { id: row.uploader_id, name: row.uploader },
            at: row.at.and_utc(),
        }
    }
}

/// The files of a recommendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceList {
    pub items: Vec<EvidenceView>,
}

/// A recommendation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecommendationView {
    pub id: i64,
    pub evaluation_id: i64,
    /// The period of the report that was evaluated.
    #[schema(example = "2026-10")]
    pub period: String,
    /// On what it rests.
    pub finding_id: Option<i64>,
    /// Who is to follow it.
    pub owner: OpdNamed,
    pub text: String,
    #[schema(value_type = String, format = Date)]
    pub due_on: NaiveDate,
    pub status: FollowUpStatus,
    /// Whether its owner is late.
    pub overdue: bool,
    pub version: i64,
    pub added_at: DateTime<Utc>,
    /// When it was done or dropped.
    pub ended_at: Option<DateTime<Utc>>,
    /// When supervision was told that it is late.
    pub escalated_at: Option<DateTime<Utc>>,
    /// In order.
    pub history: Vec<FollowUpView>,
    pub evidence: Vec<EvidenceView>,
}

impl From<Traced> for RecommendationView {
    /// As its reader sees it.
    fn from(traced: Traced) -> Self {
        let Traced { followed, history, evidence } = traced;
        let Followed { loaded, status, overdue } = followed;
        let row = loaded.row;
        Self {
            id: row.id,
            evaluation_id: row.evaluation_id,
            period: row.period,
            finding_id: row.finding_id,
            owner: OpdNamed { code: row.owner_code, name: row.owner_name },
            text: row.body,
            due_on: row.due_on,
            status,
            overdue,
            version: row.version,
            added_at: row.added_at.and_utc(),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            escalated_at: row.escalated_at.map(|at| at.and_utc()),
            history: history.into_iter().map(FollowUpView::from).collect(),
            evidence: evidence.into_iter().map(EvidenceView::from).collect(),
        }
    }
}

/// Recommendations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecommendationList {
    /// Overdue ones first, then by due date, then what is over.
    pub items: Vec<RecommendationView>,
}
