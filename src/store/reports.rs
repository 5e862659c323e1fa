//! Frozen reports and their addenda. A report is added once and never changed.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::history::AnchorRow;
use super::schema::{anchor, person, report, report_addendum};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::{OpdId, PersonId};
use crate::domain::report::Scope;

/// A frozen report.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ReportRow {
    pub id: i64,
    pub period: String,
    pub scope: i64,
    pub opd_id: Option<i64>,
    /// JSON of the snapshot, the bytes that the hash is of.
    pub snapshot: String,
    pub sha256: String,
    pub code: String,
    /// The hash of the anchor.
    pub anchor: Option<String>,
    pub frozen_at: NaiveDateTime,
}

/// A report to be frozen.
#[derive(Clone, Debug)]
pub struct NewReport {
    pub period: String,
    pub scope: Scope,
    pub snapshot: String,
    pub sha256: String,
    pub code: String,
    pub anchor: Option<String>,
    pub frozen_at: Instant,
}

/// A frozen report without its figures.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct ListedReport {
    pub id: i64,
    pub period: String,
    pub sha256: String,
    pub code: String,
    pub frozen_at: NaiveDateTime,
}

/// Something said about a report after it was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct AddendumRow {
    pub id: i64,
    pub author_id: i64,
    pub author: String,
    pub reason: String,
    pub body: String,
    pub at: NaiveDateTime,
}

/// What the key of a scope is.
pub(super) fn key(scope: Scope) -> i64 {
    match scope {
        Scope::All => 0,
        Scope::One(OpdId(opd)) => opd,
    }
}

/// The scope with a key.
pub(super) fn scope(key: i64) -> Scope {
    if key == 0 { Scope::All } else { Scope::One(OpdId(key)) }
}

/// Adds a frozen report. One of the same period and scope is [`Error::Exists`].
pub fn insert(tx: &mut Tx<'_>, new: &NewReport) -> Result<i64, Error> {
    let opd = match new.scope {
        Scope::All => None,
        Scope::One(OpdId(opd)) => Some(opd),
    };
    Ok(diesel::insert_into(report::table)
        .values((
            report::period.eq(&new.period),
            report::scope.eq(key(new.scope)),
            report::opd_id.eq(opd),
            report::snapshot.eq(&new.snapshot),
            report::sha256.eq(&new.sha256),
            report::code.eq(&new.code),
            report::anchor.eq(&new.anchor),
            report::frozen_at.eq(stored(new.frozen_at)),
        ))
        .returning(report::id)
        .get_result(&mut **tx)?)
}

/// The frozen report of a period and scope.
pub fn of(conn: &mut Conn, period: &str, scope: Scope) -> Result<Option<ReportRow>, Error> {
    Ok(report::table
        .filter(report::period.eq(period))
        .filter(report::scope.eq(key(scope)))
        .get_result(conn)
        .optional()?)
}

/// The frozen report with a code.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<ReportRow>, Error> {
    Ok(report::table.filter(report::code.eq(code)).get_result(conn).optional()?)
}

/// Whether the report of a period and scope is frozen.
pub fn is_frozen(conn: &mut Conn, period: &str, scope: Scope) -> Result<bool, Error> {
    let there: i64 = report::table
        .filter(report::period.eq(period))
        .filter(report::scope.eq(key(scope)))
        .select(count_star())
        .get_result(conn)?;
    Ok(there > 0)
}

/// The frozen reports of a scope, the newest period first.
pub fn list(conn: &mut Conn, scope: Scope, limit: i64) -> Result<Vec<ListedReport>, Error> {
    Ok(report::table
        .filter(report::scope.eq(key(scope)))
        .order(report::period.desc())
        .limit(limit)
        .select((report::id, report::period, report::sha256, report::code, report::frozen_at))
        .load(conn)?)
}

/// The periods for which the report of all OPDs is frozen.
pub fn frozen_periods(conn: &mut Conn) -> Result<Vec<String>, Error> {
    Ok(report::table.filter(report::scope.eq(0)).order(report::period).select(report::period).load(conn)?)
}

/// Adds an addendum.
pub fn add_addendum(
    tx: &mut Tx<'_>,
    report: i64,
    author: PersonId,
    (reason, body): (&str, &str),
    at: Instant,
) -> Result<i64, Error> {
    Ok(diesel::insert_into(report_addendum::table)
        .values((
            report_addendum::report_id.eq(report),
            report_addendum::author_id.eq(author.0),
            report_addendum::reason.eq(reason),
            report_addendum::body.eq(body),
            report_addendum::at.eq(stored(at)),
        ))
        .returning(report_addendum::id)
        .get_result(&mut **tx)?)
}

/// The addenda of a report in order.
pub fn addenda(conn: &mut Conn, report: i64) -> Result<Vec<AddendumRow>, Error> {
    Ok(report_addendum::table
        .inner_join(person::table)
        .filter(report_addendum::report_id.eq(report))
        .order(report_addendum::id)
        .select((
            report_addendum::id,
            report_addendum::author_id,
            person::name,
            report_addendum::reason,
            report_addendum::body,
            report_addendum::at,
        ))
        .load(conn)?)
}

/// How many addenda these reports have.
pub fn count_addenda(conn: &mut Conn, reports: &[i64]) -> Result<Vec<(i64, i64)>, Error> {
    Ok(report_addendum::table
        .filter(report_addendum::report_id.eq_any(reports))
        .group_by(report_addendum::report_id)
        .select((report_addendum::report_id, count_star()))
        .load(conn)?)
}

/// The anchor of a day, or of the last day before it that has one.
pub fn anchor_of(conn: &mut Conn, day: NaiveDate) -> Result<Option<AnchorRow>, Error> {
    Ok(anchor::table.filter(anchor::day.le(day)).order(anchor::day.desc()).first(conn).optional()?)
}
