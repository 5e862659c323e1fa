//! The life of a clock, drawn as bands of time and told as a table.

use serde::Serialize;

use super::super::words::{Spoken, When, span};
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::sla::clock::State;
use crate::domain::sla::explain::{Holder, Segment};
use crate::services::Desk;
use crate::services::sla::view::{Explanation, Stretch};

/// How wide a drawing is, in its own measure.
const WIDTH: i64 = 1000;

/// A part of a band: as an SVG rectangle, with a class for its fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub x: String,
    pub width: String,
    pub class: &'static str,
}

/// A band of time.
#[derive(Clone, Debug, Serialize)]
pub struct Band {
    pub label: &'static str,
    pub parts: Vec<Part>,
}

/// A word of the key to the bands.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Key {
    pub class: &'static str,
    pub label: &'static str,
}

/// The drawing.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    pub bands: Vec<Band>,
    pub keys: Vec<Key>,
    /// Where days begin.
    pub days: Vec<String>,
    /// Where it was or is due, if that lies within.
    pub due: Option<String>,
    pub due_at: Option<When>,
    pub from: Option<When>,
    pub to: Option<When>,
}

/// A line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub from: When,
    pub to: When,
    pub time: &'static str,
    pub state: &'static str,
    pub holder: &'static str,
    pub cause: String,
    pub consumed: String,
    pub left: String,
    pub over: bool,
}

/// The bands, with what each class means.
type Classed = fn(&Segment) -> &'static str;

const BANDS: [(&str, Classed); 3] = [("Di tangan", holder), ("Jam kerja", hours), ("Hitungan", counting)];

const KEYS: [Key; 7] = [
    Key { class: "tier1", label: "Tier 1" },
    Key { class: "handover", label: "menunggu diterima Tier 2" },
    Key { class: "tier2", label: "Tier 2" },
    Key { class: "open", label: "jam kerja" },
    Key { class: "shut", label: "di luar jam kerja" },
    Key { class: "runs", label: "dihitung" },
    Key { class: "stands", label: "dijeda" },
];

fn holder(segment: &Segment) -> &'static str {
    match segment.holder {
        Holder::Tier1 => "tier1",
        Holder::Handover => "handover",
        Holder::Tier2 => "tier2",
        Holder::Nobody => "none",
    }
}

fn hours(segment: &Segment) -> &'static str {
    if segment.working { "open" } else { "shut" }
}

fn counting(segment: &Segment) -> &'static str {
    match segment.state {
        State::Running if segment.consumed > 0 => "runs",
        State::Paused => "stands",
        State::Running | State::Stopped => "none",
    }
}

/// Draws a clock.
pub fn drawing(desk: &Desk, now: Instant, explanation: &Explanation) -> Drawing {
    let segments: Vec<&Segment> = explanation.stretches.iter().map(|stretch| &stretch.segment).collect();
    let (begin, end) = match (segments.first(), segments.last()) {
        (Some(first), Some(last)) => (first.from, last.to),
        _ => (0, 1),
    };
    let length = (end - begin).max(1);
    let place = |at: i64| (at - begin) * WIDTH * 10 / length;
    let told = |tenths: i64| format!("{}.{}", tenths / 10, tenths % 10);
    let band = |(label, class): (&'static str, Classed)| {
        let mut parts: Vec<(i64, i64, &'static str)> = Vec::new();
        for segment in &segments {
            match parts.last_mut() {
                Some(last) if last.2 == class(segment) => last.1 = place(segment.to),
                _ => parts.push((place(segment.from), place(segment.to), class(segment))),
            }
        }
        let drawn = parts.into_iter().filter(|(.., class)| *class != "none");
        let parts = drawn.map(|(from, to, class)| Part { x: told(from), width: told((to - from).max(10)), class });
        Band { label, parts: parts.collect() }
    };
    let bands: Vec<Band> = BANDS.into_iter().map(band).collect();
    let is_used = |key: &Key| bands.iter().flat_map(|band| &band.parts).any(|part| part.class == key.class);
    let due = explanation.clock.due_at.map(|due| due.timestamp()).filter(|due| (begin..=end).contains(due));
    let when = |at: i64| Instant::from_timestamp(at, 0).map(|at| When::of(at, now, desk.zone));
    Drawing {
        keys: KEYS.into_iter().filter(is_used).collect(),
        days: midnights(desk, begin, end).into_iter().map(|at| told(place(at))).collect(),
        due: due.map(|due| told(place(due))),
        due_at: explanation.clock.due_at.map(|at| When::of(at, now, desk.zone)),
        from: when(begin),
        to: when(end),
        bands,
    }
}

/// The beginnings of days within a time, if they are few enough to be told apart.
fn midnights(desk: &Desk, begin: i64, end: i64) -> Vec<i64> {
    const DAY: i64 = 86_400;
    if (end - begin) / DAY > 60 {
        return Vec::new();
    }
    let Some(first) = Instant::from_timestamp(begin, 0) else { return Vec::new() };
    let local = first.with_timezone(&desk.zone).naive_local();
    let since = local.and_utc().timestamp().rem_euclid(DAY);
    let mut found = Vec::new();
    let mut at = begin - since + DAY;
    while at < end {
        found.push(at);
        at += DAY;
    }
    found
}

/// The table beside the drawing.
pub fn stretches(desk: &Desk, now: Instant, explanation: &Explanation) -> Vec<Line> {
    let line = |stretch: &Stretch| {
        let segment = &stretch.segment;
        let when = |at: i64| Instant::from_timestamp(at, 0).map(|at| When::of(at, now, desk.zone));
        let over = stretch.remaining_seconds.is_some_and(|left| left < 0);
        Some(Line {
            from: when(segment.from)?,
            to: when(segment.to)?,
            time: if segment.working { "jam kerja" } else { "di luar jam kerja" },
            state: match segment.state {
                State::Running => "berjalan",
                State::Paused => "dijeda",
                State::Stopped => "berhenti",
            },
            holder: segment.holder.label(),
            cause: cause(stretch),
            consumed: if segment.consumed > 0 { span(segment.consumed) } else { "0".to_owned() },
            left: stretch
                .remaining_seconds
                .map_or_else(String::new, |left| if left < 0 { format!("lewat {}", span(left)) } else { span(left) }),
            over,
        })
    };
    explanation.stretches.iter().filter_map(line).collect()
}

fn cause(stretch: &Stretch) -> String {
    let Some(kind) = EventKind::parse(&stretch.cause) else { return String::new() };
    let status = stretch.status.map(|status| format!(" ({})", status.label())).unwrap_or_default();
    let actor = stretch.actor.as_deref().unwrap_or("Sistem");
    format!("{actor} {}{status}", kind.label())
}
