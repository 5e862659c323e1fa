//! `kentongan config check`

use clap::Subcommand;

use crate::config::Config;

#[derive(Subcommand)]
pub enum Command {
    /// Read the configuration as `serve` would and print it, secrets masked
    Check,
}

pub fn run(config: &Config, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Check => {
            print!("{}", toml::to_string_pretty(config)?);
            eprintln!("The configuration is valid.");
        }
    }
    Ok(())
}
