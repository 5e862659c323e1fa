//! A PostgreSQL of its own with the settings that `initdb` gives, stopped in the end; its databases stay
//! for the next run.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// A running cluster.
pub struct Cluster {
    programs: PathBuf,
    data: PathBuf,
    is_root: bool,
    port: u16,
    /// The process that started all others.
    pub process: u32,
}

impl Cluster {
    /// Starts the cluster, after making it if there is none.
    pub fn start() -> anyhow::Result<Self> {
        let user = String::from_utf8(Command::new("id").arg("-u").output()?.stdout)?.trim().to_owned();
        let home = PathBuf::from(format!("/var/tmp/kentongan-bench-{user}"));
        std::fs::create_dir_all(&home)?;
        let mut cluster = Self {
            programs: programs()?,
            data: home.join("pg"),
            is_root: user == "0",
            port: TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
            process: 0,
        };
        if cluster.is_root {
            run(Command::new("chown").arg("postgres").arg(&home))?;
        }
        if !cluster.data.join("PG_VERSION").exists() {
            let made = ["-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D"];
            run(cluster.program("initdb").args(made).arg(&cluster.data))?;
        }
        let options = format!("-p {} -k {} -c listen_addresses=127.0.0.1", cluster.port, home.display());
        let log = home.join("log");
        run(cluster
            .program("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(log)
            .arg("-D")
            .arg(&cluster.data)
            .arg("start"))?;
        let pid = std::fs::read_to_string(cluster.data.join("postmaster.pid"))?;
        cluster.process = pid.lines().next().and_then(|line| line.trim().parse().ok()).context("postmaster.pid")?;
        Ok(cluster)
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://bench@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a statement in a database.
    pub fn run(&self, database: &str, sql: &str) -> anyhow::Result<()> {
        Ok(PgConnection::establish(&self.url(database))?.batch_execute(sql)?)
    }

    /// Whether there is such a database.
    pub fn has(&self, database: &str) -> bool {
        PgConnection::establish(&self.url(database)).is_ok()
    }

    /// Its size in bytes.
    pub fn size(&self, database: &str) -> anyhow::Result<i64> {
        let mut conn = PgConnection::establish(&self.url(database))?;
        Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>("pg_database_size(current_database())"))
            .get_result(&mut conn)?)
    }

    /// The statement that makes an index.
    pub fn definition(&self, database: &str, index: &str) -> anyhow::Result<String> {
        let mut conn = PgConnection::establish(&self.url(database))?;
        let sql = format!("pg_get_indexdef('{index}'::regclass)");
        Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(&sql)).get_result(&mut conn)?)
    }

    /// Its version.
    pub fn version(&self) -> anyhow::Result<String> {
        let mut conn = PgConnection::establish(&self.url("postgres"))?;
        Ok(diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("current_setting('server_version')"))
            .get_result(&mut conn)?)
    }

    /// A program of PostgreSQL, run by whoever owns the cluster.
    pub fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if self.is_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/").stdout(std::process::Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.process > 0
            && let Err(error) = run(self.program("pg_ctl").args(["-w", "-m", "fast", "-D"]).arg(&self.data).arg("stop"))
        {
            eprintln!("{error:#}");
        }
    }
}

/// Where Debian keeps the programs of the newest version, or the folder of `initdb` on the path.
fn programs() -> anyhow::Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|path| path.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().context("no PostgreSQL below /usr/lib/postgresql: apt install postgresql")
}

/// Runs a command that prints nothing of interest.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}
