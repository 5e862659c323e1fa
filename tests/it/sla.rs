//! `kentongan sla simulate` as a program, the examples of docs/sla.md, and the clock against a real log.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use chrono::NaiveDateTime;
use kentongan::domain::sla::calendar::{Calendar, CalendarSpec};
use kentongan::domain::sla::clock::Clock;
use kentongan::domain::sla::target::Target;
use kentongan::domain::sla::timetable::Timetable;
use serde_json::{Value, json};

/// The program with nothing around it: neither database, nor configuration, nor environment.
fn simulate(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kentongan"));
    command.args(["sla", "simulate"]).args(arguments).env_clear().current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feeding = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // A program that does not read to the end has its reasons.
    let _fed = feeding.join().unwrap();
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn question(id: usize) -> String {
    let calendar = json!({"tz": "Asia/Jakarta", "weekly": {"mon": [["08:00", "16:00"]], "tue": [["08:00", "16:00"]]}});
    let start = "2026-11-02T01:00:00Z";
    json!({"id": id.to_string(), "calendar": calendar, "start": start, "target": {"working_seconds": id}}).to_string()
}

#[test]
fn questions_from_a_file_or_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{}\r\n\n   \n{}\n{}", question(1), question(2), question(3));
    fs::write(folder.path().join("soal.jsonl"), &text).unwrap();
    let from_file = feed(simulate(folder.path(), &["soal.jsonl"]), b"");
    for output in [
        &from_file,
        &feed(simulate(folder.path(), &[]), text.as_bytes()),
        &feed(simulate(folder.path(), &["-"]), text.as_bytes()),
    ] {
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let expected: Vec<_> =
            (1..=3).map(|id| json!({"id": id.to_string(), "due": format!("2026-11-02T01:00:0{id}Z")})).collect();
        assert_eq!(lines(output), expected);
        assert_eq!(output.stderr, b"");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "it leaves nothing behind");
    let nothing = feed(simulate(folder.path(), &[]), b"");
    assert_eq!((nothing.status.code(), nothing.stdout), (Some(0), Vec::new()));
}

#[test]
fn one_bad_line_fails_the_rest_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = question(1).into_bytes();
    input.extend(b"\nrubbish\n\xff\xfe\n{\"id\":\"x\",\"calender\":{}}\n");
    input.extend(question(2).into_bytes());
    let output = feed(simulate(folder.path(), &[]), &input);
    assert_eq!(output.status.code(), Some(2));
    let answers = lines(&output);
    let codes: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_str()).collect();
    let bad = ["malformed_json", "malformed_json", "invalid_question"].map(Some);
    assert_eq!(codes, [None, bad[0], bad[1], bad[2], None]);
    assert_eq!(answers[3]["id"], "x");
}

#[test]
fn a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    for path in ["tidak-ada.jsonl", "."] {
        let output = feed(simulate(folder.path(), &[path]), b"");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(said.starts_with(&format!("kentongan: cannot read {path}: ")), "{said}");
        assert_eq!(output.stdout, b"");
    }
}

/// Each question is answered before the next is asked.
#[test]
fn answers_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = simulate(folder.path(), &[]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for id in 1..4 {
        // The beginning of the next question does not hold back the answer to this one.
        let question = question(id);
        let (first, second) = question.split_at(10);
        stdin.write_all(&first.as_bytes()[usize::from(id > 1)..]).unwrap();
        stdin.write_all(second.as_bytes()).unwrap();
        stdin.write_all(b"\n{").unwrap();
        stdin.flush().unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!("{{\"id\":\"{id}\"")), "{line}");
    }
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("malformed_json"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

/// A reader that has enough may go.
#[test]
fn nobody_reads_to_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let text: String = (0..2000).map(|id| question(id) + "\n").collect();
    fs::write(folder.path().join("soal.jsonl"), text).unwrap();
    let mut child = simulate(folder.path(), &["soal.jsonl"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn the_help_teaches_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let output = feed(simulate(folder.path(), &["--help"]), b"");
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["annual_holidays", "date_overrides", "variants", "calendar_hours", "pauses", "breached", "Exit code"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// Every example of the documentation, as the program answers it.
#[test]
fn the_examples_of_the_documentation() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sla.md")).unwrap();
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("json\n"));
    let all: Vec<Value> = blocks.flat_map(str::lines).map(|line| serde_json::from_str(line).unwrap()).collect();
    let (questions, answers): (Vec<_>, Vec<_>) = all.into_iter().partition(|line| line.get("calendar").is_some());
    assert!(questions.len() >= 15, "{} examples", questions.len());
    let input: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let output = feed(simulate(folder.path(), &[]), input.as_bytes());
    // The message of an error is for people and may change; the examples show it shortened.
    let comparable = |mut answer: Value| {
        if let Some(error) = answer.get_mut("error").and_then(Value::as_object_mut) {
            error.remove("message");
        }
        answer
    };
    let given: Vec<_> = lines(&output).into_iter().map(comparable).collect();
    let expected: Vec<_> = answers.into_iter().map(comparable).collect();
    assert_eq!(given, expected);
}

/// The slice that lies here, or the log that the environment names.
fn incident_log() -> (PathBuf, bool) {
    match std::env::var_os("KENTONGAN_TEST_INCIDENT_LOG") {
        Some(path) => (path.into(), false),
        None => (Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/incident_log_slice.csv"), true),
    }
}

fn text_of(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).unwrap();
    if path.extension().is_some_and(|end| end == "gz") {
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        BufReader::new(file).read_to_string(&mut text).unwrap();
    }
    text
}

/// What another product recorded: the last row of each incident says whether its target was kept. A clock from
/// opening to closing over Monday to Friday, around the clock, agrees; the targets are fitted, not published.
#[test]
fn a_real_log_agrees_with_the_clock() {
    let (path, slice) = incident_log();
    let text = text_of(&path);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut last: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        last.insert(row["number"].clone(), row);
    }
    let day = json!([["00:00", "24:00"]]);
    let spec = json!({"tz": "UTC", "weekly": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}});
    let spec: CalendarSpec = serde_json::from_value(spec).unwrap();
    let timetable = Timetable::new(Calendar::parse(&spec).unwrap());
    let at = |text: &str| Some(NaiveDateTime::parse_from_str(text, "%d/%m/%Y %H:%M").ok()?.and_utc().timestamp());
    // By priority: incidents, and those in which the clock says what was recorded.
    let mut counts: BTreeMap<char, (u32, u32)> = BTreeMap::new();
    for row in last.values() {
        let hours = match row["priority"].chars().next() {
            Some('3') => 153.2,
            Some('4') => 346.0,
            _ => continue,
        };
        let (Some(opened), Some(closed)) = (at(&row["opened_at"]), at(&row["closed_at"])) else { continue };
        let target = Target::WorkingSeconds((hours * 3600.0_f64).round() as i64);
        let mut clock = Clock::start(opened, target, &timetable);
        clock.stop(closed);
        let count = counts.entry(row["priority"].chars().next().unwrap()).or_default();
        count.0 += 1;
        count.1 += u32::from(clock.is_breached(closed) != (row["made_sla"] == "true"));
    }
    println!("{}: by priority, incidents and agreeing: {counts:?}", path.display());
    let (all, agree) = counts.values().fold((0, 0), |(all, agree), count| (all + count.0, agree + count.1));
    assert!(all > if slice { 200 } else { 1000 }, "{all} incidents");
    assert!(f64::from(agree) > 0.985 * f64::from(all), "{agree} of {all}");
}
