//! `kentongan sla simulate` as a program.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

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
