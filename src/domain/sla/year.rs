//! A year of a calendar as data, for whoever draws it or checks it against the decree.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::calendar::{DayKind, HolidayKind, SpanText};
use super::timetable::Timetable;

/// A date of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = CalendarDay)]
pub struct Day {
    pub date: NaiveDate,
    pub kind: DayKind,
    /// What the holiday is called; null for other days, and for a holiday without a name.
    pub holiday: Option<String>,
    /// Null like its name.
    pub holiday_kind: Option<HolidayKind>,
    /// The name of the variant in whose hours the date lies, such as "Ramadan 1447 H"; empty if the
    /// variant has none, null if the ordinary week holds.
    pub variant: Option<String>,
    /// Whether the date has hours of its own.
    #[serde(rename = "override")]
    pub own_hours: bool,
    /// Opening hours of the date, in order.
    pub spans: Vec<SpanText>,
    /// By the clock, so that an hour left out by daylight saving does not count.
    pub working_seconds: i64,
}

/// What a month or a year amounts to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = CalendarTotal)]
pub struct Total {
    /// Dates with working time.
    pub working_days: i64,
    pub working_hours: f64,
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = CalendarMonth)]
pub struct Month {
    #[schema(minimum = 1, maximum = 12)]
    pub month: u32,
    #[serde(flatten)]
    pub total: Total,
}

/// A year of a calendar.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = CalendarYear)]
pub struct Year {
    pub year: i32,
    pub total: Total,
    pub months: Vec<Month>,
    pub days: Vec<Day>,
}

/// Lays out a year. Empty for a year that no timetable covers (before 1970, after 2199).
pub fn year(timetable: &Timetable, year: i32) -> Year {
    let days: Vec<Day> =
        timetable.year_view(year).into_iter().map(|(date, worked)| day(timetable, date, worked)).collect();
    let of = |month: u32| Total::of(days.iter().filter(|day| day.date.month() == month));
    let months = (1..=12).map(|month| Month { month, total: of(month) }).collect();
    Year { year, total: Total::of(days.iter()), months, days }
}

fn day(timetable: &Timetable, date: NaiveDate, working_seconds: i64) -> Day {
    let day = timetable.calendar().day(date);
    Day {
        date,
        kind: day.kind,
        holiday: day.holiday.map(|holiday| holiday.name.clone()),
        holiday_kind: day.holiday.and_then(|holiday| holiday.kind),
        variant: day.variant.map(str::to_owned),
        own_hours: day.own_hours,
        spans: day.spans.into_iter().map(|span| span.text()).collect(),
        working_seconds,
    }
}

impl Total {
    fn of<'d>(days: impl Iterator<Item = &'d Day>) -> Self {
        let worked = days.map(|day| day.working_seconds).filter(|seconds| *seconds > 0);
        let (days, seconds) = worked.fold((0, 0), |(days, seconds), worked| (days + 1, seconds + worked));
        // Exact: seconds of a year are far below what a float holds whole.
        Self { working_days: days, working_hours: seconds as f64 / 3600.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::Calendar;
    use super::*;

    fn laid_out(file: &str) -> Timetable {
        Timetable::new(Calendar::parse(&serde_json::from_str(file).unwrap()).unwrap())
    }

    /// SKB 2026: 17 libur nasional and 8 cuti bersama, of which 4 lie on a weekend. 261 days from Monday to
    /// Friday; 37.5 hours a week, in Ramadan 32.5 (Perpres 21/2023 Ps 4).
    #[test]
    fn the_year_2026_of_asn() {
        let timetable = laid_out(include_str!("../../../config/seed/sla/asn.json"));
        let year = year(&timetable, 2026);
        assert_eq!(year.days.len(), 365);
        let closed = year.days.iter().filter(|day| day.kind == DayKind::Holiday);
        let on_weekdays = closed.clone().filter(|day| day.date.weekday().number_from_monday() < 6).count();
        assert_eq!(closed.count(), 25);
        assert_eq!(year.total.working_days, 261 - i64::try_from(on_weekdays).unwrap());
        let sum = |of: fn(&Total) -> f64| year.months.iter().map(|month| of(&month.total)).sum::<f64>();
        assert!((sum(|total| total.working_hours) - year.total.working_hours).abs() < 1e-6);
        let of = |date: &str| year.days.iter().find(|day| day.date == date.parse().unwrap()).unwrap().clone();
        let friday = of("2026-11-06");
        assert_eq!(serde_json::to_string(&friday.spans).unwrap(), r#"[["07:30","11:30"],["13:00","16:30"]]"#);
        assert_eq!((friday.kind, friday.working_seconds, friday.variant), (DayKind::Workday, 27_000, None));
        assert_eq!(of("2026-11-07").kind, DayKind::Off);
        let nyepi = of("2026-03-19");
        assert_eq!(nyepi.holiday_kind, Some(HolidayKind::National));
        assert!(nyepi.holiday.unwrap().contains("Nyepi"));
        assert!(of("2026-03-02").variant.unwrap().contains("Ramadan"));
    }

    #[test]
    fn hours_of_a_date_itself_are_told_from_those_of_the_week() {
        let timetable = laid_out(
            r#"{"tz":"Europe/Amsterdam","weekly":{"sun":[["00:00","24:00"]]},
                "date_overrides":{"2026-11-02":[["08:00","08:00:30"]],"2026-11-08":[]},
                "variants":[{"from":"2026-11-15","to":"2026-11-15","weekly":{}}],"annual_holidays":["11-22"]}"#,
        );
        let year = year(&timetable, 2026);
        let of = |date: &str| year.days.iter().find(|day| day.date == date.parse().unwrap()).unwrap();
        let own = of("2026-11-02");
        assert_eq!((own.kind, own.own_hours, own.working_seconds), (DayKind::Workday, true, 30));
        assert_eq!(own.spans, [SpanText("08:00".to_owned(), "08:00:30".to_owned())]);
        assert_eq!((of("2026-11-08").kind, of("2026-11-08").own_hours), (DayKind::Off, true));
        assert_eq!((of("2026-11-15").kind, of("2026-11-15").variant.as_deref()), (DayKind::Off, Some("")));
        assert_eq!((of("2026-11-22").kind, of("2026-11-22").holiday.as_deref()), (DayKind::Holiday, None));
        // The last Sunday of March lacks an hour, that of October has one more.
        assert_eq!((of("2026-03-29").working_seconds, of("2026-10-25").working_seconds), (23 * 3600, 25 * 3600));
    }
}
