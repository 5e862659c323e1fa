//! An evaluation as somebody may read it: as a whole, or what it recommends to their OPD.

use super::{Loaded, evaluation};
use crate::domain::evaluation::{FollowUpStatus, Right, may, reads_whole, standings, writes};
use crate::domain::ids::{EvaluationId, RecommendationId};
use crate::domain::people::Actor;
use crate::domain::report::Period;
use crate::services::{Desk, Error, Result};
use crate::store::evaluations::{self, EvaluationRow, FindingRow};
use crate::store::recommendations::{self, EvidenceRow, HappeningRow, RecommendationRow};
use crate::store::{Conn, notices};

/// A recommendation with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Followed {
    pub loaded: Loaded,
    pub status: FollowUpStatus,
    pub overdue: bool,
    pub history: Vec<HappeningRow>,
    pub evidence: Vec<EvidenceRow>,
}

impl Followed {
    /// Its row.
    pub fn row(&self) -> &RecommendationRow {
        &self.loaded.row
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
    pub recommendations: Vec<Followed>,
}

/// Reads it.
pub fn run(desk: &Desk, actor: &Actor, id: EvaluationId) -> Result<Evaluation> {
    desk.read(|conn| {
        let row = evaluation(conn, actor, id)?;
        let whole = reads_whole(actor, row.scope());
        let rows = recommendations::of_evaluation(conn, id)?;
        let recommendations = follow(desk, conn, actor, rows)?;
        let mut findings = evaluations::findings(conn, id)?;
        let rests =
            |finding: &FindingRow| recommendations.iter().any(|followed| followed.row().finding_id == Some(finding.id));
        findings.retain(|finding| whole || rests(finding));
        Ok(Evaluation { period: row.period()?, whole, writes: writes(actor), findings, recommendations, row })
    })
}

/// One recommendation.
pub fn one(desk: &Desk, actor: &Actor, id: RecommendationId) -> Result<Followed> {
    desk.read(|conn| {
        let row = recommendations::by_id(conn, id)?.ok_or(Error::NotFound)?;
        follow(desk, conn, actor, vec![row])?.pop().ok_or(Error::NotFound)
    })
}

/// Those that somebody may see, with what belongs to each; overdue ones first, then by due date.
pub(super) fn follow(
    desk: &Desk,
    conn: &mut Conn,
    actor: &Actor,
    rows: Vec<RecommendationRow>,
) -> Result<Vec<Followed>> {
    let today = desk.today();
    let mut followed = Vec::with_capacity(rows.len());
    for row in rows {
        let standings = standings(actor, row.owner(), row.evaluated());
        if may(&standings, Right::See).is_ok() {
            let (status, due_on) = (row.status()?, row.due_on);
            let loaded = Loaded { row, standings };
            let overdue = status.is_overdue(due_on, today);
            followed.push(Followed { loaded, status, overdue, history: Vec::new(), evidence: Vec::new() });
        }
    }
    let ids: Vec<i64> = followed.iter().map(|one| one.row().id).collect();
    let (history, evidence) = (recommendations::history(conn, &ids)?, recommendations::evidence_of(conn, &ids)?);
    for one in &mut followed {
        let id = one.row().id;
        one.history = history.iter().filter(|row| row.recommendation_id == id).cloned().collect();
        one.evidence = evidence.iter().filter(|row| row.recommendation_id == id).cloned().collect();
    }
    followed.sort_by_key(|one| (one.status.is_final(), !one.overdue, one.row().due_on, one.row().id));
    Ok(followed)
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
