//! Freezes the reports of each month that is over: all OPDs together and each OPD, once, in one transaction.

use chrono::Days;
use serde_json::json;

use super::compute::Ground;
use super::schedule::{self, Moment};
use super::{code, first_month, written};
use crate::domain::chain::sha256_hex;
use crate::domain::ids::OpdId;
use crate::domain::report::{Period, Scope};
use crate::services::history::anchor;
use crate::services::{Desk, Result};
use crate::store::reports::{self, NewReport};

/// The months to be frozen by now, in order: over for the days of grace, not before the first ticket, not
/// frozen yet. What was missed while the program was down is among them.
pub fn due(desk: &Desk) -> Result<Vec<Period>> {
    desk.read(|conn| {
        let Some(first) = first_month(desk, conn)? else { return Ok(Vec::new()) };
        let grace = Days::new(desk.config.reports.grace_days.into());
        let today = desk.today();
        let is_over = |month: &Period| {
            month.next().first_day().checked_add_days(grace).is_some_and(|freezes_on| freezes_on <= today)
        };
        let frozen = reports::frozen_periods(conn)?;
        let months = std::iter::successors(Some(first), |month| Some(month.next())).take_while(is_over);
        Ok(months.filter(|month| !frozen.contains(&month.to_string())).collect())
    })
}

/// Freezes what is due; tells `progress` each month that is done. Safe to run on several instances and any
/// number of times.
pub fn run(desk: &Desk, progress: &mut dyn FnMut(Period) -> Result<bool>) -> Result<usize> {
    let due = due(desk)?;
    if due.is_empty() {
        return Ok(0);
    }
    // Without days of grace the last day may not have its anchor yet.
    anchor::run(desk)?;
    let mut frozen = 0;
    for month in due {
        frozen += usize::from(one(desk, month)?);
        if !progress(month)? {
            break;
        }
    }
    Ok(frozen)
}

/// Freezes a month; false if it was frozen meanwhile.
pub(crate) fn one(desk: &Desk, month: Period) -> Result<bool> {
    // The long part changes nothing and needs no lock. Whoever writes first has frozen it.
    let reports = desk.store.snapshot(|conn| prepare(desk, &Ground::read(desk, conn, month, Scope::All)?, month))?;
    desk.housekeep(|work| {
        if reports::is_frozen(work.tx, &month.to_string(), Scope::All)? {
            return Ok(false);
        }
        let mut hashes = serde_json::Map::new();
        for new in &reports {
            let new = NewReport { frozen_at: work.now, ..new.clone() };
            let id = reports::insert(work.tx, &new)?;
            schedule::queue(work, month, id, new.scope, Moment::Frozen, 0)?;
            let key = match new.scope {
                Scope::All => "all".to_owned(),
                Scope::One(OpdId(opd)) => opd.to_string(),
            };
            hashes.insert(key, json!(new.sha256));
        }
        work.audit("reports_frozen", None, json!({"period": month.to_string(), "sha256": hashes}))?;
        Ok(true)
    })
}

fn prepare(desk: &Desk, ground: &Ground, month: Period) -> Result<Vec<NewReport>> {
    let active = ground.names.opds.iter().filter(|(_, named)| named.active).map(|(id, _)| Scope::One(*id));
    let scopes = std::iter::once(Scope::All).chain(active);
    scopes
        .map(|scope| {
            let snapshot = written(&ground.report(desk, month, scope))?;
            Ok(NewReport {
                period: month.to_string(),
                scope,
                sha256: sha256_hex(snapshot.as_bytes()),
                code: code(&snapshot),
                snapshot,
                anchor: ground.anchor(),
                frozen_at: desk.now(),
            })
        })
        .collect()
}
