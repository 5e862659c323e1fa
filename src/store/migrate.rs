//! Bringing a database to the schema of this program: embedded migrations, applied at start under a
//! lock, refused when the database is newer than the program.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Conn, Manager};
use super::{Error, Store};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock that instances starting together wait for on PostgreSQL.
const LOCK: i64 = 0x6b65_6e74;

/// A migration and whether this database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Version and name, e.g. `2026-11-22-000001_initial`.
    pub name: String,
    /// Whether it has been applied.
    pub applied: bool,
}

impl Store {
    /// Applies what is missing and names it. Errors: `Schema` when the database has a migration
    /// that this program does not know; nothing is changed then.
    pub fn migrate(&self) -> Result<Vec<String>, Error> {
        locked(&mut self.owner()?, |conn| {
            let pending = inspect(conn)?;
            for name in pending.iter().filter(|m| !m.applied).map(|m| m.name.as_str()) {
                tracing::info!(migration = name, "applying migration");
            }
            let run = match conn {
                Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(|_| ()),
                Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(|_| ()),
            };
            if let Err(error) = run {
                // Another instance on the same SQLite file may have been faster.
                if inspect(conn)?.iter().any(|m| !m.applied) {
                    return Err(Error::Schema(format!("migration failed: {error}")));
                }
            }
            Ok(pending.into_iter().filter(|m| !m.applied).map(|m| m.name).collect())
        })
    }

    /// Undoes the last migration and names it; for tests and for going back a version by hand.
    pub fn migrate_down(&self) -> Result<String, Error> {
        locked(&mut self.owner()?, |conn| {
            match conn {
                Conn::Sqlite(conn) => conn.revert_last_migration(SQLITE),
                Conn::Postgres(conn) => conn.revert_last_migration(POSTGRES),
            }
            .map(|version| version.to_string())
            .map_err(|error| Error::Schema(format!("cannot undo the last migration: {error}")))
        })
    }

    /// All migrations of this program, and whether the database has them.
    pub fn migrations(&self) -> Result<Vec<Migration>, Error> {
        inspect(&mut self.owner()?)
    }

    /// A connection of its own: migrating must not depend on the pools.
    fn owner(&self) -> Result<Conn, Error> {
        let mut conn = Manager { url: self.url.clone(), read_only: false }.open()?;
        if let Conn::Postgres(conn) = &mut conn {
            // Building an index takes as long as it takes.
            conn.batch_execute("SET statement_timeout = 0")?;
        }
        Ok(conn)
    }
}

fn inspect(conn: &mut Conn) -> Result<Vec<Migration>, Error> {
    let (known, applied) = match conn {
        Conn::Sqlite(conn) => (names::<diesel::sqlite::Sqlite>(&SQLITE)?, applied(conn)?),
        Conn::Postgres(conn) => (names::<diesel::pg::Pg>(&POSTGRES)?, applied(conn)?),
    };
    let versions: BTreeSet<String> = known.iter().map(|name| version(name)).collect();
    let newer: Vec<&str> = applied.iter().filter(|v| !versions.contains(*v)).map(String::as_str).collect();
    if !newer.is_empty() {
        return Err(Error::Schema(format!(
            "the database is newer than this program: it has migration {}, which version {} does not know. \
             Start the newer program, or restore the backup made before the upgrade.",
            newer.join(", "),
            env!("CARGO_PKG_VERSION"),
        )));
    }
    Ok(known.into_iter().map(|name| Migration { applied: applied.contains(&version(&name)), name }).collect())
}

/// The digits of a migration's name, as the table of applied ones has them.
fn version(name: &str) -> String {
    name.split('_').next().unwrap_or(name).replace('-', "")
}

fn names<DB: diesel::backend::Backend>(
    source: &impl diesel::migration::MigrationSource<DB>,
) -> Result<Vec<String>, Error> {
    let mut names: Vec<String> = source
        .migrations()
        .map_err(|error| Error::Schema(error.to_string()))?
        .iter()
        .map(|migration| migration.name().to_string())
        .collect();
    names.sort();
    Ok(names)
}

fn applied<C, DB>(conn: &mut C) -> Result<BTreeSet<String>, Error>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    let versions = conn.applied_migrations().map_err(|error| Error::Schema(error.to_string()))?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Runs while no other instance migrates. SQLite: its write lock, taken per migration, is enough,
/// because the losers then find nothing left to do after waiting.
fn locked<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> Result<T, Error> {
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})"))?;
    }
    let result = work(conn);
    if let Conn::Postgres(conn) = conn {
        conn.batch_execute(&format!("SELECT pg_advisory_unlock({LOCK})"))?;
    }
    result
}
