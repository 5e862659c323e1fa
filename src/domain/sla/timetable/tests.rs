//! The timetable against a model that walks minute by minute, and where local clocks leap.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::testing::{always, any_calendar, date, default_calendar, local, minute, shown, timetable};
use super::*;

/// Whether a calendar is open at a local time, read straight from what people wrote: times written with
/// two digits sort as text.
fn open(spec: &Value, date: NaiveDate, time: &str) -> bool {
    let (day, text) = (date.to_string(), date.format("%m-%d").to_string());
    let has = |key: &str, text: &str| spec[key].as_array().is_some_and(|all| all.contains(&json!(text)));
    if has("holidays", &day) || has("annual_holidays", &text) {
        return false;
    }
    let within = |spans: &Value| {
        let mut spans = spans.as_array().into_iter().flatten();
        spans.any(|span| span[0].as_str().unwrap() <= time && time < span[1].as_str().unwrap())
    };
    let mut variants = spec["variants"].as_array().into_iter().flatten();
    let variant =
        variants.find(|v| v["from"].as_str().unwrap() <= day.as_str() && day.as_str() <= v["to"].as_str().unwrap());
    let weekly = &variant.unwrap_or(spec)["weekly"];
    let weekday = date.format("%a").to_string().to_lowercase();
    within(spec["date_overrides"].get(&day).unwrap_or(&weekly[weekday])) && !within(&spec["breaks"][&day])
}

/// The open minutes of some days: when each begins and its local date.
fn open_minutes(spec: &Value, from: i64, to: i64) -> Vec<(i64, NaiveDate)> {
    let zone: Tz = spec["tz"].as_str().unwrap().parse().unwrap();
    let minutes = (from..to).step_by(60).map(|at| {
        let local = chrono::DateTime::from_timestamp(at, 0).unwrap().with_timezone(&zone).naive_local();
        (at, local.date(), local.format("%H:%M").to_string())
    });
    minutes.filter(|(_, date, time)| open(spec, *date, time)).map(|(at, date, _)| (at, date)).collect()
}

const LONG: i64 = 8 * 86_400;

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_with_walking_minute_by_minute(
        spec in any_calendar(),
        from in minute(),
        minutes in 0_i64..LONG / 60,
        second in 0_i64..60,
    ) {
        let to = from + minutes * 60;
        let timetable = timetable(spec.clone());
        // Two days more on both sides, so that every day between is whole.
        let walked = open_minutes(&spec, from - 2 * 86_400, to + 2 * 86_400);
        let within: Vec<_> = walked.iter().filter(|(at, _)| (from..to).contains(at)).collect();

        prop_assert_eq!(timetable.between(from, to), within.len() as i64 * 60);
        let split = from + minutes / 2 * 60 + second;
        if split <= to {
            prop_assert_eq!(timetable.between(from, split) + timetable.between(split, to), within.len() as i64 * 60);
        }
        prop_assert_eq!(timetable.is_open(from), walked.iter().any(|(at, _)| *at == from));
        let stretches: i64 = timetable.stretches(from, to).iter().map(|s| s.to - s.from).sum();
        prop_assert_eq!(stretches, within.len() as i64 * 60);
        let next = walked.iter().find(|(at, _)| *at >= from).map(|(at, _)| *at);
        if next.is_some() {
            prop_assert_eq!(timetable.opening(from), next);
        }

        // The instant at which so many minutes have passed is the end of the last of them.
        for (index, (at, _)) in within.iter().enumerate().step_by(97) {
            let seconds = index as i64 * 60 + 60;
            prop_assert_eq!(timetable.after(from, seconds), Some(at + 60));
            prop_assert_eq!(timetable.after(from, seconds - second), Some(at + 60 - second));
        }

        let mut lengths: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for (_, date) in &walked {
            *lengths.entry(*date).or_default() += 1;
        }
        let days: f64 = within.iter().map(|(_, date)| 1.0 / lengths[date] as f64).sum();
        let reckoned = timetable.days_between(from, to) as f64 / DAY as f64;
        prop_assert!((days - reckoned).abs() < 1e-6, "{} days instead of {}", reckoned, days);
    }

    #[test]
    fn time_is_found_again(spec in any_calendar(), from in minute(), amount in 1_i64..40 * 3600, parts in 1_i64..20_000) {
        let timetable = timetable(spec);
        let due = timetable.after(from, amount).unwrap();
        prop_assert_eq!(timetable.between(from, due), amount);
        prop_assert_eq!(timetable.between(from, due - 1), amount - 1);
        let parts = parts * DAY / 1000;
        let due = timetable.after_days(from, parts).unwrap();
        prop_assert!(timetable.days_between(from, due) >= parts - ROUNDING);
        prop_assert!(timetable.days_between(from, due - 1) < parts - ROUNDING);
    }

    #[test]
    fn a_holiday_never_makes_anything_due_earlier(
        spec in any_calendar(),
        holiday in date(),
        from in minute(),
        amount in 1_i64..40 * 3600,
        parts in 1_i64..20_000,
    ) {
        let mut with = spec.clone();
        with["holidays"].as_array_mut().unwrap().push(json!(holiday));
        let (without, with) = (timetable(spec), timetable(with));
        prop_assert!(with.after(from, amount) >= without.after(from, amount));
        let parts = parts * DAY / 1000;
        prop_assert!(with.after_days(from, parts) >= without.after_days(from, parts));
    }
}

/// When a desk with one span on Sundays opens and closes on a date at which the local clock leaps.
#[test]
fn where_local_clocks_leap() {
    for (zone, date, span, opens, closes) in [
        // forward from 02.00 to 03.00
        ("Europe/Berlin", "2026-03-29", ["02:30", "06:00"], "01:00", "04:00"),
        ("Europe/Berlin", "2026-03-29", ["02:30:30", "06:00"], "01:00", "04:00"),
        ("Europe/Berlin", "2026-03-29", ["00:00", "02:30"], "23:00", "01:00"),
        ("Europe/Berlin", "2026-03-29", ["00:00", "24:00"], "23:00", "22:00"),
        // back from 03.00 to 02.00: open at the first 02.30, until the second
        ("Europe/Berlin", "2026-10-25", ["02:30", "06:00"], "00:30", "05:00"),
        ("Europe/Berlin", "2026-10-25", ["00:00", "02:30"], "22:00", "01:30"),
        // by half an hour only: forward from 02.00 to 02.30
        ("Australia/Lord_Howe", "2026-10-04", ["02:15", "08:00"], "15:30", "21:00"),
        // at midnight: 00.00 does not exist
        ("America/Santiago", "2026-09-06", ["00:00", "08:00"], "04:00", "11:00"),
    ] {
        let timetable = timetable(json!({"tz": zone, "weekly": {"sun": [span]}}));
        let noon = local("UTC", &format!("{date} 12:00"));
        let stretches = timetable.stretches(noon - 86_400, noon + 86_400);
        let times: Vec<_> = stretches.iter().flat_map(|s| [shown("UTC", s.from), shown("UTC", s.to)]).collect();
        let times: Vec<_> = times.iter().map(|text| &text[11..]).collect();
        assert_eq!(times, [opens, closes], "{zone} {date} {span:?}");
    }
    // Samoa had no 30 December 2011.
    let samoa = timetable(always("Pacific/Apia"));
    let (from, to) = (local("Pacific/Apia", "2011-12-29 12:00"), local("Pacific/Apia", "2011-12-31 12:00"));
    assert_eq!(samoa.between(from, to), 86_400);
    assert_eq!(samoa.days_between(from, to), DAY);
}

/// A day of the year's view, and days over the turn of a year.
#[test]
fn a_year_is_laid_out_once_and_joined_to_the_next() {
    let timetable = timetable(default_calendar("Asia/Jakarta"));
    let view = timetable.year_view(2026);
    assert_eq!((view.len(), view.iter().filter(|(_, seconds)| *seconds > 0).count()), (365, 240));
    let of = |date: &str| view.iter().find(|(d, _)| d.to_string() == date).unwrap().1;
    assert_eq!(of("2026-11-02"), 27_000);
    assert_eq!(of("2026-02-19"), 23_400);
    assert_eq!(of("2026-11-01"), 0);
    let at = |text| local("Asia/Jakarta", text);
    assert_eq!(timetable.between(at("2026-12-31 15:00"), at("2027-01-04 08:30")), 7200);
    assert_eq!(timetable.after(at("2026-12-31 15:00"), 7200), Some(at("2027-01-04 08:30")));
    assert_eq!(timetable.between(at("2027-01-04 08:30"), at("2026-12-31 15:00")), -7200);
    let always = super::super::testing::timetable(always("Asia/Jakarta"));
    let year = [Stretch { from: at("2026-06-01 00:00"), to: at("2027-06-01 00:00") }];
    assert_eq!(always.stretches(year[0].from, year[0].to), year, "midnight is no edge");
}

/// Beyond the years that are laid out, and out of reach.
#[test]
fn what_is_out_of_reach_is_said() {
    let once = timetable(json!({"tz": "UTC", "weekly": {}, "date_overrides": {"2026-11-02": [["08:00", "16:00"]]}}));
    let at = |text| local("UTC", text);
    assert_eq!(once.after(at("2026-01-01 00:00"), 8 * 3600), Some(at("2026-11-02 16:00")));
    assert_eq!(once.after(at("2026-01-01 00:00"), 8 * 3600 + 1), None);
    assert_eq!(once.opening(at("2026-11-02 16:00")), None);
    assert!(!once.is_open(at("2026-11-02 16:00")));
    let always = timetable(always("UTC"));
    assert_eq!(always.after(at("2199-12-31 23:00"), 3600), Some(at("2200-01-01 00:00")));
    assert_eq!(always.after(at("2199-12-31 23:00"), 3601), None);
    assert_eq!(always.between(at("1960-01-01 00:00"), at("1970-01-01 00:01")), 60);
}

#[test]
fn working_days_pass_over_weekends_and_holidays() {
    let timetable = timetable(default_calendar("Asia/Jakarta"));
    for (from, days, end) in [
        ("2026-11-02 09:00", 3, "2026-11-06 00:00"), // Monday: through Thursday
        ("2026-11-05 23:00", 3, "2026-11-11 00:00"), // Thursday late: through Tuesday
        ("2026-11-07 09:00", 1, "2026-11-10 00:00"), // Saturday: through Monday
        ("2026-03-17 09:00", 1, "2026-03-26 00:00"), // the eve of Nyepi and Idulfitri: through Wednesday after
        ("2026-11-02 09:00", 0, "2026-11-03 00:00"),
    ] {
        let end_of = timetable.end_of_working_day_after(local("Asia/Jakarta", from), days);
        assert_eq!(end_of, Some(local("Asia/Jakarta", end)), "{from}");
    }
}
