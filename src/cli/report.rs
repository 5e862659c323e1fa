//! `kentongan report`

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::report_sign as sign;
use super::{evidence, open_desk_as_it_is, out::put};
use crate::config::Config;
use crate::reports::form::{self, Form, Wish};
use crate::reports::listing::{self, ListForm};
use crate::services::reports::{grouped, read};
use crate::services::{Desk, Error, demo};

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
A month is frozen some days after it is over (reports.grace_days); from then on its report is always the same, and
the JSON is what its SHA-256 is of. Before that, and of longer periods, the figures are computed now."
)]
pub struct Arguments {
    /// A month (2026-10), quarter (2026-Q4), semester (2026-S2) or year (2026)
    #[arg(long, visible_alias = "period", value_name = "PERIOD", required = true)]
    month: Option<String>,
    /// The code of an OPD, instead of all OPDs together
    #[arg(long, value_name = "CODE")]
    opd: Option<String>,
    /// json, csv, pdf, xlsx or html
    #[arg(long, value_name = "FORM", default_value = "json", value_parser = form)]
    format: Form,
    /// CSV only: this table as people see it, instead of a line for each cell of all tables
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// PDF only: the number of the letter; without it the place stays blank
    #[arg(long, value_name = "TEXT")]
    number: Option<String>,
    /// Instead of the report the list of its tickets, as csv or xlsx
    #[arg(long, conflicts_with_all = ["table", "number"])]
    tickets: bool,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Sign a frozen report electronically
    Sign(sign::Arguments),
    /// Write the package of evidence of a year (SPBE/Pemdi)
    Evidence(evidence::Arguments),
}

/// Writes a report.
pub fn run(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.verb {
        Some(Verb::Sign(arguments)) => return sign::run(config, arguments),
        Some(Verb::Evidence(arguments)) => return evidence::run(config, arguments),
        None => {}
    }
    let desk = open(config)?;
    let month = arguments.month.as_deref().unwrap_or_default();
    if arguments.tickets {
        return list(&desk, month, arguments);
    }
    let report = read::unchecked(&desk, month, arguments.opd.as_deref()).map_err(told)?;
    let wish = Wish { table: arguments.table.clone(), number: arguments.number.clone() };
    let content =
        form::write(&desk, &report, arguments.format, &wish).map_err(|error| unwritten(error, &report))?.content;
    put(arguments.out.as_deref(), |out| Ok(out.write_all(&content)?))?;
    let name = &report.snapshot.period.name;
    match &report.frozen {
        Some(frozen) => eprintln!(
            "{name}: frozen at {}, SHA-256 {}, code {}",
            frozen.frozen_at.and_utc().to_rfc3339(),
            frozen.sha256,
            grouped(&frozen.code)
        ),
        None => eprintln!("{name}: provisional, computed at {}", report.snapshot.generated_at.to_rfc3339()),
    }
    Ok(())
}

/// A desk to write papers of. A demo has its own letterhead, as `kentongan demo` has it.
pub(super) fn open(config: Config) -> anyhow::Result<Arc<Desk>> {
    let desk = open_desk_as_it_is(config.clone())?;
    if !demo::is_there(&desk)? {
        return Ok(desk);
    }
    let mut config = config;
    demo::dress(&mut config);
    open_desk_as_it_is(config)
}

/// Writes the list of the tickets.
fn list(desk: &Desk, month: &str, arguments: &Arguments) -> anyhow::Result<()> {
    let form = match arguments.format {
        Form::Csv => ListForm::Csv,
        Form::Xlsx => ListForm::Xlsx,
        Form::Json | Form::Pdf | Form::Html => anyhow::bail!("--tickets is for --format csv or xlsx"),
    };
    let of = (month, arguments.opd.as_deref());
    let list = listing::begin(desk, None, of, form).map_err(told)?;
    put(arguments.out.as_deref(), |out| Ok(list.write(desk, out)?))
}

fn form(text: &str) -> Result<Form, String> {
    Form::parse(text).ok_or_else(|| {
        format!("there are {}", Form::ALL.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(", "))
    })
}

/// Why it could not be written, in the words of the command line.
fn unwritten(error: Error, report: &read::Report) -> anyhow::Error {
    let code = match &error {
        Error::Invalid(fields) => fields.first().map(|field| field.code),
        _ => None,
    };
    let tables = || report.snapshot.tables.iter().map(|table| table.key.as_str()).collect::<Vec<_>>().join(", ");
    match code {
        Some("invalid_value") => anyhow::anyhow!("--table is for --format csv"),
        Some("unknown_table") => anyhow::anyhow!("--table: there are {}", tables()),
        Some("too_long") => anyhow::anyhow!("--number is too long"),
        _ => error.into(),
    }
}

/// What is wrong, in the words of the command line.
pub(super) fn told(error: Error) -> anyhow::Error {
    let code = match &error {
        Error::Invalid(fields) => fields.first().map(|field| field.code),
        _ => None,
    };
    match (code, &error) {
        (Some("invalid_period"), _) => {
            anyhow::anyhow!("--month: write a month (2026-10), quarter (2026-Q4), semester (2026-S2) or year (2026)")
        }
        (Some("period_in_future"), _) => anyhow::anyhow!("--month: this period has not begun"),
        (Some("period_before_first"), _) => {
            anyhow::anyhow!("--month: there is no ticket in this period, nor before it")
        }
        (Some("too_many"), _) => anyhow::anyhow!("--format: a workbook has no room for so many tickets, csv has"),
        (_, Error::NotFound) => anyhow::anyhow!("--opd: there is no OPD of this code"),
        _ => error.into(),
    }
}
