//! Recommendations, what happened to them, and the files that prove it.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::evaluations::read_period;
use super::schema::{evaluation, evidence, opd, person, recommendation, recommendation_event};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::evaluation::{FollowUpStatus, Happening, Set, Terms};
use crate::domain::ids::{EvaluationId, EvidenceId, FindingId, FollowUpId, OpdId, PersonId, RecommendationId};
use crate::domain::report::facts::{FollowUpFact, RecommendationFact};
use crate::domain::report::{Period, Scope};

/// A recommendation with what was evaluated and who is to follow it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct RecommendationRow {
    pub id: i64,
    pub evaluation_id: i64,
    pub finding_id: Option<i64>,
    pub owner_id: i64,
    pub body: String,
    pub due_on: NaiveDate,
    pub status: String,
    pub version: i64,
    pub added_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
    pub reminded_at: Option<NaiveDateTime>,
    pub escalated_at: Option<NaiveDateTime>,
    pub owner_code: String,
    pub owner_name: String,
    pub period: String,
    /// The OPD that was evaluated; nothing for all.
    pub evaluated_id: Option<i64>,
}

impl RecommendationRow {
    /// How it stands.
    pub fn status(&self) -> Result<FollowUpStatus, Error> {
        word(FollowUpStatus::parse, &self.status)
    }

    /// Who is to follow it.
    pub fn owner(&self) -> OpdId {
        OpdId(self.owner_id)
    }

    /// What was evaluated.
    pub fn evaluated(&self) -> Scope {
        self.evaluated_id.map_or(Scope::All, |opd| Scope::One(OpdId(opd)))
    }
}

/// A recommendation to be added.
#[derive(Clone, Debug)]
pub struct NewRecommendation<'a> {
    pub evaluation: EvaluationId,
    pub finding: Option<FindingId>,
    pub owner: OpdId,
    pub body: &'a str,
    pub due_on: NaiveDate,
    /// Set if its due date is so near that no reminder follows.
    pub reminded_at: Option<Instant>,
    pub now: Instant,
}

/// What changes of a recommendation.
#[derive(Clone, Debug)]
pub struct Change {
    pub status: FollowUpStatus,
    pub owner: OpdId,
    pub body: String,
    pub due_on: NaiveDate,
    pub ended_at: Option<Instant>,
    pub reminded_at: Option<Instant>,
    pub escalated_at: Option<Instant>,
}

impl Change {
    /// Nothing yet.
    pub fn none(row: &RecommendationRow) -> Result<Self, Error> {
        let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Ok(Self {
            status: row.status()?,
            owner: row.owner(),
            body: row.body.clone(),
            due_on: row.due_on,
            ended_at: utc(row.ended_at),
            reminded_at: utc(row.reminded_at),
            escalated_at: utc(row.escalated_at),
        })
    }
}

/// Something that happened to a recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct HappeningRow {
    pub id: i64,
    pub recommendation_id: i64,
    pub seq: i64,
    pub kind: String,
    pub at: NaiveDateTime,
    pub status: String,
    pub note: Option<String>,
    pub facts: Option<String>,
    /// Nobody: it happened by itself.
    pub actor_id: Option<i64>,
    pub actor: Option<String>,
}

impl HappeningRow {
    /// What it was.
    pub fn kind(&self) -> Result<Happening, Error> {
        word(Happening::parse, &self.kind)
    }

    /// How the recommendation stood from then on.
    pub fn status(&self) -> Result<FollowUpStatus, Error> {
        word(FollowUpStatus::parse, &self.status)
    }

    /// What it set of the terms.
    pub fn set(&self) -> Result<Set, Error> {
        let Some(facts) = &self.facts else { return Ok(Set::default()) };
        serde_json::from_str(facts)
            .map_err(|error| Error::Corrupt(format!("recommendation event {}: {error}", self.id)))
    }
}

/// Something to be remembered.
#[derive(Clone, Copy, Debug)]
pub struct NewHappening<'a> {
    pub of: RecommendationId,
    /// The version that the recommendation has from then on.
    pub seq: i64,
    pub kind: Happening,
    pub by: Option<PersonId>,
    pub at: Instant,
    pub status: FollowUpStatus,
    pub note: Option<&'a str>,
    pub facts: Option<&'a str>,
}

/// A file that proves something. `size` is in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct EvidenceRow {
    pub id: i64,
    pub recommendation_id: i64,
    pub uploader_id: i64,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub at: NaiveDateTime,
    pub uploader: String,
}

/// A file to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewEvidence<'a> {
    pub of: RecommendationId,
    pub uploader: PersonId,
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: i64,
    pub sha256: &'a str,
    pub at: Instant,
}

macro_rules! recommendations {
    () => {
        recommendation::table.inner_join(opd::table).inner_join(evaluation::table).select((
            recommendation::id,
            recommendation::evaluation_id,
            recommendation::finding_id,
            recommendation::owner_id,
            recommendation::body,
            recommendation::due_on,
            recommendation::status,
            recommendation::version,
            recommendation::added_at,
            recommendation::ended_at,
            recommendation::reminded_at,
            recommendation::escalated_at,
            opd::code,
            opd::name,
            evaluation::period,
            evaluation::opd_id,
        ))
    };
}

/// Adds a recommendation.
pub fn insert(tx: &mut Tx<'_>, new: &NewRecommendation<'_>) -> Result<RecommendationId, Error> {
    let id: i64 = diesel::insert_into(recommendation::table)
        .values((
            recommendation::evaluation_id.eq(new.evaluation.0),
            recommendation::finding_id.eq(new.finding.map(|finding| finding.0)),
            recommendation::owner_id.eq(new.owner.0),
            recommendation::body.eq(new.body),
            recommendation::due_on.eq(new.due_on),
            recommendation::status.eq(FollowUpStatus::Open.as_str()),
            recommendation::version.eq(1),
            recommendation::added_at.eq(stored(new.now)),
            recommendation::reminded_at.eq(new.reminded_at.map(stored)),
        ))
        .returning(recommendation::id)
        .get_result(&mut **tx)?;
    Ok(RecommendationId(id))
}

/// Changes a recommendation. `Conflict` if it is not the version that was read.
pub fn update(tx: &mut Tx<'_>, id: RecommendationId, version: i64, change: &Change) -> Result<(), Error> {
    let changed = diesel::update(recommendation::table.find(id.0))
        .filter(recommendation::version.eq(version))
        .set((
            recommendation::status.eq(change.status.as_str()),
            recommendation::owner_id.eq(change.owner.0),
            recommendation::body.eq(&change.body),
            recommendation::due_on.eq(change.due_on),
            recommendation::ended_at.eq(change.ended_at.map(stored)),
            recommendation::reminded_at.eq(change.reminded_at.map(stored)),
            recommendation::escalated_at.eq(change.escalated_at.map(stored)),
            recommendation::version.eq(version + 1),
        ))
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// A recommendation.
pub fn by_id(conn: &mut Conn, id: RecommendationId) -> Result<Option<RecommendationRow>, Error> {
    Ok(recommendations!().filter(recommendation::id.eq(id.0)).first(conn).optional()?)
}

/// The recommendations of these ids.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<RecommendationRow>, Error> {
    Ok(recommendations!().filter(recommendation::id.eq_any(ids)).load(conn)?)
}

/// The recommendations of an evaluation in order.
pub fn of_evaluation(conn: &mut Conn, of: EvaluationId) -> Result<Vec<RecommendationRow>, Error> {
    Ok(recommendations!().filter(recommendation::evaluation_id.eq(of.0)).order(recommendation::id).load(conn)?)
}

/// Leaves out what a reader does not see: an OPD sees what is for it and what its own evaluations recommend.
macro_rules! seen_by {
    ($query:expr, $reader:expr) => {{
        let query = $query.into_boxed();
        match $reader {
            Scope::All => query,
            Scope::One(opd) => {
                query.filter(evaluation::opd_id.eq(opd.0).or(recommendation::owner_id.eq(opd.0).nullable()))
            }
        }
    }};
}

/// Which recommendations.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What an OPD sees, or all.
    pub reader: Scope,
    /// Those that are not over, or those that are.
    pub open: Option<bool>,
    /// Those for the OPD with this code.
    pub owner: Option<&'a str>,
}

/// Recommendations: what is not over first, by due date; then what was over last.
pub fn list(conn: &mut Conn, wanted: Wanted<'_>, limit: i64) -> Result<Vec<RecommendationRow>, Error> {
    let mut query = seen_by!(recommendations!(), wanted.reader);
    if let Some(open) = wanted.open {
        query = query.filter(recommendation::ended_at.is_null().eq(open));
    }
    if let Some(owner) = wanted.owner {
        query = query.filter(opd::code.eq(owner.to_owned()));
    }
    let over = (recommendation::ended_at.is_not_null(), recommendation::ended_at.desc());
    Ok(query.order((over.0, over.1, recommendation::due_on, recommendation::id)).limit(limit).load(conn)?)
}

/// How many recommendations a reader sees of each evaluation that has any.
pub fn counts(conn: &mut Conn, reader: Scope) -> Result<BTreeMap<i64, i64>, Error> {
    let by_evaluation = recommendation::table
        .inner_join(evaluation::table)
        .group_by(recommendation::evaluation_id)
        .select((recommendation::evaluation_id, count_star()));
    let counts: Vec<(i64, i64)> = seen_by!(by_evaluation, reader).load(conn)?;
    Ok(counts.into_iter().collect())
}

/// The recommendations about which something may be to tell: with their owner, not told to be late, and due by a
/// day.
pub fn waiting(conn: &mut Conn, due_by: NaiveDate) -> Result<Vec<RecommendationRow>, Error> {
    Ok(recommendations!()
        // Written out as the index has it: with bound words SQLite could not tell that it answers the query.
        .filter(sql::<Bool>("recommendation.status IN ('open', 'in_progress') AND recommendation.escalated_at IS NULL"))
        .filter(recommendation::due_on.le(due_by))
        .order((recommendation::due_on, recommendation::id))
        .load(conn)?)
}

/// Remembers what happened.
pub fn remember(tx: &mut Tx<'_>, new: &NewHappening<'_>) -> Result<FollowUpId, Error> {
    let id: i64 = diesel::insert_into(recommendation_event::table)
        .values((
            recommendation_event::recommendation_id.eq(new.of.0),
            recommendation_event::seq.eq(new.seq),
            recommendation_event::kind.eq(new.kind.as_str()),
            recommendation_event::actor_id.eq(new.by.map(|person| person.0)),
            recommendation_event::at.eq(stored(new.at)),
            recommendation_event::status.eq(new.status.as_str()),
            recommendation_event::note.eq(new.note),
            recommendation_event::facts.eq(new.facts),
        ))
        .returning(recommendation_event::id)
        .get_result(&mut **tx)?;
    Ok(FollowUpId(id))
}

macro_rules! happenings {
    () => {
        recommendation_event::table
            .left_join(person::table.on(recommendation_event::actor_id.eq(person::id.nullable())))
            .order((recommendation_event::recommendation_id, recommendation_event::seq))
            .select((
                recommendation_event::id,
                recommendation_event::recommendation_id,
                recommendation_event::seq,
                recommendation_event::kind,
                recommendation_event::at,
                recommendation_event::status,
                recommendation_event::note,
                recommendation_event::facts,
                recommendation_event::actor_id,
                person::name.nullable(),
            ))
    };
}

/// What happened to these recommendations, in order.
pub fn history(conn: &mut Conn, of: &[i64]) -> Result<Vec<HappeningRow>, Error> {
    Ok(happenings!().filter(recommendation_event::recommendation_id.eq_any(of)).load(conn)?)
}

/// Something that happened.
pub fn happening(conn: &mut Conn, id: i64) -> Result<Option<HappeningRow>, Error> {
    Ok(happenings!().filter(recommendation_event::id.eq(id)).first(conn).optional()?)
}

/// What happened with these ids.
pub fn happenings(conn: &mut Conn, ids: &[i64]) -> Result<Vec<HappeningRow>, Error> {
    Ok(happenings!().filter(recommendation_event::id.eq_any(ids)).load(conn)?)
}

/// What reports of a period that begins at an instant tell of recommendations: those that were not over before, and
/// those of evaluations of periods that end within it.
pub fn facts(conn: &mut Conn, period: Period, from: NaiveDateTime) -> Result<Vec<RecommendationFact>, Error> {
    let ending: Vec<String> = period.ending_within().iter().map(Period::to_string).collect();
    let rows: Vec<RecommendationRow> = recommendations!()
        .filter(
            recommendation::ended_at
                .is_null()
                .or(recommendation::ended_at.ge(from))
                .or(evaluation::period.eq_any(ending).nullable()),
        )
        .order(recommendation::id)
        .load(conn)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut histories: BTreeMap<i64, Vec<HappeningRow>> = BTreeMap::new();
    for row in history(conn, &ids)? {
        histories.entry(row.recommendation_id).or_default().push(row);
    }
    rows.into_iter().map(|row| fact(histories.remove(&row.id).unwrap_or_default(), row)).collect()
}

fn fact(history: Vec<HappeningRow>, row: RecommendationRow) -> Result<RecommendationFact, Error> {
    let (id, period, evaluated) = (row.id, read_period(&row.period)?, row.evaluated());
    // The first step sets all of it.
    let mut terms = Terms { owner: row.owner(), text: row.body, due_on: row.due_on };
    let step = |row: HappeningRow| {
        terms.apply(row.set()?);
        let (at, status) = (row.at.and_utc().timestamp(), row.status()?);
        Ok(FollowUpFact { at, status, note: row.note, terms: terms.clone() })
    };
    let steps = history.into_iter().map(step).collect::<Result<_, Error>>()?;
    Ok(RecommendationFact { id, period, evaluated, steps })
}

macro_rules! evidences {
    () => {
        evidence::table.inner_join(person::table).select((
            evidence::id,
            evidence::recommendation_id,
            evidence::uploader_id,
            evidence::name,
            evidence::media_type,
            evidence::size,
            evidence::sha256,
            evidence::at,
            person::name,
        ))
    };
}

/// Records a file.
pub fn add_evidence(tx: &mut Tx<'_>, new: &NewEvidence<'_>) -> Result<EvidenceId, Error> {
    let id: i64 = diesel::insert_into(evidence::table)
        .values((
            evidence::recommendation_id.eq(new.of.0),
            evidence::uploader_id.eq(new.uploader.0),
            evidence::name.eq(new.name),
            evidence::media_type.eq(new.media_type),
            evidence::size.eq(new.size),
            evidence::sha256.eq(new.sha256),
            evidence::at.eq(stored(new.at)),
        ))
        .returning(evidence::id)
        .get_result(&mut **tx)?;
    Ok(EvidenceId(id))
}

/// The files of these recommendations, in order.
pub fn evidence_of(conn: &mut Conn, of: &[i64]) -> Result<Vec<EvidenceRow>, Error> {
    Ok(evidences!()
        .filter(evidence::recommendation_id.eq_any(of))
        .order((evidence::recommendation_id, evidence::id))
        .load(conn)?)
}

/// A file of a recommendation.
pub fn evidence(conn: &mut Conn, of: RecommendationId, id: EvidenceId) -> Result<Option<EvidenceRow>, Error> {
    Ok(evidences!()
        .filter(evidence::id.eq(id.0))
        .filter(evidence::recommendation_id.eq(of.0))
        .first(conn)
        .optional()?)
}
