//! Throw-away databases: a fresh one per test, cloned from one that was migrated once.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use kentongan::config::Config;
use kentongan::services::open_store;
use tempfile::TempDir;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Runs a test on both databases, each fresh.
pub fn on_both(test: impl Fn(Kind)) {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        eprintln!("--- on {kind:?}");
        test(kind);
    }
}

/// A fresh, migrated database with a folder for files; gone when dropped.
pub struct Database {
    pub kind: Kind,
    pub url: String,
    pub folder: TempDir,
    name: Option<String>,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

static SQLITE_TEMPLATE: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.db");
    migrate(&format!("sqlite://{}", path.display()));
    (folder, path)
});

static POSTGRES_TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let name = format!("template_{}", std::process::id());
    admin(&format!("CREATE DATABASE {name}"));
    migrate(&postgres_url(&name));
    name
});

fn migrate(url: &str) {
    let mut config = Config::default();
    config.database.url = kentongan::config::SecretUrl::new(url);
    open_store(&config).unwrap().migrate().unwrap();
}

fn server() -> String {
    std::env::var("KENTONGAN_TEST_POSTGRES").expect("these tests need PostgreSQL: run them with tests/run")
}

fn postgres_url(name: &str) -> String {
    format!("{}/{name}", server())
}

/// Runs a statement on the server as its owner.
pub fn admin(sql: &str) {
    let mut conn = PgConnection::establish(&postgres_url("postgres")).unwrap();
    conn.batch_execute(sql).unwrap();
}

impl Database {
    /// A fresh one with this program's schema.
    pub fn fresh(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        match kind {
            Kind::Sqlite => {
                let path = folder.path().join("desk.db");
                std::fs::copy(&SQLITE_TEMPLATE.1, &path).unwrap();
                Self { kind, url: format!("sqlite://{}", path.display()), folder, name: None }
            }
            Kind::Postgres => Self::postgres(folder, &format!("TEMPLATE {}", *POSTGRES_TEMPLATE)),
        }
    }

    /// A fresh one without any schema.
    pub fn empty(kind: Kind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        match kind {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", folder.path().join("desk.db").display());
                Self { kind, url, folder, name: None }
            }
            Kind::Postgres => Self::postgres(folder, "TEMPLATE template0"),
        }
    }

    fn postgres(folder: TempDir, how: &str) -> Self {
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // Cloning needs the template to be free for a moment; others may be cloning it too.
        static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        admin(&format!("CREATE DATABASE {name} {how}"));
        Self { kind: Kind::Postgres, url: postgres_url(&name), folder, name: Some(name) }
    }

    /// A SQLite file that is there already, in a folder that goes with it.
    pub fn existing_sqlite(folder: TempDir, path: &std::path::Path) -> Self {
        Self { kind: Kind::Sqlite, url: format!("sqlite://{}", path.display()), folder, name: None }
    }

    /// A copy of a database that nobody uses at the moment.
    pub fn copied_postgres(folder: TempDir, original: &Self) -> Self {
        admin(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", original.name()));
        Self::postgres(folder, &format!("TEMPLATE {}", original.name()))
    }

    /// The configuration of a desk on it.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        config.database.url = kentongan::config::SecretUrl::new(&self.url);
        config.database.connections = 4;
        config.database.wait_seconds = 5;
        config.attachments.folder = self.folder.path().join("attachments").display().to_string();
        let mail = format!("file://{}", self.folder.path().join("mail").display());
        config.mail.url = kentongan::config::SecretUrl::new(&mail);
        config.tenant.ticket_prefix = "BTG".to_owned();
        config.accounts.sign_ins_per_minute = 10_000;
        config
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        self.name.as_deref().expect("only PostgreSQL databases have a name")
    }

    /// Changes rows behind the program's back.
    pub fn tamper(&self, sql: &str) {
        match self.kind {
            Kind::Sqlite => {
                let mut conn = diesel::SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF;").unwrap();
                conn.batch_execute(sql).unwrap();
            }
            Kind::Postgres => {
                let mut conn = PgConnection::establish(&self.url).unwrap();
                conn.batch_execute("SET session_replication_role = replica").unwrap();
                conn.batch_execute(sql).unwrap();
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
