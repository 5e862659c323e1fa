//! Measures the program as it is shipped: a process of its own, loaded over HTTP by eight clients, on
//! databases of any size. `cargo bench --bench desk -- --help` says how; docs/benchmarks.md what for.

// A benchmark that breaks may stop.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

mod bare;
mod client;
mod load;
mod machine;
mod postgres;
mod report;
mod round;
mod seed;
mod server;
mod transfer;
mod words;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Parser, ValueEnum};

use report::Round;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Measures speed, processor time and memory; writes target/bench/result.md.
#[derive(Parser)]
struct Arguments {
    /// How many tickets, separated by commas
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    tickets: Vec<usize>,
    /// On which databases, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    database: Vec<Database>,
    /// How many requests of each kind
    #[arg(long, default_value_t = 3000)]
    requests: usize,
    /// Show searches by kind of query
    #[arg(long)]
    searches: bool,
    /// Measure only what has this in its name
    #[arg(long)]
    only: Option<String>,
    /// Measure this program instead of the one of this source
    #[arg(long, default_value = env!("CARGO_BIN_EXE_kentongan"))]
    program: PathBuf,
    /// Only fill the databases
    #[arg(long)]
    seed_only: bool,
    /// What cargo passes to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = folder()?;
    let cluster = arguments.database.contains(&Database::Postgres).then(postgres::Cluster::start).transpose()?;
    let head = head(&folder, cluster.as_ref())?;
    println!("{head}");
    let mut rounds = Vec::new();
    for database in &arguments.database {
        for count in &arguments.tickets {
            let round = match (database, &cluster) {
                (Database::Sqlite, _) => on_sqlite(&folder, *count, &arguments)?,
                (Database::Postgres, Some(cluster)) => on_postgres(&folder, cluster, *count, &arguments)?,
                (Database::Postgres, None) => None,
            };
            if let Some(round) = round {
                println!("{}", round.text());
                rounds.push(round);
                // After every round: a run that is ended early leaves what it has.
                write_result(&folder, &head, &rounds)?;
            }
        }
    }
    println!("{}", report::growth(&rounds));
    Ok(())
}

/// `target/bench`, wherever the target folder is.
fn folder() -> anyhow::Result<PathBuf> {
    let program = Path::new(env!("CARGO_BIN_EXE_kentongan"));
    let target = program.parent().and_then(Path::parent).context("the program lies in target/<profile>")?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn head(folder: &Path, cluster: Option<&postgres::Cluster>) -> anyhow::Result<String> {
    let postgres = cluster.map(postgres::Cluster::version).transpose()?;
    Ok(format!(
        "Machine: {}. Writing 4 KiB to disk for good takes {:.2} ms there.\nkentongan {}{}; {} clients beside it.",
        machine::describe(),
        machine::sync_time(folder)?,
        env!("CARGO_PKG_VERSION"),
        postgres.map(|version| format!(", PostgreSQL {version}")).unwrap_or_default(),
        load::CLIENTS,
    ))
}

fn write_result(folder: &Path, head: &str, rounds: &[Round]) -> anyhow::Result<()> {
    let text: String = rounds.iter().map(Round::text).collect();
    let text = format!("# Benchmark\n\n{head}\n{text}{}", report::growth(rounds));
    Ok(std::fs::write(folder.join("result.md"), text)?)
}

/// What a filled database depends on: the generator and the schema.
fn fingerprint(database: &str) -> anyhow::Result<String> {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&migrations)? {
        paths.push(entry?.path().join("up.sql"));
    }
    paths.sort();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for path in paths {
        for byte in std::fs::read(path)?.into_iter().chain(seed::VERSION.to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{:08x}", hash >> 32))
}

/// Fills a database once and measures on a copy, so that every run finds the same.
fn on_sqlite(folder: &Path, count: usize, arguments: &Arguments) -> anyhow::Result<Option<Round>> {
    let kept = filled_sqlite(folder, count)?;
    if arguments.seed_only {
        return Ok(None);
    }
    let copy = folder.join("run.db");
    remove(&copy)?;
    std::fs::copy(&kept, &copy)?;
    let place = round::Place {
        database: "SQLite",
        url: url(&copy),
        folder,
        program: &arguments.program,
        process: None,
        share: 0.5,
    };
    let round = round::run(&place, count, std::fs::metadata(&copy)?.len(), arguments)?;
    remove(&copy)?;
    Ok(Some(round))
}

/// The filled SQLite database of that size; fills it if there is none.
fn filled_sqlite(folder: &Path, count: usize) -> anyhow::Result<PathBuf> {
    let kept = folder.join(format!("sqlite-{count}-{}.db", fingerprint("sqlite")?));
    if !kept.exists() {
        eprintln!("filling SQLite with {count} tickets");
        let part = folder.join("part.db");
        remove(&part)?;
        seed::run(&url(&part), count)?;
        std::fs::rename(&part, &kept)?;
    }
    Ok(kept)
}

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

/// A database with its journals.
fn remove(path: &Path) -> anyhow::Result<()> {
    for end in ["", "-wal", "-shm"] {
        match std::fs::remove_file(format!("{}{end}", path.display())) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// As on SQLite, with the same tickets, and with a database as the copy of another.
fn on_postgres(
    folder: &Path,
    cluster: &postgres::Cluster,
    count: usize,
    arguments: &Arguments,
) -> anyhow::Result<Option<Round>> {
    let kept = format!("desk_{count}_{}", fingerprint("postgres")?);
    if !cluster.has(&kept) {
        let filled = filled_sqlite(folder, count)?;
        eprintln!("taking {count} tickets over to PostgreSQL");
        cluster.run("postgres", "DROP DATABASE IF EXISTS part")?;
        cluster.run("postgres", "CREATE DATABASE part")?;
        seed::migrate(&cluster.url("part"))?;
        transfer::run(cluster, &filled, "part")?;
        // What its autovacuum would have done along the years.
        cluster.run("part", "VACUUM ANALYZE")?;
        cluster.run("postgres", &format!("ALTER DATABASE part RENAME TO {kept}"))?;
    }
    if arguments.seed_only {
        return Ok(None);
    }
    cluster.run("postgres", "DROP DATABASE IF EXISTS run")?;
    cluster.run("postgres", &format!("CREATE DATABASE run TEMPLATE {kept} STRATEGY FILE_COPY"))?;
    cluster.run("postgres", "CHECKPOINT")?;
    let place = round::Place {
        database: "PostgreSQL",
        url: cluster.url("run"),
        folder,
        program: &arguments.program,
        process: Some(cluster.process),
        share: 0.25,
    };
    let bytes = u64::try_from(cluster.size("run")?)?;
    let round = round::run(&place, count, bytes, arguments)?;
    cluster.run("postgres", "DROP DATABASE IF EXISTS run")?;
    Ok(Some(round))
}
