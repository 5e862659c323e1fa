//! Calendars: when desks and teams work.

use actix_web::http::StatusCode;
use actix_web::{get, post, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::versions::{VersionView, planned, views};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, ok, versioned};
use crate::domain::sla::calendar::CalendarSpec;
use crate::domain::sla::year::Year;
use crate::http::{Body, Problem, Request};
use crate::services::Result;
use crate::services::admin::calendars::{self, Known};
use crate::services::admin::versions::{current, newest};
use crate::services::admin::{holidays, versions};

/// A calendar in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarBrief {
    pub id: i64,
    pub name: String,
    /// The version in force.
    pub current: VersionView,
    /// Those that will be, in the order of their effect.
    pub planned: Vec<VersionView>,
}

/// A list that is short by nature.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarList {
    pub items: Vec<CalendarBrief>,
}

/// A calendar with the rules in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    pub id: i64,
    pub name: String,
    /// Of the version in force.
    pub rules: CalendarSpec,
    /// All, in the order of their effect.
    pub versions: Vec<VersionView>,
}

/// A version of a calendar with its rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarVersionView {
    #[serde(flatten)]
    pub version: VersionView,
    pub rules: CalendarSpec,
}

impl CalendarBrief {
    fn of(known: Known) -> Result<Self> {
        let current = VersionView::from(current(&known.versions)?);
        Ok(Self { id: known.row.id, name: known.row.name, current, planned: planned(&known.versions) })
    }
}

impl CalendarView {
    /// With its ETag.
    fn of(known: Known) -> Result<(i64, Self)> {
        let rules = current(&known.versions)?.rules()?;
        let view = Self { id: known.row.id, name: known.row.name, rules, versions: views(&known.versions) };
        Ok((newest(&known.versions), view))
    }
}

fn id(text: &str) -> std::result::Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// List calendars
#[utoipa::path(tag = "service levels", operation_id = "list_calendars", responses((status = 200, body = CalendarList)))]
#[get("/calendars")]
pub async fn list(request: Request) -> Answer {
    let items = request
        .run(READ_DIRECTORY, |desk, _| calendars::list(desk)?.into_iter().map(CalendarBrief::of).collect::<Result<_>>())
        .await?;
    ok(CalendarList { items })
}

/// Add a calendar
///
/// Its first version is in force at once.
#[utoipa::path(tag = "service levels", operation_id = "add_calendar", request_body = calendars::Input, responses((status = 201, body = CalendarView, headers(("ETag" = String)))))]
#[post("/calendars")]
pub async fn add(request: Request, body: Body<calendars::Input>) -> Answer {
    let (tag, view) = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = calendars::add(desk, caller, &body.value)?;
            CalendarView::of(calendars::read(desk, added.id)?)
        })
        .await?;
    versioned(StatusCode::CREATED, tag, view)
}

/// Read a calendar
///
/// The ETag changes with every version that is added, also with those planned for later.
#[utoipa::path(tag = "service levels", operation_id = "read_calendar", responses((status = 200, body = CalendarView, headers(("ETag" = String)))))]
#[get("/calendars/{calendar}")]
pub async fn read(request: Request, calendar: web::Path<String>) -> Answer {
    let id = id(&calendar)?;
    let (tag, view) = request.run(READ_DIRECTORY, move |desk, _| CalendarView::of(calendars::read(desk, id)?)).await?;
    versioned(StatusCode::OK, tag, view)
}

/// Add a version of a calendar
///
/// Replaces the rules from an instant on; clocks that run are brought under them when it comes. A planned
/// version is taken back by adding another for the same instant.
#[utoipa::path(tag = "service levels", operation_id = "change_calendar", request_body = calendars::Change, responses((status = 200, body = CalendarView, headers(("ETag" = String)))))]
#[put("/calendars/{calendar}")]
pub async fn change(request: Request, calendar: web::Path<String>, body: Body<calendars::Change>) -> Answer {
    let id = id(&calendar)?;
    let (tag, view) = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            calendars::change(desk, caller, id, &body.value)?;
            CalendarView::of(calendars::read(desk, id)?)
        })
        .await?;
    versioned(StatusCode::OK, tag, view)
}

/// Read a version of a calendar
#[utoipa::path(tag = "service levels", operation_id = "read_calendar_version", responses((status = 200, body = CalendarVersionView)))]
#[get("/calendars/{calendar}/versions/{version}")]
pub async fn read_version(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (calendar, version) = (id(&path.0)?, id(&path.1)?);
    let view = request
        .run(READ_DIRECTORY, move |desk, _| {
            let version = calendars::version(desk, calendar, version)?;
            Ok(CalendarVersionView { version: VersionView::from(&version), rules: version.rules()? })
        })
        .await?;
    ok(view)
}

/// Read a year of a calendar
///
/// Each date by the rules in force, with totals by month and year.
#[utoipa::path(tag = "service levels", operation_id = "read_calendar_year",
    params(("calendar" = String, Path), ("year" = i32, Path, minimum = 1970, maximum = 2199)),
    responses((status = 200, body = Year)))]
#[get("/calendars/{calendar}/years/{year}")]
pub async fn read_year(request: Request, path: web::Path<(String, String)>) -> Answer {
    let calendar = id(&path.0)?;
    let year = path.1.parse().ok().filter(|year| versions::YEARS.contains(year)).ok_or_else(Problem::not_found)?;
    ok(request.run(READ_DIRECTORY, move |desk, _| calendars::year(desk, calendar, year)).await?)
}

/// Import holidays
///
/// Takes the holidays of a CSV file into the calendar, all or none: dates that are there get the name and
/// kind of the file. A mistake in a row is told at `/rows/` and its line in the file. Adds a version, and one
/// more for each that is planned for later, which would else forget the holidays.
#[utoipa::path(tag = "service levels", operation_id = "import_holidays", request_body = holidays::Input, responses((status = 200, body = holidays::Imported, headers(("ETag" = String)))))]
#[post("/calendars/{calendar}/holidays")]
pub async fn import_holidays(request: Request, calendar: web::Path<String>, body: Body<holidays::Input>) -> Answer {
    let id = id(&calendar)?;
    let (tag, imported) = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let imported = holidays::import(desk, caller, id, &body.value)?;
            Ok((newest(&calendars::read(desk, id)?.versions), imported))
        })
        .await?;
    versioned(StatusCode::OK, tag, imported)
}
