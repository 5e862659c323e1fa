//! What goes into the package of evidence of a year, for assessors: read here, written by `reports::evidence`.

use serde_json::json;

use super::{oversees, period};
use crate::domain::ids::EvaluationId;
use crate::domain::people::{Actor, Role};
use crate::domain::priority::PriorityTable;
use crate::domain::report::{Period, Span};
use crate::services::evaluations::happened::{self, Happened};
use crate::services::{Desk, Error, Result};
use crate::store::directory::{self, Appointed};
use crate::store::evaluations::{self, EvaluationRow, FindingRow};
use crate::store::organisation::{self, CategoryRow, OpdRow, TeamRow};
use crate::store::recommendations::{self, EvidenceRow, RecommendationRow};
use crate::store::sla::{self, CalendarRow, CalendarVersionRow, PolicyVersionRow};
use crate::store::{Conn, reports};

/// An evaluation of the year with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Evaluated {
    pub row: EvaluationRow,
    pub period: Period,
    pub findings: Vec<FindingRow>,
    pub recommendations: Vec<RecommendationRow>,
    pub history: Vec<Happened>,
    pub evidence: Vec<EvidenceRow>,
}

/// Everything but the reports and the files, which are read one after the other as they are written.
#[derive(Clone, Debug)]
pub struct Ground {
    pub year: Period,
    /// These, categories and teams are as they are now.
    pub opds: Vec<OpdRow>,
    pub categories: Vec<CategoryRow>,
    pub teams: Vec<TeamRow>,
    pub priorities: PriorityTable,
    /// Those whose letter is no younger than the year.
    pub tier1: Vec<Appointed>,
    /// The versions that had taken effect by the end of the year.
    pub policies: Vec<PolicyVersionRow>,
    pub calendars: Vec<(CalendarRow, Vec<CalendarVersionRow>)>,
    /// The months of the year whose report of all OPDs is frozen, in order.
    pub months: Vec<String>,
    /// In the order in which their periods ended.
    pub evaluations: Vec<Evaluated>,
}

/// Reads it for whoever oversees all desks; for others there is none.
pub fn gather(desk: &Desk, actor: &Actor, year: &str) -> Result<Ground> {
    if !oversees(actor) {
        return Err(Error::NotFound);
    }
    unchecked(desk, year)
}

/// Notes who packs it: it has names of people and leaves the house.
pub fn note(desk: &Desk, actor: &Actor, ground: &Ground) -> Result<()> {
    let facts = json!({"year": ground.year.to_string()});
    desk.housekeep(|work| work.audit("evidence_packed", Some(actor.id), facts.clone()))
}

/// The same for whoever has the command line, who may read everything.
pub fn unchecked(desk: &Desk, year: &str) -> Result<Ground> {
    desk.store.snapshot(|conn| {
        if Period::parse(year).is_none_or(|period| period.span() != Span::Year) {
            return Err(Error::field("/year", "invalid_period", "tulis tahun, misalnya 2026"));
        }
        let year = period(desk, conn, year)?;
        read(desk, conn, year)
    })
}

fn read(desk: &Desk, conn: &mut Conn, year: Period) -> Result<Ground> {
    let (_, end) = year.bounds(desk.zone);
    let end = end.naive_utc();
    let mut policies = sla::policy_versions(conn)?;
    policies.retain(|version| version.effective_at < end);
    policies.sort_by_key(|version| version.id);
    let mut calendars = Vec::new();
    for calendar in sla::calendars(conn)? {
        let mut versions = sla::versions_of(conn, calendar.id)?;
        versions.retain(|version| version.effective_at < end);
        versions.sort_by_key(|version| version.id);
        calendars.push((calendar, versions));
    }
    let mut tier1 = directory::appointed(conn, Role::Tier1Agent)?;
    tier1.retain(|one| one.grant.appointment.letter_on.is_none_or(|day| day <= year.last_day()));
    let months = reports::frozen_periods(conn)?.into_iter();
    let months = months.filter(|text| {
        Period::parse(text).is_some_and(|month| month.span() == Span::Month && month.longer().contains(&year))
    });
    Ok(Ground {
        year,
        opds: organisation::opds(conn, 0, i64::MAX)?,
        categories: organisation::categories(conn, 0, i64::MAX)?,
        teams: organisation::teams(conn, 0, i64::MAX)?,
        priorities: organisation::priorities(conn)?,
        tier1,
        policies,
        calendars,
        months: months.collect(),
        evaluations: evaluated(conn, year)?,
    })
}

fn evaluated(conn: &mut Conn, year: Period) -> Result<Vec<Evaluated>> {
    let mut all = Vec::new();
    for row in evaluations::ending_within(conn, year)? {
        let (id, period) = (EvaluationId(row.id), row.period()?);
        let recommendations = recommendations::of_evaluation(conn, id)?;
        let ids: Vec<i64> = recommendations.iter().map(|one| one.id).collect();
        all.push(Evaluated {
            findings: evaluations::findings(conn, id)?,
            history: happened::of(conn, &ids)?.into_values().flatten().collect(),
            evidence: recommendations::evidence_of(conn, &ids)?,
            recommendations,
            period,
            row,
        });
    }
    all.sort_by_key(|one| (one.period.last_day(), one.period.span(), one.row.opd_id, one.row.id));
    Ok(all)
}
