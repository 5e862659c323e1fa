//! `kentongan migrate`

use anyhow::Context;
use clap::Args;

use crate::config::Config;
use crate::services::open_store;

#[derive(Args)]
pub struct Arguments {
    /// Only tell which migrations the database has
    #[arg(long)]
    status: bool,
    /// Undo the last migration (make a backup first)
    #[arg(long, conflicts_with = "status")]
    down: bool,
}

pub fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let store = open_store(config).with_context(|| format!("cannot open the database {}", config.database.url))?;
    if arguments.down {
        println!("undone: {}", store.migrate_down()?);
    } else if !arguments.status {
        let applied = store.migrate()?;
        for name in &applied {
            println!("applied: {name}");
        }
        if applied.is_empty() {
            println!("nothing to do: the database has this version's schema");
        }
        return Ok(());
    }
    for migration in store.migrations()? {
        println!("{} {}", if migration.applied { "applied " } else { "missing " }, migration.name);
    }
    Ok(())
}
