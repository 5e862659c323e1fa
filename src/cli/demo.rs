//! `kentongan demo`

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use super::{begin_log, open_desk, serve};
use crate::config::Config;
use crate::services::Desk;
use crate::services::demo::{self, Outcome};
use crate::store::Url;

/// The demo's own database, unless another is configured.
const DATABASE: &str = "sqlite://data/demo.db";

/// Fills a database with example data if that has not been done, then serves it.
pub fn run(mut config: Config) -> anyhow::Result<()> {
    let usual = Config::default();
    let own = config.database.url == usual.database.url;
    if own {
        config.database.url = crate::config::SecretUrl::new(DATABASE);
    }
    demo::dress(&mut config);
    if config.log.level == usual.log.level {
        config.log.level = "warn".to_owned();
    }
    begin_log(&config);
    let desk = open_desk(config.clone())?;
    let listener = serve::listen(&desk)?;
    let desk = seed(desk, config, own)?;
    let address = listener.local_addr()?;
    print_accounts();
    serve::serve(
        desk,
        listener,
        &format!("Kentongan listens on http://{address} (browse the API at http://{address}/api/docs/)"),
    )
}

fn seed(desk: Arc<Desk>, config: Config, own: bool) -> anyhow::Result<Arc<Desk>> {
    let bar = ProgressBar::new(0)
        .with_style(ProgressStyle::with_template("example data {bar:30} {pos}/{len} acts, {per_sec}, {eta} left")?);
    let progress = &mut |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let (desk, outcome) = match demo::run(&desk, progress) {
        Err(demo::Error::Interrupted) if own => {
            eprintln!("An earlier start was interrupted while filling the example database: it is made anew.");
            drop(desk);
            remove(&config)?;
            let fresh = open_desk(config)?;
            let outcome = demo::run(&fresh, progress)?;
            (fresh, outcome)
        }
        outcome => {
            let outcome = outcome?;
            (desk, outcome)
        }
    };
    bar.finish_and_clear();
    match outcome {
        Outcome::Seeded { tickets, people } => {
            println!("Filled with example data: {tickets} tickets, {people} people.")
        }
        Outcome::AlreadyThere => println!("The example data is there already."),
    }
    Ok(desk)
}

/// Removes the demo's own SQLite file.
fn remove(config: &Config) -> anyhow::Result<()> {
    let Ok(Url::Sqlite(path)) = Url::parse(config.database.url.reveal()) else { return Ok(()) };
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{path}{suffix}");
        if Path::new(&file).exists() {
            std::fs::remove_file(&file).with_context(|| format!("cannot remove {file}"))?;
        }
    }
    Ok(())
}

fn print_accounts() {
    println!();
    println!("{:<24} {:<18} {:<16} roles", "account", "name", "OPD");
    for account in demo::accounts() {
        println!("{:<24} {:<18} {:<16} {}", account.email, account.name, account.opd, account.roles);
    }
    println!("password of all: {}", demo::PASSWORD);
    println!();
}
