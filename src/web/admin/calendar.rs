//! `GET /admin/kalender/{id}`: a calendar with its versions and a year of it.

use actix_web::web;
use chrono::Datelike;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::visitor::Visitor;
use super::super::words::{Spoken, When, Word};
use super::addresses::id;
use super::calendar_text::{days, hours};
use super::calendars::Users;
use super::section::{self, Section};
use super::year::{self, Drawn};
use crate::domain::local_time::DAYS;
use crate::domain::sla::calendar::CalendarSpec;
use crate::domain::sla::policy::Policy;
use crate::services::admin::versions::Version;
use crate::services::admin::{calendars, policy, versions};
use crate::services::{Desk, Result};

/// Which year.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    tahun: Option<i32>,
}

/// A version as a line.
#[derive(Serialize)]
pub struct VersionRow {
    id: i64,
    state: Word,
    effective: When,
    created: When,
    /// Nothing if it came with the program.
    by: Option<String>,
}

impl VersionRow {
    /// The versions of something, the last first.
    pub fn all(desk: &Desk, versions: &[Version]) -> Vec<Self> {
        let row = |version: &Version| Self {
            id: version.id,
            state: version.state.word(),
            effective: When::since(version.effective_at, desk.now(), desk.zone),
            created: When::of(version.created_at, desk.now(), desk.zone),
            by: version.created_by.as_ref().map(|(_, name)| name.clone()),
        };
        versions.iter().rev().map(row).collect()
    }
}

#[derive(Serialize)]
struct WeekRow {
    day: &'static str,
    hours: String,
}

#[derive(Serialize)]
pub struct CalendarPage {
    id: i64,
    version: i64,
    name: String,
    zone: String,
    week: Vec<WeekRow>,
    used_by: Vec<String>,
    versions: Vec<VersionRow>,
    year: Drawn,
    previous: i32,
    next: i32,
    import: Draft,
}

impl Section for CalendarPage {
    const TEMPLATE: &'static str = "pages/admin/calendar";
    const PART: &'static str = "/admin/kalender";

    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /admin/kalender/{id}`
pub async fn show(visitor: Visitor, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, asked) = (id(&path)?, query.tahun);
    section::show(visitor, move |desk, _| build(desk, id, asked, Draft::default())).await
}

/// The page, with what was refused of an import.
pub fn build(desk: &Desk, id: i64, asked: Option<i32>, import: Draft) -> Result<CalendarPage> {
    let known = calendars::read(desk, id)?;
    let spec: CalendarSpec = versions::current(&known.versions)?.rules()?;
    let rules: Policy = versions::current(&policy::versions(desk)?)?.rules()?;
    let year = asked.filter(|year| versions::YEARS.contains(year)).unwrap_or_else(|| desk.today().year());
    let week = DAYS.iter().zip(days(&spec.weekly)).map(|(day, spans)| {
        let hours = hours(spans);
        WeekRow { day, hours: if hours.is_empty() { "tutup".to_owned() } else { hours } }
    });
    Ok(CalendarPage {
        id,
        version: versions::newest(&known.versions),
        zone: spec.tz.clone(),
        week: week.collect(),
        used_by: Users::read(desk)?.of(&rules, id),
        versions: VersionRow::all(desk, &known.versions),
        year: year::draw(&calendars::year(desk, id, year)?),
        previous: (year - 1).max(*versions::YEARS.start()),
        next: (year + 1).min(*versions::YEARS.end()),
        name: known.row.name,
        import,
    })
}
