//! Measures the arithmetic of service levels on one core: when a target of five working days is due, a ledger
//! of twenty rows replayed, and lines of `kentongan sla simulate`; with `-- --sweep [sqlite|postgres]`, sweeps over very many
//! clocks on both databases. `cargo bench --bench sla`; docs/benchmarks.md says what for.

// A benchmark that breaks may stop.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

#[path = "../desk/machine.rs"]
#[allow(dead_code, reason = "nothing here writes to the disk")]
mod machine;
#[path = "../desk/postgres.rs"]
#[allow(dead_code, reason = "the size of the database is not measured here")]
mod postgres;
mod sweep;

use std::hint::black_box;
use std::time::{Duration, Instant};

use kentongan::domain::sla::calendar::{Calendar, CalendarSpec};
use kentongan::domain::sla::clock::{Act, Clock, Entry, Terms};
use kentongan::domain::sla::keeping::ClockKind;
use kentongan::domain::sla::simulate::answer_line;
use kentongan::domain::sla::target::Target;
use kentongan::domain::sla::timetable::Timetable;

/// Hours of Perpres 21/2023 with Ramadan and the holidays of 2026 and 2027.
const CALENDAR: &str = include_str!("../../config/seed/sla/asn.json");
/// 1 January 2026, 00.00 UTC, and the seconds after it in which questions begin: 23 months.
const FIRST: i64 = 1_767_225_600;
const RANGE: i64 = 60_480_000;
/// How many different questions there are; asked again and again.
const QUESTIONS: usize = 1 << 16;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == "--sweep") {
        return sweeps(|database| {
            !["sqlite", "postgres"].iter().any(|d| *d != database && arguments.contains(&(*d).to_owned()))
        });
    }
    let spec: CalendarSpec = serde_json::from_str(CALENDAR).unwrap();
    let timetable = Timetable::new(Calendar::parse(&spec).unwrap());
    println!("Machine: {}. kentongan {}, one thread.\n", machine::describe(), env!("CARGO_PKG_VERSION"));
    println!("| what | per second | slowest and fastest of five | aim |\n|---|--:|--:|---|");

    let starts = random(QUESTIONS);
    line("due time of 5 working days, default calendar", Some(1_000_000.0), |index| {
        let clock = Clock::start(starts[index % QUESTIONS], Target::WorkingDays(5.0), &timetable);
        black_box(clock.due().unwrap());
    });
    line("the same in 2,400 working minutes", None, |index| {
        let clock = Clock::start(starts[index % QUESTIONS], Target::WorkingMinutes(2400), &timetable);
        black_box(clock.due().unwrap());
    });

    let ledgers: Vec<_> = starts.iter().take(1 << 12).map(|start| ledger(*start)).collect();
    assert!(ledgers.iter().all(|ledger| ledger.len() == 20));
    line("replay of a ledger of 20 rows, with due and consumed time", Some(200_000.0), |index| {
        let ledger = &ledgers[index % ledgers.len()];
        let clock =
            ledger.iter().fold(None, |clock, (at, entry)| Clock::apply(clock, entry, *at, |_| Some(&timetable)));
        let clock = clock.unwrap();
        black_box((clock.due(), clock.consumed_seconds(clock.since + 3600), clock.share_used(75)));
    });

    let calendar = timetable.calendar();
    line("a year of the default calendar laid out", None, |index| {
        let timetable = Timetable::new(calendar.clone());
        black_box(timetable.opening(starts[index % QUESTIONS]));
    });
    let lines: Vec<_> = starts.iter().take(1 << 10).map(|start| question(*start)).collect();
    line("line of `sla simulate`, each with its calendar to read and lay out", None, |index| {
        black_box(answer_line(lines[index % lines.len()].as_bytes()));
    });
}

/// A million clocks that run, ten thousand that are due.
fn sweeps(on: impl Fn(&str) -> bool) {
    let (running, due) = (1_000_000, 10_000);
    println!("Machine: {}. kentongan {}.\n", machine::describe(), env!("CARGO_PKG_VERSION"));
    println!("| what | measured | aim |\n|---|--:|---|");
    let folder = tempfile::tempdir().unwrap();
    if on("sqlite") {
        let file = format!("sqlite://{}", folder.path().join("sweep.db").display());
        sweep::measure("SQLite", &file, folder.path(), running, due);
    }
    if !on("postgres") {
        return;
    }
    let cluster = postgres::Cluster::start().unwrap();
    cluster.run("postgres", "DROP DATABASE IF EXISTS sweep").unwrap();
    cluster.run("postgres", "CREATE DATABASE sweep").unwrap();
    sweep::measure("PostgreSQL", &cluster.url("sweep"), folder.path(), running, due);
    cluster.run("postgres", "DROP DATABASE IF EXISTS sweep").unwrap();
}

/// Measures for a second, five times, after a warm-up.
fn line(name: &str, aim: Option<f64>, mut act: impl FnMut(usize)) {
    rate(Duration::from_millis(300), &mut act);
    let mut rates: Vec<f64> = (0..5).map(|_| rate(Duration::from_secs(1), &mut act)).collect();
    rates.sort_by(f64::total_cmp);
    let middle = rates[2];
    let verdict =
        aim.map_or(String::new(), |aim| format!("≥ {aim:.0}: {}", if middle >= aim { "met" } else { "**missed**" }));
    println!("| {name} | {middle:.0} | {:.0} to {:.0} | {verdict} |", rates[0], rates[4]);
}

fn rate(long: Duration, act: &mut impl FnMut(usize)) -> f64 {
    let begun = Instant::now();
    let mut done = 0;
    while begun.elapsed() < long {
        for index in done..done + 500 {
            act(index);
        }
        done += 500;
    }
    done as f64 / begun.elapsed().as_secs_f64()
}

/// Instants that are always the same and follow no order (linear congruence of Knuth's MMIX).
fn random(count: usize) -> Vec<i64> {
    let mut state: u64 = 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        FIRST + (state >> 33) as i64 % RANGE
    };
    (0..count).map(|_| next()).collect()
}

/// Started, nine times paused and resumed some hours later, and its target changed on the way.
fn ledger(start: i64) -> Vec<(i64, Entry)> {
    let entry = |act, days: Option<f64>| {
        let terms = days.map(|days| Terms { target: Target::WorkingDays(days), calendar: 1, policy: 1 });
        Entry { clock: ClockKind::Resolution, act, at: None, terms }
    };
    let mut rows = vec![(start, entry(Act::Start, Some(5.0)))];
    for hold in 0..9 {
        let at = start + 7200 + hold * 50_000;
        rows.push((at, entry(Act::Pause, None)));
        if hold == 4 {
            rows.push((at + 60, entry(Act::Retarget, Some(7.0))));
        }
        rows.push((at + 10_000, entry(Act::Resume, None)));
    }
    rows
}

fn question(start: i64) -> String {
    let start = chrono::DateTime::from_timestamp(start, 0).unwrap().to_rfc3339();
    let calendar: serde_json::Value = serde_json::from_str(CALENDAR).unwrap();
    serde_json::json!({"id": "a", "calendar": calendar, "start": start, "target": {"working_days": 5}}).to_string()
}
