//! What the tests of this folder share: the default calendar, local times, random calendars.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::calendar::{Calendar, CalendarSpec};
use super::timetable::Timetable;

/// A calendar from JSON.
pub(super) fn timetable(spec: Value) -> Timetable {
    let spec: CalendarSpec = serde_json::from_value(spec).unwrap();
    Timetable::new(Calendar::parse(&spec).unwrap())
}

/// Hours of Perpres 21/2023 with Ramadan and holidays of 2026 and 2027, in a zone.
pub(super) fn default_calendar(zone: &str) -> Value {
    let mut spec: Value = serde_json::from_str(include_str!("../../../config/seed/sla/asn.json")).unwrap();
    spec["tz"] = json!(zone);
    spec
}

/// Around the clock.
pub(super) fn always(zone: &str) -> Value {
    let day = json!([["00:00", "24:00"]]);
    json!({"tz": zone, "weekly": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day}})
}

/// UTC seconds of a local time such as `2026-11-02 15:30`, with or without seconds.
pub(super) fn local(zone: &str, text: &str) -> i64 {
    let text = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    let naive = NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S").unwrap();
    zone.parse::<Tz>().unwrap().from_local_datetime(&naive).unwrap().timestamp()
}

/// The local time of UTC seconds, to compare with what people write.
pub(super) fn shown(zone: &str, at: i64) -> String {
    let local = chrono::DateTime::from_timestamp(at, 0).unwrap().with_timezone(&zone.parse::<Tz>().unwrap());
    let text = local.format("%Y-%m-%d %H:%M:%S").to_string();
    text.strip_suffix(":00").unwrap_or(&text).to_owned()
}

/// Zones whose clocks leap by an hour, by half an hour, or never; none of them between 04.00 and 24.00.
const ZONES: &[&str] = &[
    "Asia/Jakarta",
    "Asia/Jayapura",
    "Asia/Kathmandu",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
];

/// Times of day between which a desk may be open. None lies where clocks leap.
const EDGES: &[&str] =
    &["00:00", "04:00", "07:30", "08:15", "11:30", "12:00", "13:00", "16:00", "16:30", "21:59", "24:00"];

fn spans() -> impl Strategy<Value = Value> {
    let span = (0..EDGES.len(), 0..EDGES.len()).prop_filter("ends after it begins", |(from, to)| from < to);
    prop::collection::vec(span.prop_map(|(from, to)| json!([EDGES[from], EDGES[to]])), 0..3).prop_map(Value::from)
}

fn week() -> impl Strategy<Value = Value> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    prop::collection::vec(spans(), 7)
        .prop_map(move |spans| days.into_iter().map(str::to_owned).zip(spans).collect::<serde_json::Map<_, _>>().into())
}

/// A date of the six weeks in which random calendars have their exceptions. Clocks leap in them in Berlin
/// (29 March) and, backwards, on Lord Howe (5 April).
pub(super) fn date() -> impl Strategy<Value = String> {
    (0_u64..42).prop_map(|day| {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 3, 6).unwrap();
        (first + chrono::Days::new(day)).to_string()
    })
}

/// An instant of these weeks, at a full minute.
pub(super) fn minute() -> impl Strategy<Value = i64> {
    let first = local("UTC", "2026-03-08 00:00");
    (0_i64..35 * 1440).prop_map(move |minute| first + minute * 60)
}

fn dated() -> impl Strategy<Value = Value> {
    prop::collection::btree_map(date(), spans(), 0..4).prop_map(|days| json!(days))
}

/// A random calendar that is open on Wednesdays at least.
pub(super) fn any_calendar() -> impl Strategy<Value = Value> {
    let variant = (date(), 0_u64..20, week()).prop_map(|(from, days, weekly)| {
        let to = from.parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(days);
        json!({"from": from, "to": to.to_string(), "weekly": weekly})
    });
    let parts = (
        prop::sample::select(ZONES),
        week(),
        prop::collection::vec(date(), 0..6),
        dated(),
        dated(),
        prop::option::of(variant),
    );
    parts.prop_map(|(tz, mut weekly, holidays, overrides, breaks, variant)| {
        weekly["wed"] = json!([["08:15", "16:00"]]);
        let variants: Vec<Value> = variant.into_iter().collect();
        json!({"tz": tz, "weekly": weekly, "holidays": holidays, "annual_holidays": ["04-03"],
            "date_overrides": overrides, "breaks": breaks, "variants": variants})
    })
}
