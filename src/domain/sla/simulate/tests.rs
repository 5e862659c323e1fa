//! The arithmetic against facts from the test suites of other products: `tests/data/sla/vectors.json`, each
//! with its source. Where their conventions differ from ours, the case is listed here with our answer.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;

/// Cases in which others answer differently, with our answer.
const OTHERWISE: &[(&str, &str)] = &[
    // What ends exactly at closing time is due at the closing instant, not at the next opening. The same
    // holds for a number of whole working days that begins outside working time.
    ("zammad_spec-001", "2013-06-04T16:00:00Z"),
    ("biz_top-001", "2006-01-08T12:00:00Z"),
    ("biz_for_duration-015", "2006-01-05T16:00:00Z"),
    // No time at all before an instant is the instant itself, not the closing before it.
    ("biz_for_duration-008", "2006-01-03T00:00:00Z"),
    // Working days end at the same part of the day, not at its end.
    ("glpi_calendar-008", "2018-11-28T10:00:00Z"),
    ("glpi_calendar-011", "2018-11-08T10:00:00Z"),
    ("glpi_calendar-012", "2018-11-08T10:00:00Z"),
    ("glpi_slm-022", "2034-06-16T08:46:12Z"),
    ("glpi_slm-030", "2034-06-14T10:00:00Z"),
];

struct Case<'a>(&'a Value);

impl Case<'_> {
    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_else(|| panic!("{key} in {}", self.0))
    }

    fn number(&self, key: &str) -> i64 {
        self.0.get(key).and_then(Value::as_i64).unwrap_or_else(|| panic!("{key} in {}", self.0))
    }

    fn timetable(&self) -> Timetable {
        let spec = serde_json::from_value(self.0.get("calendar").cloned().unwrap()).unwrap();
        Timetable::new(Calendar::parse(&spec).unwrap())
    }

    fn at(&self, key: &str) -> i64 {
        instant(self.text(key), key).unwrap()
    }

    /// Asks the simulator for a target, as anybody would.
    fn due(&self, target: Value, pauses: bool) -> Value {
        let mut question = json!({"calendar": self.0.get("calendar"), "start": self.text("start"), "target": target});
        if let (true, Some(pauses)) = (pauses, self.0.get("pauses")) {
            question.as_object_mut().unwrap().insert("pauses".to_owned(), pauses.clone());
        }
        match answer_line(question.to_string().as_bytes()) {
            Answer::Known { due, .. } => json!(due),
            Answer::Failed { error, .. } => json!(error),
        }
    }

    fn consumed(&self) -> i64 {
        let target = json!({"working_seconds": 0});
        let question = json!({"calendar": self.0.get("calendar"), "start": self.text("start"), "target": target,
            "pauses": self.0.get("pauses").cloned().unwrap_or(json!([])), "at": self.text("end")});
        match answer_line(question.to_string().as_bytes()) {
            Answer::Known { consumed_seconds, .. } => consumed_seconds.unwrap(),
            Answer::Failed { error, .. } => panic!("{error:?}"),
        }
    }

    fn answer(&self) -> Value {
        let shown = |at| json!(text(at));
        match self.text("op") {
            "add_working_seconds" => self.due(json!({"working_seconds": self.number("amount_seconds")}), true),
            "sla_target_with_pauses" => {
                let amount = self.number("target_value");
                let target = match self.text("target_unit") {
                    "minute" => json!({"working_minutes": amount}),
                    "hour" => json!({"working_minutes": amount * 60}),
                    _ => json!({"working_days": amount}),
                };
                // A first response does not wait for anybody.
                self.due(target, self.text("clock") == "resolution")
            }
            "add_business_days" if self.number("days") >= 0 => {
                self.due(json!({"working_days": self.number("days")}), false)
            }
            "working_seconds_between" => match self.0.get("rounding").and_then(Value::as_str) {
                Some("floor_minute") => json!(self.consumed() / 60 * 60),
                _ => json!(self.consumed()),
            },
            "working_seconds_in_pauses" => {
                let timetable = self.timetable();
                let pauses: Vec<(String, String)> = serde_json::from_value(self.0["pauses"].clone()).unwrap();
                let within = |(from, to): &(String, String)| {
                    timetable.between(instant(from, "").unwrap(), instant(to, "").unwrap())
                };
                json!(pauses.iter().map(within).sum::<i64>())
            }
            "is_working_instant" => json!(self.timetable().is_open(self.at("at"))),
            "is_working_day" => {
                let date: NaiveDate = self.text("date").parse().unwrap();
                json!(!self.timetable().calendar().spans(date).is_empty())
            }
            "working_periods_after" => {
                let wanted = self.0["expected"].as_array().unwrap().len();
                let stretches = self.timetable().stretches(self.at("start"), self.at("start") + 400 * 86_400);
                json!(stretches.iter().take(wanted).map(|s| json!([text(s.from), text(s.to)])).collect::<Vec<_>>())
            }
            // Backwards: the last instant from which so much passes until the given one.
            "subtract_working_seconds" => {
                let (timetable, end) = (self.timetable(), self.at("start"));
                shown(last_before(end, |at| timetable.between(at, end) >= self.number("amount_seconds")))
            }
            "add_business_days" => {
                let (timetable, end) = (self.timetable(), self.at("start"));
                let days = -self.number("days") * crate::domain::sla::timetable::DAY;
                shown(last_before(end, |at| timetable.days_between(at, end) >= days - 4096))
            }
            other => panic!("unknown op {other}"),
        }
    }
}

/// The last instant of which something holds that holds long before `end` and not shortly before.
fn last_before(end: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut yes, mut no) = (end - 400 * 86_400, end + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

#[test]
fn the_facts_of_other_products_are_reproduced() {
    let file: Value = serde_json::from_str(include_str!("../../../../tests/data/sla/vectors.json")).unwrap();
    let otherwise: BTreeMap<_, _> = OTHERWISE.iter().copied().collect();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 161);
    let mut wrong = Vec::new();
    for vector in vectors {
        let case = Case(vector);
        let (id, answer) = (case.text("id"), case.answer());
        let expected = otherwise.get(id).map_or_else(|| vector["expected"].clone(), |ours| json!(ours));
        if answer != expected {
            wrong.push(format!("{id}: {} {answer} instead of {expected}", case.text("op")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// An answer as it is printed.
fn printed(question: &[u8]) -> Value {
    serde_json::to_value(answer_line(question)).unwrap()
}

fn ask(change: Value) -> Value {
    let mut question = json!({"id": "a", "calendar": {"tz": "Asia/Jakarta", "weekly": {"mon": [["08:00", "16:00"]]}},
        "start": "2026-11-02T01:00:00Z", "target": {"working_seconds": 7200}});
    for (key, value) in change.as_object().unwrap() {
        question[key] = value.clone();
    }
    printed(question.to_string().as_bytes())
}

#[test]
fn an_answer_says_what_was_asked_and_no_more() {
    let due = "2026-11-02T03:00:00Z";
    for (change, expected) in [
        (json!({}), json!({"id": "a", "due": due})),
        (json!({"id": 7}), json!({"id": 7, "due": due})),
        (json!({"start": "2026-11-02T08:00:00.9+07:00"}), json!({"id": "a", "due": due})),
        (json!({"at": null, "pauses": []}), json!({"id": "a", "due": due})),
        (
            json!({"at": "2026-11-02T02:00:00Z"}),
            json!({"id": "a", "due": due, "consumed_seconds": 3600, "state": "running"}),
        ),
        (json!({"at": due}), json!({"id": "a", "due": due, "consumed_seconds": 7200, "state": "running"})),
        (
            json!({"at": "2026-11-02T03:00:01Z"}),
            json!({"id": "a", "due": due, "consumed_seconds": 7201, "state": "breached"}),
        ),
        (
            json!({"at": "2026-11-01T00:00:00Z"}),
            json!({"id": "a", "due": due, "consumed_seconds": 0, "state": "running"}),
        ),
        (
            json!({"at": "2026-11-02T02:30:00Z", "pauses": [["2026-11-02T02:00:00Z", null]]}),
            json!({"id": "a", "due": null, "consumed_seconds": 3600, "state": "paused"}),
        ),
        // Late is late, also while it stands still.
        (
            json!({"at": "2026-11-02T05:00:00Z", "pauses": [["2026-11-02T04:00:00Z", null]]}),
            json!({"id": "a", "due": due, "consumed_seconds": 10800, "state": "breached"}),
        ),
        (
            json!({"at": "2026-11-02T05:00:00Z", "target": {"calendar_hours": 72}}),
            json!({"id": "a", "due": "2026-11-05T01:00:00Z", "consumed_seconds": 14400, "state": "running"}),
        ),
        (json!({"target": {"working_minutes": 120}}), json!({"id": "a", "due": due})),
        (json!({"target": {"working_days": 0.25}}), json!({"id": "a", "due": due})),
        (json!({"target": {"working_days": 1}}), json!({"id": "a", "due": "2026-11-02T09:00:00Z"})),
    ] {
        assert_eq!(ask(change.clone()), expected, "{change}");
    }
}

/// Pauses in any order, over each other, touching, of no length, before the start, without an end.
#[test]
fn pauses_as_they_come() {
    let day = |time: &str| json!(format!("2026-11-02T{time}:00Z"));
    let (a, b, c, d, e) = (day("01:10"), day("01:20"), day("01:30"), day("01:40"), day("01:50"));
    for (pauses, due) in [
        (json!([[a, b], [a, b]]), "03:10"),
        (json!([[c, d], [a, b]]), "03:20"),
        (json!([[a, c], [b, d]]), "03:30"),
        (json!([[a, e], [b, c]]), "03:40"),
        (json!([[a, b], [b, c]]), "03:20"),
        (json!([[a, a], [b, b], [b, b]]), "03:00"),
        (json!([["2026-11-01T00:00:00Z", "2026-11-02T01:00:00Z"]]), "03:00"),
        (json!([["2026-11-01T00:00:00Z", b]]), "03:20"),
        (json!([["2026-11-02T03:00:00Z", null]]), "03:00"),
    ] {
        let expected = json!({"id": "a", "due": format!("2026-11-02T{due}:00Z")});
        assert_eq!(ask(json!({"pauses": pauses})), expected, "{pauses}");
    }
    for pauses in [json!([[a, null], [b, c]]), json!([[b, c], [a, null]]), json!([[a, b], [b, null]])] {
        assert_eq!(ask(json!({"pauses": pauses})), json!({"id": "a", "due": null}), "{pauses}");
    }
}

#[test]
fn what_cannot_be_answered_is_said() {
    let closed = json!({"tz": "UTC", "weekly": {}, "date_overrides": {"2025-11-02": [["08:00", "16:00"]]}});
    for (change, code, part) in [
        (json!({"pausess": []}), "invalid_question", "pausess"),
        (json!({"start": 7}), "invalid_question", "pada start"),
        (json!({"start": "kemarin"}), "invalid_instant", "/start: \"kemarin\""),
        (json!({"start": "2026-11-02"}), "invalid_instant", "/start"),
        (json!({"start": "2300-01-01T00:00:00Z"}), "invalid_instant", "/start"),
        (json!({"at": "1960-01-01T00:00:00Z"}), "invalid_instant", "/at"),
        (json!({"target": {}}), "invalid_question", "pada target"),
        (json!({"target": {"working_hours": 2}}), "invalid_question", "working_hours"),
        (json!({"target": {"working_seconds": 1, "working_days": 1}}), "invalid_question", "pada target"),
        (json!({"target": {"working_seconds": -1}}), "invalid_target", "/target"),
        (json!({"target": {"working_days": 0.0001}}), "invalid_target", "/target"),
        (json!({"target": {"calendar_hours": 1e300}}), "invalid_target", "/target"),
        (json!({"pauses": [["2026-11-02T01:00:00Z"]]}), "invalid_question", "pauses[0]"),
        (json!({"pauses": [[null, null]]}), "invalid_question", "pauses[0]"),
        (json!({"pauses": [["2026-11-02T02:00:00Z", "2026-11-02T01:00:00Z"]]}), "invalid_pause", "/pauses/0"),
        (json!({"pauses": [["2026-11-02T02:00:00Z", ""]]}), "invalid_instant", "/pauses/0"),
        (json!({"calendar": {"tz": "UTC"}}), "invalid_question", "weekly"),
        (json!({"calendar": {"tz": "UTC", "weekly": {"senin": []}}}), "invalid_question", "senin"),
        (json!({"calendar": {"tz": "UTC", "weekly": {}}}), "no_working_time", "/calendar/weekly"),
        (json!({"calendar": {"tz": "WIB", "weekly": {}}}), "unknown_time_zone", "/calendar/tz"),
        (json!({"calendar": closed}), "target_unreachable", "/target"),
    ] {
        let answer = ask(change.clone());
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!("a"), &json!(code)), "{change}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(part), "{change}: {answer}");
        assert_eq!(answer.as_object().unwrap().len(), 2);
    }
    for (line, code, id) in [
        (b"{".as_slice(), "malformed_json", Value::Null),
        (b"{} {}", "malformed_json", Value::Null),
        (b"{\"id\":\"a\xff\"}", "malformed_json", Value::Null),
        (&[b'['; 10_000], "malformed_json", Value::Null),
        (b"[]", "invalid_question", Value::Null),
        (b"\"a\"", "invalid_question", Value::Null),
        (b"null", "invalid_question", Value::Null),
        (b"{}", "invalid_question", Value::Null),
        (b"{\"id\":[1],\"id\":2}", "invalid_question", json!(2)),
    ] {
        let answer = printed(line);
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{answer}");
    }
}
