//! `kentongan report evidence`

use std::path::PathBuf;

use clap::Args;

use super::{out::put, report};
use crate::config::Config;
use crate::reports::evidence::Package;
use crate::services::Error;
use crate::services::reports::evidence::unchecked;

#[derive(Args)]
#[command(after_help = "\
One ZIP for assessors: index.html by criteria, manifest.json with the SHA-256 of every file, the service catalogue,
targets, policies and calendars, forms, statistics, frozen monthly reports, evaluations with their follow-up and
evidence, appointments of Tier 1, and the SOPs of reports.sop_folder. Equal data gives equal bytes.")]
pub struct Arguments {
    /// The year, 2026
    #[arg(long, value_name = "YEAR")]
    year: String,
    /// Where to write it [default: paket-bukti-YEAR.zip]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes the package of evidence of a year.
pub fn run(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    let desk = report::open(config)?;
    let package = Package::of(&desk, unchecked(&desk, &arguments.year).map_err(told)?)?;
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(package.file_name()));
    put(Some(&out), |file| Ok(package.write(&desk, file)?))?;
    let (reports, evaluations) = package.counts();
    eprintln!("{}: {reports} frozen reports, {evaluations} evaluations", out.display());
    Ok(())
}

/// What is wrong, in the words of the command line.
fn told(error: Error) -> anyhow::Error {
    let code = match &error {
        Error::Invalid(fields) => fields.first().map(|field| field.code),
        _ => None,
    };
    match code {
        Some("invalid_period") => anyhow::anyhow!("--year: write a year (2026)"),
        Some("period_in_future") => anyhow::anyhow!("--year: this year has not begun"),
        Some("period_before_first") => anyhow::anyhow!("--year: there is no ticket in this year, nor before it"),
        _ => error.into(),
    }
}
