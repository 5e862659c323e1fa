//! Reckoning with a calendar, in UTC seconds. Each year is laid out once, when it is first asked for, as a
//! row of working stretches with what was worked before each; every question is then a search in it.
//!
//! Conventions: time that ends exactly at closing ends at the closing instant, not at the next opening. A
//! working day is one with working time; a part of it is the fraction of its own length. Where daylight
//! saving leaves out a local time, the first one after it counts; where a local time comes twice, opening
//! is at the first and closing at the second.

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::GapInfo;

use super::calendar::Calendar;

/// Years that can be reckoned with.
const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 2199;
/// No target lies farther away than this, in years.
const HORIZON: usize = 60;

/// Parts of a working day: fine enough that no second of a day is mistaken for another.
pub const DAY: i64 = 1 << 40;
/// What rounding can amount to in a sum of parts of days: far less than a second (12 million parts).
const ROUNDING: i64 = 1 << 12;

/// From `from` up to `to`, both UTC seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: i64,
    pub to: i64,
}

#[derive(Debug)]
struct Open {
    from: i64,
    to: i64,
    /// Worked in the year before `from`, in seconds.
    before: i64,
}

#[derive(Debug)]
struct WorkingDay {
    before: i64,
    length: i64,
}

#[derive(Debug)]
struct Year {
    begins: i64,
    ends: i64,
    open: Box<[Open]>,
    days: Box<[WorkingDay]>,
    worked: i64,
}

/// A calendar laid out for reckoning.
#[derive(Debug)]
pub struct Timetable {
    calendar: Calendar,
    years: Box<[OnceLock<Year>]>,
}

impl Timetable {
    /// Lays out a calendar.
    pub fn new(calendar: Calendar) -> Self {
        let years = (FIRST_YEAR..=LAST_YEAR).map(|_| OnceLock::new()).collect();
        Self { calendar, years }
    }

    /// The calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Working seconds from `from` up to `to`; negative when `to` comes first.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.distance(from, to, |year| year.worked, Year::position)
    }

    /// Working days from `from` up to `to`, in parts of a day ([`DAY`]).
    pub fn days_between(&self, from: i64, to: i64) -> i64 {
        self.distance(from, to, |year| year.days.len() as i64 * DAY, Year::day_position)
    }

    /// When `seconds` of working time from `from` on have passed: the first such instant. Without any
    /// seconds, when work can first go on. Nothing if that is not within sixty years.
    pub fn after(&self, from: i64, seconds: i64) -> Option<i64> {
        if seconds <= 0 {
            return self.opening(from);
        }
        self.reach(from, seconds, |year| year.worked, Year::position, Year::instant)
    }

    /// When `parts` of working days ([`DAY`]) from `from` on have passed.
    pub fn after_days(&self, from: i64, parts: i64) -> Option<i64> {
        if parts <= 0 {
            return self.opening(from);
        }
        // A sum of rounded parts may be a trifle too long; the second that it falls into is not.
        let parts = (parts - ROUNDING).max(1);
        self.reach(from, parts, |year| year.days.len() as i64 * DAY, Year::day_position, Year::instant_of_day)
    }

    /// `at` itself if work goes on then, else when it next begins.
    pub fn opening(&self, at: i64) -> Option<i64> {
        let first = self.index(at);
        let years = self.years.len().min(first + HORIZON);
        (first..years).find_map(|index| {
            let year = self.year(index);
            let next = year.open.partition_point(|open| open.to <= at);
            year.open.get(next).map(|open| open.from.max(at))
        })
    }

    /// Whether work goes on at an instant.
    pub fn is_open(&self, at: i64) -> bool {
        self.opening(at) == Some(at)
    }

    /// The working stretches from `from` up to `to`, cut to them.
    pub fn stretches(&self, from: i64, to: i64) -> Vec<Stretch> {
        let mut all: Vec<Stretch> = Vec::new();
        for index in self.index(from)..=self.index(to) {
            for open in &self.year(index).open {
                let stretch = Stretch { from: open.from.max(from), to: open.to.min(to) };
                match all.last_mut() {
                    _ if stretch.from >= stretch.to => {}
                    Some(last) if last.to == stretch.from => last.to = stretch.to,
                    _ => all.push(stretch),
                }
            }
        }
        all
    }

    /// The end, at local midnight, of the working day that lies so many working days after an instant. Nothing
    /// if the calendar has not so many within sixty years.
    pub fn end_of_working_day_after(&self, at: i64, days: u32) -> Option<i64> {
        let today = self.date(at);
        let later = today.iter_days().skip(1).take(HORIZON * 366);
        let working = later.filter(|date| !self.calendar.spans(*date).is_empty());
        let last = match days.checked_sub(1) {
            None => Some(today),
            Some(before) => working.skip(usize::try_from(before).unwrap_or(usize::MAX)).take(1).last(),
        };
        Some(instant(&self.calendar, last?, 86_400, Edge::Closing))
    }

    /// The local date of an instant.
    pub fn date(&self, at: i64) -> NaiveDate {
        let utc = chrono::DateTime::from_timestamp(at, 0).unwrap_or_default();
        utc.with_timezone(&self.calendar.zone()).date_naive()
    }

    /// The working dates of a year: each date with its working seconds, for drawing a year.
    pub fn year_view(&self, year: i32) -> Vec<(NaiveDate, i64)> {
        let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { return Vec::new() };
        let dates = first.iter_days().take_while(|date| date.year() == year);
        dates
            .map(|date| {
                let from = instant(&self.calendar, date, 0, Edge::Opening);
                let to = instant(&self.calendar, date, 86_400, Edge::Closing);
                (date, self.between(from, to))
            })
            .collect()
    }

    fn distance(&self, from: i64, to: i64, whole: fn(&Year) -> i64, position: fn(&Year, i64) -> i64) -> i64 {
        if to < from {
            return -self.distance(to, from, whole, position);
        }
        let (first, last) = (self.index(from), self.index(to));
        let years: i64 = (first..last).map(|index| whole(self.year(index))).sum();
        years + position(self.year(last), to) - position(self.year(first), from)
    }

    fn reach(
        &self,
        from: i64,
        amount: i64,
        whole: fn(&Year) -> i64,
        position: fn(&Year, i64) -> i64,
        instant: fn(&Year, i64) -> Option<i64>,
    ) -> Option<i64> {
        let first = self.index(from);
        let mut left = position(self.year(first), from).checked_add(amount)?;
        for index in first..self.years.len().min(first + HORIZON) {
            let year = self.year(index);
            if left <= whole(year) {
                return instant(year, left);
            }
            left -= whole(year);
        }
        None
    }

    /// The year that an instant lies in where the calendar holds; the first or last beyond them.
    fn index(&self, at: i64) -> usize {
        const AVERAGE_YEAR: i64 = 31_556_952;
        let last = self.years.len() - 1;
        let mut index = usize::try_from(at.div_euclid(AVERAGE_YEAR)).unwrap_or(0).min(last);
        while index > 0 && at < self.year(index).begins {
            index -= 1;
        }
        while index < last && at >= self.year(index).ends {
            index += 1;
        }
        index
    }

    #[expect(clippy::indexing_slicing, reason = "index() and the loops over years stay below their number")]
    fn year(&self, index: usize) -> &Year {
        self.years[index].get_or_init(|| {
            let offset = i32::try_from(index).expect("some hundred years");
            Year::lay_out(&self.calendar, FIRST_YEAR + offset)
        })
    }
}

impl Year {
    fn lay_out(calendar: &Calendar, year: i32) -> Self {
        let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a first of January");
        let (first, end) = (new_year(year), new_year(year + 1));
        let (mut open, mut days, mut worked, mut last) = (Vec::new(), Vec::new(), 0, i64::MIN);
        for date in first.iter_days().take_while(|date| *date < end) {
            let before = worked;
            for span in calendar.spans(date) {
                let from = instant(calendar, date, span.from, Edge::Opening).max(last);
                let to = instant(calendar, date, span.to, Edge::Closing);
                if from < to {
                    open.push(Open { from, to, before: worked });
                    worked += to - from;
                    last = to;
                }
            }
            if worked > before {
                days.push(WorkingDay { before, length: worked - before });
            }
        }
        Self {
            begins: instant(calendar, first, 0, Edge::Opening),
            ends: instant(calendar, end, 0, Edge::Opening),
            open: open.into(),
            days: days.into(),
            worked,
        }
    }

    /// Seconds worked in the year before an instant.
    fn position(&self, at: i64) -> i64 {
        let next = self.open.partition_point(|open| open.from <= at);
        let last = next.checked_sub(1).and_then(|index| self.open.get(index));
        last.map_or(0, |open| open.before + at.min(open.to) - open.from)
    }

    /// Parts of days worked in the year before an instant.
    fn day_position(&self, at: i64) -> i64 {
        let position = self.position(at);
        let next = self.days.partition_point(|day| day.before < position);
        let Some(index) = next.checked_sub(1) else { return 0 };
        let Some(day) = self.days.get(index) else { return 0 };
        index as i64 * DAY + (position - day.before) * DAY / day.length
    }

    /// The first instant before which so many seconds of the year were worked.
    fn instant(&self, worked: i64) -> Option<i64> {
        let index = self.open.partition_point(|open| open.before + open.to - open.from < worked);
        self.open.get(index).map(|open| open.from + worked - open.before)
    }

    /// The first instant before which so many parts of the year's days were worked; at least one part.
    fn instant_of_day(&self, parts: i64) -> Option<i64> {
        let past = (parts - 1).max(0);
        let day = self.days.get(usize::try_from(past / DAY).ok()?)?;
        let seconds = ((past % DAY + 1) * day.length + DAY - 1) / DAY;
        self.instant(day.before + seconds)
    }
}

#[derive(Clone, Copy)]
enum Edge {
    Opening,
    Closing,
}

/// The instant at which a local clock shows a time of a date.
fn instant(calendar: &Calendar, date: NaiveDate, seconds: u32, edge: Edge) -> i64 {
    let midnight = NaiveDateTime::new(date + Days::new(u64::from(seconds / 86_400)), NaiveTime::MIN);
    let local = midnight + TimeDelta::seconds(i64::from(seconds % 86_400));
    let zone = calendar.zone();
    let times = zone.from_local_datetime(&local);
    let found = match edge {
        Edge::Opening => times.earliest(),
        Edge::Closing => times.latest(),
    };
    // A leap of the local clock may be of a whole day (Samoa, 30 December 2011).
    let found = found.or_else(|| GapInfo::new(&local, &zone)?.end);
    found.map_or_else(|| local.and_utc().timestamp(), |time| time.timestamp())
}

#[cfg(test)]
mod tests;
