//! The command line.

mod check;
mod demo;
mod evidence;
mod import;
mod mail;
mod migrate;
mod out;
mod report;
mod report_sign;
pub mod serve;
mod sla;
mod user;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::config::{self, Config};
use crate::services::{Desk, SystemClock, open_store};

/// Where the configuration is if nobody says otherwise.
const USUAL_CONFIG: &str = "config/kentongan.toml";

/// Service desk of a local government: Tier 1 at every Perangkat Daerah, Tier 2 at the Dinas.
#[derive(Parser)]
#[command(
    name = "kentongan",
    version,
    after_help = "\
To try it out:            kentongan demo
To begin in earnest:      copy config/production.example.toml to config/kentongan.toml, then
                          kentongan user add --email … --name … --opd DISKOMINFO --role admin
                          kentongan serve
Every setting of the configuration is also an environment variable KENTONGAN_<AREA>__<KEY>,
for example KENTONGAN_SERVER__BIND=127.0.0.1:8080."
)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Settings that every command takes.
#[derive(Args)]
struct Settings {
    /// Configuration file [default: config/kentongan.toml if it exists]
    #[arg(long, global = true, value_name = "FILE", env = "KENTONGAN_CONFIG")]
    config: Option<PathBuf>,
    /// Database, e.g. sqlite://data/kentongan.db or postgres://user@host/db
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Address and port to listen on
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    bind: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service desk (what happens without a command)
    Serve,
    /// Try it out: example data in data/demo.db (or the configured database), then serve it
    Demo,
    /// Bring the database to this version's schema; `serve` does so by itself
    Migrate(migrate::Arguments),
    /// Add, list, change people from the command line
    #[command(subcommand)]
    User(user::Command),
    /// Take over another desk's log or spreadsheet; can be interrupted and run again
    Import(import::Arguments),
    /// Print the report of a month, quarter, semester or year
    Report(report::Arguments),
    /// Check that nothing in the history was changed behind the program's back
    Verify(verify::Arguments),
    /// Reckon with service levels
    #[command(subcommand)]
    Sla(sla::Command),
    /// Try whether mails leave
    #[command(subcommand)]
    Mail(mail::Command),
    /// Look at the configuration
    #[command(subcommand)]
    Config(check::Command),
    /// Print the OpenAPI document of the REST API
    Openapi,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kentongan: {error:#}");
            // 1 is for `verify` that found something; this is for what could not be done.
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let load = || cli.settings.load();
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(load()?)?,
        Command::Demo => demo::run(load()?)?,
        Command::Migrate(arguments) => migrate::run(&load()?, &arguments)?,
        Command::User(command) => user::run(load()?, command)?,
        Command::Import(arguments) => import::run(load()?, &arguments)?,
        Command::Report(arguments) => report::run(load()?, &arguments)?,
        Command::Verify(arguments) => return verify::run(load()?, &arguments),
        Command::Sla(command) => return sla::run(&command, load),
        Command::Mail(command) => return mail::run(load()?, &command),
        Command::Config(command) => check::run(&load()?, &command)?,
        Command::Openapi => println!("{}", crate::api::openapi::text()),
    }
    Ok(ExitCode::SUCCESS)
}

impl Settings {
    fn load(&self) -> anyhow::Result<Config> {
        let usual = Path::new(USUAL_CONFIG);
        let file = self.config.as_deref().or_else(|| usual.exists().then_some(usual));
        let flags =
            [("database.url", "--database", self.database.clone()), ("server.bind", "--bind", self.bind.clone())];
        Ok(config::load(file, std::env::vars(), &flags)?)
    }
}

/// Opens the desk, after bringing its database to this program's schema.
fn open_desk(config: Config) -> anyhow::Result<Arc<Desk>> {
    let url = config.database.url.to_string();
    let store = open_store(&config).with_context(|| format!("cannot open the database {url}"))?;
    store.migrate()?;
    drop(store);
    Ok(Arc::new(Desk::open(config, Arc::new(SystemClock))?))
}

/// Opens the desk without changing its schema: for looking, not for serving.
fn open_desk_as_it_is(config: Config) -> anyhow::Result<Arc<Desk>> {
    let url = config.database.url.to_string();
    let store = open_store(&config).with_context(|| format!("cannot open the database {url}"))?;
    if let Some(missing) = store.migrations()?.iter().find(|migration| !migration.applied) {
        anyhow::bail!("the database {url} lacks migration {}: run kentongan migrate first", missing.name);
    }
    drop(store);
    Ok(Arc::new(Desk::open(config, Arc::new(SystemClock))?))
}

/// Begins logging to standard error.
fn begin_log(config: &Config) {
    use tracing_subscriber::EnvFilter;
    // What clients send that is no HTTP is theirs to mend: ERROR means that somebody here must act.
    let filter = EnvFilter::new(format!("warn,actix_http=off,kentongan={}", config.log.level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    if config.log.format == "json" {
        builder.json().flatten_event(true).init();
    } else {
        builder.init();
    }
}
