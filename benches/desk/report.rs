//! The figures as a Markdown table, against what the program aims at.

use std::fmt::Write as _;

use super::load::Measure;

/// What a kind of request aims at; `None`: not by itself.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// Milliseconds.
    pub p99: Option<f64>,
    /// Milliseconds of processor time, program and database together.
    pub cpu: Option<f64>,
}

/// What was measured of one kind of request.
#[derive(Clone, Debug)]
pub struct Line {
    pub name: &'static str,
    pub aim: Aim,
    pub measure: Measure,
}

/// Everything of one database at one size.
#[derive(Clone, Debug)]
pub struct Round {
    pub database: &'static str,
    pub tickets: usize,
    pub bytes: u64,
    pub lines: Vec<Line>,
    /// Commits of a bare insert a second, before and after the tickets.
    pub bare: (f64, f64),
    /// The share of that rate at which tickets are to be created.
    pub share: f64,
    /// Milliseconds, slowest of several.
    pub first_answer: f64,
    /// MB: resident after the first answer, most under load, peak of the process.
    pub memory: (f64, f64, f64),
}

/// "met" or "missed".
fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**missed**" }
}

impl Round {
    fn created(&self) -> f64 {
        self.lines.iter().find(|line| line.name == CREATE).map_or(0.0, |line| line.measure.per_second)
    }

    /// The round as text.
    pub fn text(&self) -> String {
        let mut out = format!(
            "\n## {}, {} tickets ({:.2} GB)\n\n\
             | request | requests/s | p50 ms | p99 ms | CPU ms/request: program | database | KB | aim |\n\
             |---|--:|--:|--:|--:|--:|--:|---|\n",
            self.database,
            self.tickets,
            self.bytes as f64 / 1e9
        );
        for line in &self.lines {
            let m = &line.measure;
            let cpu = m.server + m.database;
            let met = line.aim.p99.is_none_or(|most| m.p99 <= most) && line.aim.cpu.is_none_or(|most| cpu <= most);
            let aim = match (line.aim.p99, line.aim.cpu) {
                (Some(p99), Some(most)) => format!("p99 ≤ {p99} ms, CPU ≤ {most} ms: {}", verdict(met)),
                _ => String::new(),
            };
            writeln!(
                out,
                "| {} | {:.0} | {:.2} | {:.2} | {:.3} | {:.3} | {:.1} | {aim} |",
                line.name,
                m.per_second,
                m.p50,
                m.p99,
                m.server,
                m.database,
                m.bytes / 1000.0
            )
            .expect("writing to a string");
        }
        let bare = (self.bare.0 + self.bare.1) / 2.0;
        let share = self.created() / bare;
        let (idle, load, peak) = self.memory;
        write!(
            out,
            "\nBare one-row inserts: {:.0}/s before, {:.0}/s after; tickets are created at {:.0} % of that \
             (aim {:.0} %: {}).\nFirst answer after {:.0} ms (aim 300 ms: {}). Resident memory {idle:.0} MB idle \
             (aim 60 MB: {}), {load:.0} MB under load (aim 150 MB: {}), {peak:.0} MB at its peak.\n",
            self.bare.0,
            self.bare.1,
            share * 100.0,
            self.share * 100.0,
            verdict(share >= self.share),
            self.first_answer,
            verdict(self.first_answer <= 300.0),
            verdict(idle <= 60.0),
            verdict(load <= 150.0),
        )
        .expect("writing to a string");
        out
    }
}

/// The name of the measure that creates tickets.
pub const CREATE: &str = "create a ticket";

/// How the largest size compares with the smallest, by database.
pub fn growth(rounds: &[Round]) -> String {
    let mut out = String::new();
    for database in ["SQLite", "PostgreSQL"] {
        let mut of: Vec<&Round> = rounds.iter().filter(|round| round.database == database).collect();
        of.sort_by_key(|round| round.tickets);
        let (Some(small), Some(large)) = (of.first(), of.last()) else { continue };
        if small.tickets == large.tickets {
            continue;
        }
        write!(
            out,
            "\n## {database}: {} tickets compared with {}\n\n| request | p50 | p99 | CPU | aim: at most 1.2 |\n|---|--:|--:|--:|---|\n",
            large.tickets, small.tickets
        )
        .expect("writing to a string");
        for (a, b) in small.lines.iter().zip(&large.lines) {
            let (m, n) = (&a.measure, &b.measure);
            let (p50, p99) = (n.p50 / m.p50, n.p99 / m.p99);
            let cpu = (n.server + n.database) / (m.server + m.database);
            let met = verdict(p50 <= 1.2 && p99 <= 1.2 && cpu <= 1.2);
            writeln!(out, "| {} | {p50:.2} | {p99:.2} | {cpu:.2} | {met} |", a.name).expect("writing to a string");
        }
    }
    out
}
