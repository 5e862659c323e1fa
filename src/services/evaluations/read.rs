//! An evaluation as somebody may read it: as a whole, or what it recommends to their OPD.

use std::collections::BTreeMap;

use super::happened::{self, Happened};
use super::{Loaded, evaluation};
use crate::domain::evaluation::{FollowUpStatus, Right, may, reads_whole, standings, writes};
use crate::domain::ids::{EvaluationId, RecommendationId};
use crate::domain::people::Actor;
use crate::domain::report::Period;
use crate::services::{Desk, Error, Result};
use crate::store::evaluations::{self, EvaluationRow, FindingRow};
use crate::store::recommendations::{self, EvidenceRow, RecommendationRow};
use crate::store::{Conn, notices};

/// A recommendation as it stands today.
#[derive(Clone, Debug)]
pub struct Followed {
    pub loaded: Loaded,
    pub status: FollowUpStatus,
    pub overdue: bool,
}

/// A recommendation with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Traced {
    pub followed: Followed,
    pub history: Vec<Happened>,
    pub evidence: Vec<EvidenceRow>,
}

impl Traced {
    /// Its row.
    pub fn row(&self) -> &RecommendationRow {
        &self.followed.loaded.row
    }
}

/// An evaluation.
#[derive(Clone, Debug)]
pub struct Evaluation {
    pub row: EvaluationRow,
    pub period: Period,
    /// Whether it is read as a whole.
    pub whole: bool,
    /// Whether whoever reads it may write in it.
    pub writes: bool,
    /// Those on which a recommendation rests that is read, if it is not read as a whole.
    pub findings: Vec<FindingRow>,
    /// The overdue ones first.
    pub recommendations: Vec<Traced>,
}

/// Reads it.
pub fn run(desk: &Desk, actor: &Actor, id: EvaluationId) -> Result<Evaluation> {
    desk.read(|conn| {
        let row = evaluation(conn, actor, id)?;
        let whole = reads_whole(actor, row.scope());
        let rows = recommendations::of_evaluation(conn, id)?;
        let recommendations = trace(conn, stands(desk, actor, rows)?)?;
        let mut findings = evaluations::findings(conn, id)?;
        let rests = |finding: &FindingRow| recommendations.iter().any(|one| one.row().finding_id == Some(finding.id));
        findings.retain(|finding| whole || rests(finding));
        Ok(Evaluation { period: row.period()?, whole, writes: writes(actor), findings, recommendations, row })
    })
}

/// One recommendation.
pub fn one(desk: &Desk, actor: &Actor, id: RecommendationId) -> Result<Traced> {
    desk.read(|conn| {
        let row = recommendations::by_id(conn, id)?.ok_or(Error::NotFound)?;
        trace(conn, stands(desk, actor, vec![row])?)?.pop().ok_or(Error::NotFound)
    })
}

/// Those that somebody may see; overdue ones first, then by due date, then what is over.
pub(super) fn stands(desk: &Desk, actor: &Actor, rows: Vec<RecommendationRow>) -> Result<Vec<Followed>> {
    let today = desk.today();
    let mut followed = Vec::with_capacity(rows.len());
    for row in rows {
        let standings = standings(actor, row.owner(), row.evaluated());
        if may(&standings, Right::See).is_ok() {
            let status = row.status()?;
            let overdue = status.is_overdue(row.due_on, today);
            followed.push(Followed { loaded: Loaded { row, standings }, status, overdue });
        }
    }
    followed.sort_by_key(|one| (one.status.is_final(), !one.overdue, one.loaded.row.due_on, one.loaded.row.id));
    Ok(followed)
}

/// Adds what belongs to each.
pub(super) fn trace(conn: &mut Conn, followed: Vec<Followed>) -> Result<Vec<Traced>> {
    let ids: Vec<i64> = followed.iter().map(|one| one.loaded.row.id).collect();
    let mut histories = happened::of(conn, &ids)?;
    let mut proofs: BTreeMap<i64, Vec<EvidenceRow>> = BTreeMap::new();
    for row in recommendations::evidence_of(conn, &ids)? {
        proofs.entry(row.recommendation_id).or_default().push(row);
    }
    let traced = |followed: Followed| {
        let id = followed.loaded.row.id;
        let (history, evidence) = (histories.remove(&id), proofs.remove(&id));
        Traced { followed, history: history.unwrap_or_default(), evidence: evidence.unwrap_or_default() }
    };
    Ok(followed.into_iter().map(traced).collect())
}

/// Notes that somebody has seen what they were told of the recommendations of an evaluation, since its page is
/// before them. Writes only if there is something to note.
pub fn seen(desk: &Desk, actor: &Actor, evaluation: &Evaluation) -> Result<()> {
    let ids: Vec<i64> = evaluation.recommendations.iter().map(|one| one.row().id).collect();
    let unseen = desk.read(|conn| {
        if notices::count_unseen(conn, actor.id, 1)? == 0 {
            return Ok(Vec::new());
        }
        Ok::<_, Error>(notices::unseen_of_recommendations(conn, actor.id, &ids)?)
    })?;
    if unseen.is_empty() {
        return Ok(());
    }
    desk.housekeep(|work| Ok(notices::see_these(work.tx, &unseen, work.now)?))
}
