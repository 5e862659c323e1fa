//! Proves to whoever holds a paper that its report is genuine: for everybody, and nothing beyond that.

use super::{CODE, grouped};
use crate::domain::Instant;
use crate::services::{Desk, Error, Result};
use crate::store::report_signatures::{self, SignatureRow};
use crate::store::reports;

/// What the public may know of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// In groups.
    pub code: String,
    /// "Oktober 2026".
    pub period: String,
    /// The OPD that the paper names; nothing for all.
    pub opd: Option<String>,
    pub sha256: String,
    pub frozen_at: Instant,
    /// Who signed the paper and when, with the hash of the file; an earlier paper, of before an addendum, too.
    pub signatures: Vec<SignatureRow>,
    /// When something was said about it later, and why.
    pub addenda: Vec<(Instant, String)>,
}

/// Proves a report by its code, however that is written.
pub fn run(desk: &Desk, code: &str) -> Result<Proof> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    if code.len() != CODE {
        return Err(Error::NotFound);
    }
    desk.read(|conn| {
        let row = reports::by_code(conn, &code)?.ok_or(Error::NotFound)?;
        let snapshot = super::read::proved(&row)?;
        let addenda = reports::addenda(conn, row.id)?;
        let signatures = report_signatures::list(conn, row.id)?;
        Ok(Proof {
            code: grouped(&row.code),
            period: snapshot.period.name,
            opd: snapshot.scope.opd.map(|opd| opd.name),
            sha256: row.sha256,
            signatures,
            frozen_at: row.frozen_at.and_utc(),
            addenda: addenda.into_iter().map(|addendum| (addendum.at.and_utc(), addendum.reason)).collect(),
        })
    })
}
