//! Evaluation of reports: what was found in their figures, what is recommended to whom, and what came of it.

pub mod alarm;
pub mod attach;
pub mod begin;
pub mod figures;
pub mod find;
pub mod happened;
pub mod list;
pub mod read;
pub mod recommend;
pub mod revise;
pub mod step;
pub mod word;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::outbox::follow_up;
use super::{Error, Result, Work};
use crate::domain::chain::{canonical, sha256_hex};
use crate::domain::evaluation::{Happening, Right, Standing, answers_for, may, reads_whole, standings, writes};
use crate::domain::ids::{EvaluationId, FollowUpId, OpdId, PersonId, RecommendationId};
use crate::domain::notice::Notice;
use crate::domain::people::{Actor, Role};
use crate::store::evaluations::{self, EvaluationRow};
use crate::store::recommendations::{self, Change, NewHappening, RecommendationRow};
use crate::store::{Conn, organisation, people};

/// What was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: i64,
}

/// A recommendation with what the actor is to it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub row: RecommendationRow,
    pub standings: Vec<Standing>,
}

impl Loaded {
    /// Whether the actor may do this as well.
    pub fn may(&self, right: Right) -> bool {
        may(&self.standings, right).is_ok()
    }
}

/// Loads a recommendation for somebody who wants to do something with it. What they may not see is not there.
pub(crate) fn load(conn: &mut Conn, actor: &Actor, id: RecommendationId, right: Right) -> Result<Loaded> {
    let row = recommendations::by_id(conn, id)?.ok_or(Error::NotFound)?;
    let standings = standings(actor, row.owner(), row.evaluated());
    may(&standings, right)?;
    Ok(Loaded { row, standings })
}

/// Loads an evaluation for somebody who reads it as a whole, or only what it recommends to their OPD.
pub(crate) fn evaluation(conn: &mut Conn, actor: &Actor, id: EvaluationId) -> Result<EvaluationRow> {
    let row = evaluations::by_id(conn, id)?.ok_or(Error::NotFound)?;
    if !reads_whole(actor, row.scope()) {
        let all = recommendations::of_evaluation(conn, id)?;
        all.iter().find(|one| answers_for(actor, one.owner())).ok_or(Error::NotFound)?;
    }
    Ok(row)
}

/// Loads an evaluation for somebody who wants to write in it.
pub(crate) fn to_write(conn: &mut Conn, actor: &Actor, id: EvaluationId) -> Result<EvaluationRow> {
    let row = evaluation(conn, actor, id)?;
    if writes(actor) { Ok(row) } else { Err(Error::Forbidden) }
}

/// The OPD that is to follow a recommendation, by its code: one that is there and active.
fn owner(conn: &mut Conn, code: &str) -> Result<OpdId> {
    let found = organisation::opd_by_code(conn, &code.trim().to_uppercase())?.filter(|opd| opd.active);
    let unknown = || Error::field("/owner", "unknown_opd", "tidak ada perangkat daerah aktif dengan kode ini");
    found.map(|opd| OpdId(opd.id)).ok_or_else(unknown)
}

/// What is remembered of a change.
#[derive(Clone, Copy, Debug)]
struct Told<'a> {
    kind: Happening,
    by: Option<PersonId>,
    note: Option<&'a str>,
    facts: Option<&'a str>,
}

/// Writes a change of a recommendation with what is remembered of it, here and in the audit trail.
fn record(work: &mut Work<'_, '_>, row: &RecommendationRow, change: &Change, told: Told<'_>) -> Result<FollowUpId> {
    recommendations::update(work.tx, RecommendationId(row.id), row.version, change)?;
    remember(work, RecommendationId(row.id), row.version + 1, change, told)
}

/// Remembers what happened to a recommendation. The trail has the digest of what was said, so that a change
/// behind the program's back shows.
fn remember(
    work: &mut Work<'_, '_>,
    of: RecommendationId,
    seq: i64,
    change: &Change,
    told: Told<'_>,
) -> Result<FollowUpId> {
    let Told { kind, by, note, facts } = told;
    let (at, status) = (work.now, change.status);
    let id = recommendations::remember(work.tx, &NewHappening { of, seq, kind, by, at, status, note, facts })?;
    let digest = sha256_hex(canonical(&json!({"note": note, "facts": facts})).as_bytes());
    let payload = json!({"recommendation": of, "seq": seq, "step": kind, "status": status, "sha256": digest});
    let event = if kind == Happening::Added { "recommendation_added" } else { "recommendation_changed" };
    work.audit(event, by, payload)?;
    Ok(id)
}

/// Who answers for an OPD here: its head and its Tier 1.
fn answering(work: &mut Work<'_, '_>, opd: OpdId) -> Result<Vec<PersonId>> {
    let today = work.today();
    let mut all = people::with_role(work.tx, Role::OpdHead, Some(opd), today)?;
    all.extend(people::with_role(work.tx, Role::Tier1Agent, Some(opd), today)?);
    Ok(all)
}

/// Who supervises.
fn supervising(work: &mut Work<'_, '_>) -> Result<Vec<PersonId>> {
    let today = work.today();
    Ok(people::with_role(work.tx, Role::Supervisor, None, today)?)
}

/// Tells people, each once, and nobody what they did themselves.
fn tell(
    work: &mut Work<'_, '_>,
    of: FollowUpId,
    notice: Notice,
    mut people: Vec<PersonId>,
    by: Option<PersonId>,
) -> Result<()> {
    people.sort_unstable();
    people.dedup();
    people.retain(|person| Some(*person) != by);
    follow_up::queue(work, of, notice, &people)
}
