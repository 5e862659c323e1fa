//! Taking over the tickets of other desks, each into an empty database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kentongan::domain::ids::TicketId;
use kentongan::domain::priority::Priority;
use kentongan::domain::ticket::{Status, Ticket};
use kentongan::services::import::{self, Act, Cause, Error, Map, Measure, Options, Summary, Value};
use kentongan::services::{Desk, history};
use kentongan::store::{imports, tickets};
use serde::Deserialize;

use crate::support::app::App;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn map(name: &str) -> Map {
    Map::load(&file(&format!("config/import/{name}.toml"))).unwrap()
}

fn import(desk: &Desk, log: &Path, map: &Map, options: &Options) -> Result<Summary, Error> {
    let mut last = import::Progress::default();
    let summary = import::run(desk, log, map, options, &mut |progress| {
        assert!(progress.lines_done >= last.lines_done, "progress goes forward");
        last = *progress;
    })?;
    assert_eq!(last.lines_total, summary.lines);
    Ok(summary)
}

fn slice() -> PathBuf {
    file("tests/data/incident_log_slice.csv")
}

/// What came of each foreign ticket, by its number.
fn imported(desk: &Desk, source: &str) -> BTreeMap<String, Ticket> {
    let rows = desk.read(|conn| Ok(imports::page(conn, source, "", 100_000)?)).unwrap();
    rows.into_iter().map(|(number, id)| (number, ticket(desk, id))).collect()
}

fn ticket(desk: &Desk, id: TicketId) -> Ticket {
    desk.read(|conn| Ok(tickets::by_id(conn, id)?)).unwrap().unwrap()
}

/// Nobody was told, and nothing was written behind the program's back.
fn is_whole(desk: &Desk) {
    let report = history::verify::run(desk, |_, _| {}).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[derive(Deserialize)]
struct Expected {
    priority: String,
    final_state: String,
    reassignment_count: i64,
    reopen_count: i64,
    state_reopenings: i64,
}

fn expected() -> BTreeMap<String, Expected> {
    let text = fs::read_to_string(file("tests/data/incident_log_slice_expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The slice of a real log comes out as recorded: priority, final state, reopenings and moves, but for
/// what our rules refuse or the log does not show.
#[test]
fn a_log_is_replayed_to_what_was_recorded() {
    let app = App::empty();
    let desk = &app.desk;
    let summary = import(desk, &slice(), &map("servicenow"), &Options::default()).unwrap();
    let expected = expected();
    let tickets = imported(desk, "servicenow");
    assert_eq!((summary.tickets_opened, summary.rejected), (250, 0));
    assert_eq!(tickets.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (number, expected) in &expected {
        let ticket = &tickets[number];
        assert_eq!(ticket.priority, Priority::parse(&expected.priority).unwrap(), "{number}");
        assert_eq!((ticket.status, expected.final_state.as_str()), (Status::Closed, "Closed"), "{number}");
        assert_eq!(ticket.reopenings, expected.state_reopenings, "{number}: from Resolved");
    }
    let comparison = summary.comparison.unwrap();
    for (measure, line) in &comparison.measures {
        assert_eq!((line.equal + line.different, line.explained), (250, line.different), "{measure}");
    }
    for difference in &comparison.differences {
        let expected = &expected[&difference.number];
        match difference.measure {
            Measure::Reassignments => {
                assert_eq!(difference.recorded, Value::Count(expected.reassignment_count));
            }
            Measure::Reopenings => {
                assert_eq!(difference.recorded, Value::Count(expected.reopen_count));
                assert_eq!(difference.causes, BTreeMap::from([(Cause::AfterClosing, 1)]));
            }
            Measure::Priority | Measure::State => panic!("{difference:?}"),
        }
    }
    let moved: i64 = expected.values().map(|expected| expected.reassignment_count).sum();
    assert_eq!(comparison.measures[&Measure::Reassignments].recorded_sum, moved);
    is_whole(desk);
}

/// A second run finds nothing to do, and compares the same.
#[test]
fn a_second_run_imports_nothing() {
    let app = App::empty();
    let desk = &app.desk;
    let map = map("servicenow");
    let first = import(desk, &slice(), &map, &Options::default()).unwrap();
    let before = imported(desk, "servicenow");
    let second = import(desk, &slice(), &map, &Options::default()).unwrap();
    assert_eq!((second.tickets_opened, second.tickets_continued, second.tickets_known), (0, 0, 250));
    assert_eq!((second.lines_done, second.lines_known), (0, first.lines_done));
    assert!(second.acts.is_empty() && second.placeholders.is_empty(), "{second}");
    assert_eq!(second.comparison, first.comparison);
    assert_eq!(imported(desk, "servicenow"), before);
}

/// What a run left undone the next one does: tickets that were not reached, and lines that a ticket has
/// got since. In the end all is as if it had been one run.
#[test]
fn an_interrupted_run_goes_on() {
    let app = App::empty();
    let desk = &app.desk;
    let map = map("servicenow");
    let folder = folder();
    let text = fs::read_to_string(slice()).unwrap();
    // The log as it was some time ago: cut within a ticket.
    let young = folder.path().join("young.csv");
    let cut = text.lines().position(|line| line.starts_with("INC0000083,Closed")).unwrap();
    fs::write(&young, text.lines().take(cut).collect::<Vec<_>>().join("\r\n")).unwrap();
    let first = import(desk, &young, &map, &Options::default()).unwrap();
    let stopped = import(desk, &slice(), &map, &Options { stop_after: Some(1), ..Options::default() }).unwrap();
    assert_eq!(stopped.tickets_continued, 1);
    assert!(first.tickets_opened + stopped.tickets_opened < 250);
    let last = import(desk, &slice(), &map, &Options::default()).unwrap();
    assert_eq!(first.tickets_opened + stopped.tickets_opened + last.tickets_opened, 250);
    assert_eq!(first.lines_done + stopped.lines_done + last.lines_done, last.lines);
    let comparison = last.comparison.unwrap();
    assert!(comparison.measures.values().all(|line| line.explained == line.different));
    for (number, expected) in &expected() {
        let ticket = &imported(desk, "servicenow")[number];
        assert_eq!((ticket.status, ticket.reopenings), (Status::Closed, expected.state_reopenings), "{number}");
    }
    is_whole(desk);
}

/// The slice with three lines spoilt.
fn spoilt(folder: &Path) -> PathBuf {
    let mut lines: Vec<String> = fs::read_to_string(slice()).unwrap().lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("29/2/2016 01:23", "30/2/2016 01:23");
    lines[3] = lines[3].replace("2 - Medium,2 - Medium", "9 - Vast,2 - Medium");
    lines[9] = lines[9].split_once(',').unwrap().1.to_owned();
    let path = folder.join("spoilt.csv");
    fs::write(&path, lines.join("\r\n")).unwrap();
    path
}

/// Bad lines are written down with their numbers and reasons, the good ones of the same ticket count.
#[test]
fn bad_lines_are_written_down_and_good_ones_kept() {
    let app = App::empty();
    let desk = &app.desk;
    let folder = folder();
    let rejects = folder.path().join("rejects.csv");
    let options = Options { rejects: Some(rejects.clone()), ..Options::default() };
    let summary = import(desk, &spoilt(folder.path()), &map("servicenow"), &options).unwrap();
    assert_eq!((summary.rejected, summary.tickets_opened), (3, 250));
    let written = fs::read_to_string(&rejects).unwrap();
    let lines: Vec<_> = written.lines().collect();
    assert!(lines[0].starts_with("baris,alasan,number,incident_state,"), "{written}");
    assert!(
        lines[1].starts_with("2,\"kolom \"\"sys_updated_at\"\": \"\"30/2/2016 01:23\"\" bukan tanggal"),
        "{written}"
    );
    assert!(lines[2].starts_with("4,\"kolom \"\"impact\"\": \"\"9 - Vast\"\" tidak dikenal"), "{written}");
    assert!(lines[3].starts_with("10,\"ada 21 kolom, seharusnya 22\","), "{written}");
    assert_eq!(lines.len(), 4);
    let first = imported(desk, "servicenow")["INC0000045"].clone();
    assert_eq!(first.status, Status::Closed);
    is_whole(desk);
}

/// With `strict` one bad line keeps everything out.
#[test]
fn strict_keeps_nothing() {
    let app = App::empty();
    let desk = &app.desk;
    let folder = folder();
    let rejects = folder.path().join("rejects.csv");
    let options = Options { strict: true, rejects: Some(rejects.clone()), ..Options::default() };
    let error = import(desk, &spoilt(folder.path()), &map("servicenow"), &options).unwrap_err();
    assert!(error.to_string().starts_with("3 lines cannot be taken over, so nothing was; the first is line 2:"));
    assert_eq!(fs::read_to_string(&rejects).unwrap().lines().count(), 4);
    assert!(imported(desk, "servicenow").is_empty());
    let report = history::verify::run(desk, |_, _| {}).unwrap();
    assert_eq!((report.tickets, report.audit_events), (0, 0));
    let good = import(desk, &slice(), &map("servicenow"), &options).unwrap();
    assert_eq!(good.tickets_opened, 250);
}

/// A spreadsheet becomes tickets with their whole life; what cannot be is written down. The corrected
/// rejects file is imported as it is.
#[test]
fn a_spreadsheet_becomes_tickets() {
    let app = App::empty();
    let desk = &app.desk;
    let folder = folder();
    let rejects = folder.path().join("rejects.csv");
    let options = Options { rejects: Some(rejects.clone()), ..Options::default() };
    let map = map("spreadsheet");
    let summary = import(desk, &file("tests/data/spreadsheet.csv"), &map, &options).unwrap();
    assert_eq!((summary.tickets_opened, summary.rejected), (5, 4), "{summary}");
    assert!(summary.refused.is_empty(), "{summary}");
    let tickets = imported(desk, "spreadsheet");
    let of = |number: &str| {
        let t = &tickets[number];
        (t.status, t.priority, t.opened_at.to_rfc3339())
    };
    assert_eq!(of("2026/001"), (Status::Closed, Priority::P1, "2026-01-05T00:55:00+00:00".to_owned()));
    assert_eq!(of("2026/002"), (Status::Resolved, Priority::P4, "2026-01-06T01:00:00+00:00".to_owned()));
    assert_eq!(of("2026/003"), (Status::WaitingRequester, Priority::P3, "2026-01-07T03:15:00+00:00".to_owned()));
    assert_eq!(of("2026/004"), (Status::InProgress, Priority::P4, "2026-01-08T01:00:00+00:00".to_owned()));
    assert_eq!(of("2026/005"), (Status::Rejected, Priority::P1, "2026-01-09T01:30:00+00:00".to_owned()));
    assert_eq!(summary.acts[&Act::HandOver], 1);
    let written = fs::read_to_string(&rejects).unwrap();
    let reasons: Vec<_> = written.lines().skip(1).filter_map(|line| line.split(';').next()).collect();
    assert_eq!(reasons, ["7", "8", "9", "10"]);
    is_whole(desk);

    let corrected = written
        .replace("31/02/2026", "28/02/2026")
        .replace("Kerusakan", "Gangguan")
        .replace("2026/003", "2026/009")
        .replace("09/01/2026", "11/01/2026");
    fs::write(&rejects, corrected).unwrap();
    let again = import(desk, &rejects, &map, &Options::default()).unwrap();
    assert_eq!((again.tickets_opened, again.rejected), (4, 0), "{again}");
    is_whole(desk);
}
