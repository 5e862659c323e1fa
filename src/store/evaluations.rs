//! Evaluations of reports and what they found.

use chrono::NaiveDateTime;
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::schema::{evaluation, finding, opd, person, recommendation};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{EvaluationId, FindingId, OpdId, PersonId};
use crate::domain::report::snapshot::{Cell, Unit};
use crate::domain::report::{Period, Scope};

/// An evaluation with the names that go with it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct EvaluationRow {
    pub id: i64,
    pub period: String,
    pub opd_id: Option<i64>,
    pub summary: String,
    pub author_id: i64,
    pub added_at: NaiveDateTime,
    pub version: i64,
    pub author: String,
    pub opd_code: Option<String>,
    pub opd_name: Option<String>,
}

impl EvaluationRow {
    /// What was evaluated.
    pub fn scope(&self) -> Scope {
        self.opd_id.map_or(Scope::All, |opd| Scope::One(OpdId(opd)))
    }

    /// For which time.
    pub fn period(&self) -> Result<Period, Error> {
        read_period(&self.period)
    }
}

/// A period that was stored.
pub(super) fn read_period(text: &str) -> Result<Period, Error> {
    Period::parse(text).ok_or_else(|| Error::Corrupt(format!("{text:?} is no period")))
}

/// Something that was found in the figures.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct FindingRow {
    pub id: i64,
    pub evaluation_id: i64,
    pub figure: String,
    pub title: String,
    pub unit: String,
    /// JSON of the value.
    pub seen: String,
    pub report_sha256: Option<String>,
    pub body: String,
    pub author_id: i64,
    pub at: NaiveDateTime,
}

impl FindingRow {
    /// What the figure said when it was looked at, and in which unit.
    pub fn seen(&self) -> Result<(Cell, Unit), Error> {
        let seen = serde_json::from_str(&self.seen);
        let seen = seen.map_err(|error| Error::Corrupt(format!("finding {}: {error}", self.id)))?;
        Ok((seen, word(Unit::parse, &self.unit)?))
    }
}

/// A finding to be added.
#[derive(Clone, Debug)]
pub struct NewFinding<'a> {
    pub evaluation: EvaluationId,
    pub figure: &'a str,
    pub title: &'a str,
    pub unit: &'a str,
    pub seen: &'a str,
    pub report_sha256: Option<&'a str>,
    pub body: &'a str,
    pub author: PersonId,
    pub at: Instant,
}

macro_rules! evaluations {
    () => {
        evaluation::table
            .inner_join(person::table)
            .left_join(opd::table.on(evaluation::opd_id.eq(opd::id.nullable())))
            .select((
                evaluation::id,
                evaluation::period,
                evaluation::opd_id,
                evaluation::summary,
                evaluation::author_id,
                evaluation::added_at,
                evaluation::version,
                person::name,
                opd::code.nullable(),
                opd::name.nullable(),
            ))
    };
}

/// Adds an evaluation. One of the same period and scope is [`Error::Exists`].
pub fn insert(
    tx: &mut Tx<'_>,
    (period, scope): (Period, Scope),
    summary: &str,
    author: PersonId,
    now: Instant,
) -> Result<EvaluationId, Error> {
    let opd = opd_of(scope);
    let id: i64 = diesel::insert_into(evaluation::table)
        .values((
            evaluation::period.eq(period.to_string()),
            evaluation::scope.eq(opd.unwrap_or(0)),
            evaluation::opd_id.eq(opd),
            evaluation::summary.eq(summary),
            evaluation::author_id.eq(author.0),
            evaluation::added_at.eq(stored(now)),
            evaluation::version.eq(1),
        ))
        .returning(evaluation::id)
        .get_result(&mut **tx)?;
    Ok(EvaluationId(id))
}

fn opd_of(scope: Scope) -> Option<i64> {
    match scope {
        Scope::All => None,
        Scope::One(OpdId(opd)) => Some(opd),
    }
}

/// Words an evaluation anew. `Conflict` if it is not the version that was read.
pub fn set_summary(tx: &mut Tx<'_>, id: EvaluationId, version: i64, summary: &str) -> Result<(), Error> {
    let changed = diesel::update(evaluation::table.find(id.0))
        .filter(evaluation::version.eq(version))
        .set((evaluation::summary.eq(summary), evaluation::version.eq(version + 1)))
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// An evaluation.
pub fn by_id(conn: &mut Conn, id: EvaluationId) -> Result<Option<EvaluationRow>, Error> {
    Ok(evaluations!().filter(evaluation::id.eq(id.0)).first(conn).optional()?)
}

/// The evaluation of a period and scope.
pub fn of(conn: &mut Conn, period: Period, scope: Scope) -> Result<Option<EvaluationRow>, Error> {
    Ok(evaluations!()
        .filter(evaluation::period.eq(period.to_string()))
        .filter(evaluation::scope.eq(opd_of(scope).unwrap_or(0)))
        .first(conn)
        .optional()?)
}

/// The evaluations that a reader sees, those of the newest periods first: an OPD sees its own, and those that
/// recommend something to it.
pub fn list(conn: &mut Conn, reader: Scope, limit: i64) -> Result<Vec<EvaluationRow>, Error> {
    let mut query = evaluations!().into_boxed();
    if let Scope::One(opd) = reader {
        let to_it =
            recommendation::table.filter(recommendation::owner_id.eq(opd.0)).select(recommendation::evaluation_id);
        query = query.filter(evaluation::opd_id.eq(opd.0).or(evaluation::id.eq_any(to_it).nullable()));
    }
    Ok(query.order((evaluation::period.desc(), evaluation::scope, evaluation::id)).limit(limit).load(conn)?)
}

/// The evaluations of periods that end within one.
pub fn ending_within(conn: &mut Conn, period: Period) -> Result<Vec<EvaluationRow>, Error> {
    let ending: Vec<String> = period.ending_within().iter().map(Period::to_string).collect();
    Ok(evaluations!().filter(evaluation::period.eq_any(ending)).order(evaluation::id).load(conn)?)
}

/// Adds a finding.
pub fn add_finding(tx: &mut Tx<'_>, new: &NewFinding<'_>) -> Result<FindingId, Error> {
    let id: i64 = diesel::insert_into(finding::table)
        .values((
            finding::evaluation_id.eq(new.evaluation.0),
            finding::figure.eq(new.figure),
            finding::title.eq(new.title),
            finding::unit.eq(new.unit),
            finding::seen.eq(new.seen),
            finding::report_sha256.eq(new.report_sha256),
            finding::body.eq(new.body),
            finding::author_id.eq(new.author.0),
            finding::at.eq(stored(new.at)),
        ))
        .returning(finding::id)
        .get_result(&mut **tx)?;
    Ok(FindingId(id))
}

/// The findings of an evaluation in order.
pub fn findings(conn: &mut Conn, of: EvaluationId) -> Result<Vec<FindingRow>, Error> {
    Ok(finding::table.filter(finding::evaluation_id.eq(of.0)).order(finding::id).load(conn)?)
}

/// A finding of an evaluation.
pub fn finding(conn: &mut Conn, of: EvaluationId, id: FindingId) -> Result<Option<FindingRow>, Error> {
    Ok(finding::table.find(id.0).filter(finding::evaluation_id.eq(of.0)).first(conn).optional()?)
}

/// Whether a recommendation rests on a finding.
pub fn is_finding_used(conn: &mut Conn, id: FindingId) -> Result<bool, Error> {
    let used: i64 =
        recommendation::table.filter(recommendation::finding_id.eq(id.0)).select(count_star()).first(conn)?;
    Ok(used > 0)
}

/// Removes a finding.
pub fn remove_finding(tx: &mut Tx<'_>, id: FindingId) -> Result<(), Error> {
    diesel::delete(finding::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}
