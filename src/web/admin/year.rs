//! A year of a calendar as twelve small tables: what each date is, by letter and shape as well as by colour.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::Serialize;

use super::super::words::{Spoken, number};
use super::calendar_text::hours;
use super::dates::day;
use crate::domain::local_time::{DAYS, MONTHS};
use crate::domain::sla::calendar::{DayKind, HolidayKind};
use crate::domain::sla::year::{Day, Total, Year};

/// A date as it is drawn.
#[derive(Serialize)]
pub struct Cell {
    day: u32,
    /// `work`, `off`, `holiday`, `variant` or `short`.
    class: &'static str,
    /// Beside the number, so that it is not told by colour alone.
    letter: &'static str,
    /// What is special about it.
    title: Option<String>,
}

/// A month as it is drawn: weeks of seven days, those of other months empty.
#[derive(Serialize)]
pub struct Month {
    name: &'static str,
    weeks: Vec<Vec<Option<Cell>>>,
    days: i64,
    hours: String,
}

/// A date that is closed by name.
#[derive(Serialize)]
pub struct Closed {
    date: String,
    weekday: &'static str,
    name: String,
    kind: &'static str,
}

/// A year as it is drawn.
#[derive(Serialize)]
pub struct Drawn {
    year: i32,
    months: Vec<Month>,
    days: i64,
    hours: String,
    closed: Vec<Closed>,
    /// The names of the variants in it, with how many working days each has.
    variants: Vec<String>,
}

/// Draws a year.
pub fn draw(year: &Year) -> Drawn {
    let usual = usual_hours(year);
    let months = year.months.iter().map(|month| {
        let days: Vec<&Day> = year.days.iter().filter(|day| day.date.month() == month.month).collect();
        Month {
            name: name(&MONTHS, month.month - 1),
            weeks: weeks(&days, &usual),
            days: month.total.working_days,
            hours: told(&month.total),
        }
    });
    let closed = year.days.iter().filter(|day| day.kind == DayKind::Holiday).map(|one| Closed {
        date: day(one.date),
        weekday: weekday(one.date),
        name: one.holiday.clone().unwrap_or_else(|| "tanpa nama".to_owned()),
        kind: one.holiday_kind.map_or("Libur", Spoken::label),
    });
    let mut variants = BTreeMap::<String, i64>::new();
    for day in year.days.iter().filter(|day| day.working_seconds > 0) {
        if let Some(name) = &day.variant {
            *variants.entry(name.clone()).or_default() += 1;
        }
    }
    let variants = variants.into_iter().map(|(name, days)| {
        let name = if name.is_empty() { "Jam khusus".to_owned() } else { name };
        format!("{name}: {days} hari kerja")
    });
    Drawn {
        year: year.year,
        months: months.collect(),
        days: year.total.working_days,
        hours: told(&year.total),
        closed: closed.collect(),
        variants: variants.collect(),
    }
}

fn name(names: &[&'static str], index: u32) -> &'static str {
    names.get(index as usize).copied().unwrap_or_default()
}

fn weekday(date: NaiveDate) -> &'static str {
    name(&DAYS, date.weekday().num_days_from_monday())
}

/// Hours with a comma: "157,5".
fn told(total: &Total) -> String {
    let tenths = (total.working_hours * 10.0).round() as i64;
    if tenths % 10 == 0 { number(tenths / 10) } else { format!("{},{}", number(tenths / 10), tenths % 10) }
}

/// The working seconds of an ordinary day, by day of the week.
fn usual_hours(year: &Year) -> BTreeMap<u32, i64> {
    let mut usual = BTreeMap::<u32, i64>::new();
    for day in year.days.iter().filter(|day| day.variant.is_none() && !day.own_hours) {
        let most = usual.entry(day.date.weekday().num_days_from_monday()).or_default();
        *most = (*most).max(day.working_seconds);
    }
    usual
}

fn weeks(days: &[&Day], usual: &BTreeMap<u32, i64>) -> Vec<Vec<Option<Cell>>> {
    let mut weeks: Vec<Vec<Option<Cell>>> = Vec::new();
    for day in days {
        let place = day.date.weekday().num_days_from_monday();
        if weeks.is_empty() || day.date.weekday() == Weekday::Mon {
            weeks.push((0..place).map(|_| None).collect());
        }
        if let Some(week) = weeks.last_mut() {
            week.push(Some(cell(day, usual.get(&place).copied().unwrap_or(0))));
        }
    }
    if let Some(last) = weeks.last_mut() {
        while last.len() < 7 {
            last.push(None);
        }
    }
    weeks
}

fn cell(day: &Day, usual: i64) -> Cell {
    let shown = |class, letter, title| Cell { day: day.date.day(), class, letter, title };
    let hours = hours(&day.spans);
    match day.kind {
        DayKind::Holiday => {
            let letter = match day.holiday_kind {
                Some(HolidayKind::JointLeave) => "C",
                Some(HolidayKind::Local) => "D",
                Some(HolidayKind::National) | None => "L",
            };
            shown("holiday", letter, Some(day.holiday.clone().unwrap_or_else(|| "Libur".to_owned())))
        }
        DayKind::Off if day.own_hours => shown("holiday", "T", Some("Tutup menurut jam tanggal ini".to_owned())),
        DayKind::Off => shown("off", "", None),
        DayKind::Workday if day.own_hours || (day.variant.is_none() && day.working_seconds < usual) => {
            shown("short", "P", Some(format!("Jam khusus: {hours}")))
        }
        DayKind::Workday => match day.variant.as_deref() {
            Some(name) => {
                let name = if name.is_empty() { "Jam khusus" } else { name };
                shown("variant", "R", Some(format!("{name}: {hours}")))
            }
            None => shown("work", "", None),
        },
    }
}
