//! Which reports there are.

use std::collections::BTreeMap;

use super::{first_month, scope};
use crate::domain::ids::OpdId;
use crate::domain::people::Actor;
use crate::domain::report::facts::Named;
use crate::domain::report::{Period, Scope};
use crate::services::{Desk, Result};
use crate::store::figures;
use crate::store::reports::{self, ListedReport};

/// The most that is listed: a hundred years of months.
const MOST: i64 = 1200;

/// A month with its report.
#[derive(Clone, Debug)]
pub struct Listed {
    pub period: Period,
    /// Nothing while the report is provisional.
    pub frozen: Option<ListedReport>,
    pub addenda: i64,
}

/// The reports of a scope.
#[derive(Clone, Debug)]
pub struct List {
    pub scope: Scope,
    /// Every month from the first ticket to the present one, the newest first.
    pub months: Vec<Listed>,
}

/// The reports of an OPD, or of whatever somebody gets without naming one.
pub fn run(desk: &Desk, actor: &Actor, opd: Option<&str>) -> Result<List> {
    desk.read(|conn| {
        let scope = scope(conn, actor, opd)?;
        let rows = reports::list(conn, scope, MOST)?;
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let addenda: BTreeMap<i64, i64> = reports::count_addenda(conn, &ids)?.into_iter().collect();
        let mut frozen: BTreeMap<String, ListedReport> =
            rows.into_iter().map(|row| (row.period.clone(), row)).collect();
        let present = Period::month_of(desk.today());
        let first = first_month(desk, conn)?;
        let months = std::iter::successors(Some(present), |month| Some(month.previous()));
        let months = months.take_while(|month| first.is_some_and(|first| *month >= first));
        let months = months.take(MOST as usize).map(|period| {
            let frozen = frozen.remove(&period.to_string());
            let addenda = frozen.as_ref().and_then(|row| addenda.get(&row.id)).copied().unwrap_or(0);
            Listed { period, frozen, addenda }
        });
        Ok(List { scope, months: months.collect() })
    })
}

/// The OPDs by name, to choose one.
pub fn opds(desk: &Desk) -> Result<Vec<(OpdId, Named)>> {
    let names = desk.read(|conn| Ok(figures::names(conn)?))?;
    let mut opds: Vec<(OpdId, Named)> = names.opds.into_iter().collect();
    opds.sort_by(|(_, a), (_, b)| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    Ok(opds)
}
