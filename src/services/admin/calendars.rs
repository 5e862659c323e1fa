//! Calendars: when desks and teams work. Each has versions; clocks follow the one in force.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::super::fields::{Fields, one};
use super::super::{Caller, Desk, Error, Result, Work};
use super::opds::Added;
use super::versions::{self, Version};
use super::{require_admin, taken};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::sla::calendar::{Calendar, CalendarSpec};
use crate::domain::sla::{Problem, year};
use crate::domain::text::Name;
use crate::store::sla::{self, CalendarRow};

/// The most holidays of a calendar: some decades of them.
pub(super) const MOST_HOLIDAYS: usize = 2_000;

/// A calendar to be added, in force from now on.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCalendar)]
pub struct Input {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    pub rules: CalendarSpec,
}

/// New rules of a calendar.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeCalendar)]
pub struct Change {
    /// Stays if absent; changes at once.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// The whole rules, not only what changes.
    pub rules: CalendarSpec,
    /// From when on they hold; from now on if absent, never before.
    #[serde(default)]
    pub effective_at: Option<DateTime<Utc>>,
}

/// A calendar with its versions in the order of their effect, of which there is at least one.
#[derive(Clone, Debug)]
pub struct Known {
    pub row: CalendarRow,
    pub versions: Vec<Version>,
}

/// All calendars. For everybody who is signed in.
pub fn list(desk: &Desk) -> Result<Vec<Known>> {
    let now = desk.now();
    desk.read(|conn| {
        let rows = sla::calendars(conn)?;
        let known = rows.into_iter().map(|row| {
            let versions = sla::versions_of(conn, row.id)?;
            Ok(Known { versions: versions::in_order(conn, versions, now)?, row })
        });
        known.collect()
    })
}

/// One calendar.
pub fn read(desk: &Desk, id: i64) -> Result<Known> {
    desk.read(|conn| {
        let row = sla::calendar_by_id(conn, id)?.ok_or(Error::NotFound)?;
        let versions = sla::versions_of(conn, id)?;
        Ok(Known { versions: versions::in_order(conn, versions, desk.now())?, row })
    })
}

/// One version of a calendar.
pub fn version(desk: &Desk, id: i64, version: i64) -> Result<Version> {
    read(desk, id)?.versions.into_iter().find(|known| known.id == version).ok_or(Error::NotFound)
}

/// A year of the rules in force.
pub fn year(desk: &Desk, id: i64, year: i32) -> Result<year::Year> {
    desk.read(|conn| {
        sla::calendar_by_id(conn, id)?.ok_or(Error::NotFound)?;
        Ok(year::year(desk.rules(conn)?.at(desk.now())?.timetable_of(id)?, year))
    })
}

/// Adds a calendar.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    require_admin(&caller.actor)?;
    check(&input.rules)?;
    let name = one("/name", Name::parse(&input.name))?;
    desk.act(caller, |work| {
        sla::hold_versions(work.tx)?;
        if sla::calendar_by_name(work.tx, name.as_str())?.is_some() {
            return Err(taken("/name"));
        }
        let id = sla::insert_calendar(work.tx, name.as_str())?;
        let by = caller.actor.id;
        work.audit("calendar_added", Some(by), json!({"calendar": id, "name": name}))?;
        let now = work.now;
        add_version(work, id, now, by, &input.rules)?;
        Ok(Added { id })
    })
}

/// Adds a version of a calendar, and perhaps gives it another name.
pub fn change(desk: &Desk, caller: &Caller, id: i64, input: &Change) -> Result<()> {
    require_admin(&caller.actor)?;
    check(&input.rules)?;
    let mut fields = Fields::default();
    let name = fields.take_some("/name", input.name.as_deref(), Name::parse);
    let name = fields.finish(Some(name))?;
    desk.act(caller, |work| {
        let known = hold(work, id)?;
        let effective_at = versions::effect(work, input.effective_at)?;
        let by = caller.actor.id;
        if let Some(name) = name.as_ref().filter(|name| name.as_str() != known.row.name) {
            if sla::calendar_by_name(work.tx, name.as_str())?.is_some() {
                return Err(taken("/name"));
            }
            sla::rename_calendar(work.tx, id, name.as_str())?;
            work.audit("calendar_renamed", Some(by), json!({"calendar": id, "name": name}))?;
        }
        add_version(work, id, effective_at, by, &input.rules)?;
        Ok(())
    })
}

/// A calendar to which nobody else adds versions until the transaction ends; refuses when the caller saw
/// fewer than there are.
pub(super) fn hold(work: &mut Work<'_, '_>, id: i64) -> Result<Known> {
    sla::hold_versions(work.tx)?;
    let row = sla::calendar_by_id(work.tx, id)?.ok_or(Error::NotFound)?;
    let versions = sla::versions_of(work.tx, id)?;
    let known = Known { versions: versions::in_order(work.tx, versions, work.now)?, row };
    work.require_version(versions::newest(&known.versions))?;
    Ok(known)
}

/// Adds a version of checked rules, inside a transaction that holds the calendar.
pub(super) fn add_version(
    work: &mut Work<'_, '_>,
    calendar: i64,
    effective_at: Instant,
    by: PersonId,
    rules: &CalendarSpec,
) -> Result<i64> {
    let text = versions::text(rules)?;
    let id = sla::insert_calendar_version(work.tx, calendar, versions::new(work, effective_at, Some(by), &text))?;
    let fact = json!({"calendar": calendar, "version": versions::fact(id, effective_at, &text)});
    work.audit("calendar_version_added", Some(by), fact)?;
    Ok(id)
}

fn check(rules: &CalendarSpec) -> Result<()> {
    if rules.holidays.len() > MOST_HOLIDAYS {
        let message = format!("paling banyak {MOST_HOLIDAYS} hari libur");
        return Err(versions::wrong(vec![Problem::new("/holidays", "too_many", message)]));
    }
    Calendar::parse(rules).map(|_| ()).map_err(versions::wrong)
}
