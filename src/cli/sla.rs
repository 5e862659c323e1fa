//! `kentongan sla …`: service levels, reckoned without a desk or explained on one.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::DateTime;
use clap::{Args, Subcommand};

use super::open_desk_as_it_is;
use crate::config::Config;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::sla::simulate::{Answer, answer_line};
use crate::services::Error;
use crate::services::sla::view;

#[derive(Subcommand)]
pub enum Command {
    /// Say when clocks would be due: questions as JSON lines in, answers as JSON lines out
    Simulate(Simulate),
    /// Say why a ticket's clock stands as it does: "mengapa terlambat?"
    Explain(Explain),
}

#[derive(Args)]
pub struct Explain {
    /// The ticket's number, such as BTG-000412
    ticket: String,
    /// response, resolution, tier1, tier2_accept, tier2, legal or closing
    #[arg(long, default_value = "resolution", value_parser = clock)]
    clock: ClockKind,
}

fn clock(text: &str) -> Result<ClockKind, String> {
    let names: Vec<_> = ClockKind::ALL.iter().map(|kind| kind.as_str()).collect();
    ClockKind::parse(text).ok_or_else(|| format!("not one of {}", names.join(", ")))
}

#[derive(Args)]
#[command(after_help = "\
Each line is a question; each gets one line as its answer, in order and at once. Empty lines are skipped.
Neither a database nor a configuration is needed.

  {\"id\":\"a\",\"calendar\":{\"tz\":\"Asia/Jakarta\",\"weekly\":{\"mon\":[[\"07:30\",\"12:00\"],[\"13:00\",\"16:00\"]]}},
   \"start\":\"2026-11-02T01:00:00Z\",\"target\":{\"working_seconds\":7200}}          (on one line)
  {\"id\":\"a\",\"due\":\"2026-11-02T03:00:00Z\"}

Calendar: tz (IANA) and weekly (mon … sun, local times, a break is a gap) must be there; may be there:
  holidays [\"2026-03-19\"], annual_holidays [\"01-01\"], date_overrides {\"2026-03-20\":[[\"08:00\",\"12:00\"]]},
  breaks {\"2026-03-23\":[[\"10:00\",\"11:00\"]]}, variants [{\"from\":\"2026-02-19\",\"to\":\"2026-03-20\",\"weekly\":{…}}]
Target: one of {\"working_seconds\":7200}, {\"working_minutes\":120}, {\"working_days\":2}, {\"calendar_hours\":72}
May be there: pauses [[\"…Z\",\"…Z\"],[\"…Z\",null]] (null: for good), and at \"…Z\", which adds
  consumed_seconds and state (running, paused or breached) at that instant to the answer.
A line that cannot be answered gets {\"id\":…,\"error\":{\"code\":\"…\",\"message\":\"…\"}}.

Exit code: 0 if every line was answered, 2 if any was not. docs/sla.md has the rules with examples.")]
pub struct Simulate {
    /// The questions; standard input if absent or -
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs a command; exit code 2 if any line could not be answered.
pub fn run(command: &Command, config: impl FnOnce() -> anyhow::Result<Config>) -> anyhow::Result<ExitCode> {
    match command {
        Command::Simulate(Simulate { file }) => simulate(file.as_deref()),
        Command::Explain(arguments) => explain(config()?, arguments),
    }
}

fn simulate(file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let failed = match file.filter(|file| *file != Path::new("-")) {
        None => answer_all(std::io::stdin().lock()).context("cannot go on"),
        Some(path) => File::open(path)
            .map_err(anyhow::Error::from)
            .and_then(answer_all)
            .with_context(|| format!("cannot read {}", path.display())),
    }?;
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

fn explain(config: Config, arguments: &Explain) -> anyhow::Result<ExitCode> {
    let desk = open_desk_as_it_is(config)?;
    let id = desk.prefix.read(&arguments.ticket);
    let id = id.with_context(|| format!("\"{}\" is not the number of a ticket", arguments.ticket))?;
    let explained = desk.read(|conn| view::explain(&desk, conn, id, arguments.clock));
    let why = match explained {
        Err(Error::NotFound) => {
            anyhow::bail!("there is no ticket {} with a clock {}", arguments.ticket, arguments.clock)
        }
        other => other?,
    };
    println!("{} {}: {}", desk.prefix.number(id), arguments.clock, why.summary());
    let local = |at: i64| DateTime::from_timestamp(at, 0).unwrap_or_default().with_timezone(&desk.zone);
    for stretch in &why.stretches {
        let segment = &stretch.segment;
        let hours = if segment.working { "jam kerja" } else { "di luar jam kerja" };
        let left = stretch.remaining_seconds.map(|left| {
            let over = if left < 0 { "lewat" } else { "sisa" };
            format!(", {over} {}", view::spell(left.abs()))
        });
        println!(
            "{}  {}  {:17}  {:7}  {:8}  {:20}  {:20}  {}{}",
            local(segment.from).format("%Y-%m-%d %H:%M"),
            local(segment.to).format("%m-%d %H:%M"),
            hours,
            segment.state,
            segment.holder,
            stretch.cause,
            stretch.actor.as_deref().unwrap_or("-"),
            view::spell(segment.consumed),
            left.unwrap_or_default(),
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers line by line; gives whether any failed.
fn answer_all(questions: impl Read) -> anyhow::Result<bool> {
    let mut questions = BufReader::new(questions);
    let mut answers = BufWriter::new(std::io::stdout().lock());
    let (mut line, mut failed) = (Vec::new(), false);
    loop {
        // Whoever asks one by one is not kept waiting.
        if !questions.buffer().contains(&b'\n') && !written(answers.flush())? {
            break;
        }
        line.clear();
        if questions.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = answer_line(&line);
        failed |= matches!(answer, Answer::Failed { .. });
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        if !written(answers.write_all(&text))? {
            break;
        }
    }
    Ok(failed)
}

/// Whether anybody still reads: a reader such as `head` may go when it has enough.
fn written(result: std::io::Result<()>) -> std::io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}
