//! Computes reports from what the store knows, all from one moment.

use crate::domain::report::figures::{self, Input};
use crate::domain::report::snapshot::{AnchorPart, TenantPart};
use crate::domain::report::{Facts, Names, Period, Scope, Snapshot};
use crate::services::{Desk, Result};
use crate::store::{Conn, figures as facts, reports};

/// Everything for the reports of a period.
pub(super) struct Ground {
    facts: Facts,
    pub(super) names: Names,
    tenant: TenantPart,
    anchor: Option<AnchorPart>,
    now: crate::domain::Instant,
}

impl Ground {
    /// Reads what is needed for the reports within a scope. Wants a connection that sees one moment.
    pub(super) fn read(desk: &Desk, conn: &mut Conn, period: Period, scope: Scope) -> Result<Self> {
        let now = desk.now();
        let anchor = reports::anchor_of(conn, period.last_day().min(desk.today()))?;
        let tenant = &desk.config.tenant;
        Ok(Self {
            facts: facts::facts(conn, scope, period, figures::bounds(period, desk.zone, now))?,
            names: facts::names(conn)?,
            tenant: TenantPart { name: tenant.name.clone(), dinas: tenant.dinas.clone() },
            anchor: anchor.map(|row| AnchorPart { day: row.day, hash: row.hash }),
            now,
        })
    }

    /// The hash of the anchor.
    pub(super) fn anchor(&self) -> Option<String> {
        self.anchor.as_ref().map(|anchor| anchor.hash.clone())
    }

    /// The report of a scope that lies within what was read.
    pub(super) fn report(&self, desk: &Desk, period: Period, scope: Scope) -> Snapshot {
        figures::compute(&Input {
            period,
            zone: desk.zone,
            scope,
            tenant: &self.tenant,
            facts: &self.facts,
            names: &self.names,
            anchor: self.anchor.as_ref(),
            now: self.now,
        })
    }
}
