//! A report: as it was frozen, or computed afresh.

use super::compute::Ground;
use super::{period, scope, written};
use crate::domain::chain::sha256_hex;
use crate::domain::people::Actor;
use crate::domain::report::{Period, Scope, Snapshot};
use crate::services::{Desk, Error, Result};
use crate::store::Conn;
use crate::store::report_signatures::{self, SignatureRow};
use crate::store::reports::{self, AddendumRow, ReportRow};

/// A report with what there is to say about it.
#[derive(Clone, Debug)]
pub struct Report {
    pub period: Period,
    pub scope: Scope,
    /// JSON; of a frozen report the bytes that its hash is of.
    pub json: String,
    pub snapshot: Snapshot,
    /// Nothing while it is provisional.
    pub frozen: Option<ReportRow>,
    pub addenda: Vec<AddendumRow>,
    /// On the paper with all these addenda; one on an earlier paper is no more than that.
    pub signature: Option<SignatureRow>,
}

/// The report of a period, of an OPD or of whatever somebody gets without naming one.
pub fn run(desk: &Desk, actor: &Actor, of: &str, opd: Option<&str>) -> Result<Report> {
    desk.store.snapshot(|conn| {
        let scope = scope(conn, actor, opd)?;
        find(desk, conn, of, scope)
    })
}

/// The same for whoever has the command line, who may read everything.
pub fn unchecked(desk: &Desk, of: &str, opd: Option<&str>) -> Result<Report> {
    desk.store.snapshot(|conn| {
        let scope = unchecked_scope(conn, opd)?;
        find(desk, conn, of, scope)
    })
}

pub(super) fn unchecked_scope(conn: &mut Conn, opd: Option<&str>) -> Result<Scope> {
    Ok(match opd {
        None => Scope::All,
        Some(code) => Scope::One(super::named(conn, code)?.ok_or(Error::NotFound)?),
    })
}

fn find(desk: &Desk, conn: &mut Conn, of: &str, scope: Scope) -> Result<Report> {
    let period = period(desk, conn, of)?;
    if let Some(report) = frozen(conn, period, scope)? {
        return Ok(report);
    }
    let snapshot = Ground::read(desk, conn, period, scope)?.report(desk, period, scope);
    let json = written(&snapshot)?;
    Ok(Report { period, scope, json, snapshot, frozen: None, addenda: Vec::new(), signature: None })
}

/// The frozen report of a period, if it is frozen.
pub(super) fn frozen(conn: &mut Conn, period: Period, scope: Scope) -> Result<Option<Report>> {
    let Some(row) = reports::of(conn, &period.to_string(), scope)? else { return Ok(None) };
    let (json, snapshot) = (row.snapshot.clone(), proved(&row)?);
    let addenda = reports::addenda(conn, row.id)?;
    let is_of_this = |signature: &SignatureRow| usize::try_from(signature.addenda).is_ok_and(|n| n == addenda.len());
    let signature = report_signatures::list(conn, row.id)?.into_iter().find(is_of_this);
    Ok(Some(Report { period, scope, json, snapshot, frozen: Some(row), addenda, signature }))
}

/// The snapshot of a frozen report, if it is what was frozen.
pub(super) fn proved(row: &ReportRow) -> Result<Snapshot> {
    if sha256_hex(row.snapshot.as_bytes()) != row.sha256 {
        let what = format!("report {} of scope {} was changed after it was frozen", row.period, row.scope);
        return Err(Error::Internal(what));
    }
    serde_json::from_str(&row.snapshot)
        .map_err(|error| Error::Internal(format!("report {} of scope {}: {error}", row.period, row.scope)))
}
