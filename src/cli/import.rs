//! `kentongan import`

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::open_desk;
use crate::config::Config;
use crate::services::import::{self, Map, Options};

#[derive(Args)]
pub struct Arguments {
    /// The log, as CSV, perhaps compressed by gzip
    log: PathBuf,
    /// How the log is to be read, e.g. config/import/servicenow.toml or config/import/spreadsheet.toml
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// All or nothing: one bad row, and nothing is imported
    #[arg(long)]
    strict: bool,
    /// Where bad rows go, with line number and reason [default: the log's name with .rejects.csv]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Replays another desk's log. Running it again goes on where it stopped.
pub fn run(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    let map = Map::load(&arguments.map)?;
    let desk = open_desk(config)?;
    let mut usual = arguments.log.clone().into_os_string();
    usual.push(".rejects.csv");
    let options = Options {
        strict: arguments.strict,
        rejects: Some(arguments.rejects.clone().unwrap_or_else(|| usual.into())),
        stop_after: None,
    };
    let bar = ProgressBar::new(0)
        .with_style(ProgressStyle::with_template("{bar:30} {pos}/{len} rows, {per_sec}, {eta} left, {msg}")?);
    let summary = import::run(&desk, &arguments.log, &map, &options, &mut |progress| {
        bar.set_length(progress.lines_total);
        bar.set_position(progress.lines_done);
        bar.set_message(format!("{} tickets, {} rejected", progress.tickets, progress.rejected));
    })?;
    bar.finish_and_clear();
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        println!("{summary}");
    }
    Ok(())
}
