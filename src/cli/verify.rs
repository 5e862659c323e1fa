//! `kentongan verify`

use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::open_desk_as_it_is;
use crate::config::Config;
use crate::services::history::verify;

#[derive(Args)]
pub struct Arguments {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Checks the history; exit code 1 if anything was changed behind the program's back.
pub fn run(config: Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let desk = open_desk_as_it_is(config)?;
    let bar = ProgressBar::new(0)
        .with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} tickets, {per_sec}, {eta} left")?);
    let report = verify::run(&desk, |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!(
            "checked {} tickets, {} events, {} audit events, {} anchors",
            report.tickets, report.events, report.audit_events, report.anchors
        );
        for finding in &report.findings {
            let ticket = finding.ticket.as_deref().unwrap_or("-");
            let seq = finding.seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
            println!("{:?}: ticket {ticket}, sequence {seq}: {}", finding.fault, finding.what);
        }
        println!(
            "{}",
            if report.is_whole() { "whole: nothing was changed behind the program's back" } else { "NOT WHOLE" }
        );
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
