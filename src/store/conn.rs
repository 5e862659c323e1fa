//! A connection to either database, and how it is made.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;

use super::Error;

/// A connection to SQLite or PostgreSQL. One query text runs on both.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// Embedded.
    Sqlite(diesel::SqliteConnection),
    /// A server, for several instances.
    Postgres(diesel::PgConnection),
}

/// Runs one query text against the concrete connection: for what `MultiConnection` cannot express.
macro_rules! on_each {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::store::conn::Conn::Sqlite($inner) => $body,
            $crate::store::conn::Conn::Postgres($inner) => $body,
        }
    };
}
pub(crate) use on_each;

/// Which database a URL names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Url {
    /// `sqlite://PATH`, relative to the working directory unless it begins with `/`.
    Sqlite(String),
    /// `postgres://…` or `postgresql://…`, as libpq reads it.
    Postgres(String),
}

impl Url {
    /// Chooses by the scheme. Trying both, as a generic `establish` would, hides the real error.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("sqlite:// needs a path, for example sqlite://data/kentongan.db".to_owned());
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("must begin with sqlite:// or postgres://".to_owned())
    }
}

/// A connection in the pool, and whether it may be used again.
pub struct Pooled {
    pub conn: Conn,
    pub broken: bool,
}

/// Makes connections for r2d2.
#[derive(Debug)]
pub struct Manager {
    pub url: Url,
    /// SQLite only: refuse to write, so that a mistake in a read is an error and not a second writer.
    pub read_only: bool,
}

impl Manager {
    /// Connects and sets what every connection must have.
    pub fn open(&self) -> Result<Conn, Error> {
        match &self.url {
            Url::Sqlite(path) => {
                let mut conn = diesel::SqliteConnection::establish(path)
                    .map_err(|error| Error::Unavailable(format!("{path}: {error}")))?;
                // FULL: a commit that was answered survives a power cut, WAL or not.
                conn.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; \
                     PRAGMA wal_autocheckpoint = 16000; PRAGMA journal_size_limit = 67108864;",
                )?;
                if self.read_only {
                    conn.batch_execute("PRAGMA query_only = ON;")?;
                }
                Ok(Conn::Sqlite(conn))
            }
            Url::Postgres(url) => {
                let mut conn =
                    diesel::PgConnection::establish(url).map_err(|error| Error::Unavailable(error.to_string()))?;
                // Nothing here reads enough to be worth starting workers or compiling for, which takes milliseconds.
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET application_name = 'kentongan'; SET statement_timeout = '60s'; \
                     SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning; \
                     SET max_parallel_workers_per_gather = 0; SET jit = off;",
                )?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled, Error> {
        self.open().map(|conn| Pooled { conn, broken: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Error> {
        on_each!(&mut pooled.conn, conn => conn.ping()).map_err(Error::from)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.broken
    }
}

/// A pool of connections.
pub type Pool = r2d2::Pool<Manager>;

/// Makes a pool of up to `size` connections; the first is made at once, so that a wrong URL is told.
pub fn pool(manager: Manager, size: u32, wait: Duration) -> Result<Pool, Error> {
    manager.open()?;
    Ok(r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        // A broken connection is noticed by the request that meets it (see `Store`), which saves a
        // round trip on every other.
        .test_on_check_out(false)
        .connection_timeout(wait)
        .error_handler(Box::new(Quiet))
        .build_unchecked(manager))
}

/// Connection errors are answered to whoever waits for a connection; here they are only traced.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<Error> for Quiet {
    fn handle_error(&self, error: Error) {
        tracing::debug!(%error, "cannot connect");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_chooses_the_database() {
        assert_eq!(Url::parse("sqlite://data/a.db"), Ok(Url::Sqlite("data/a.db".into())));
        assert!(matches!(Url::parse("postgres://u@h/db"), Ok(Url::Postgres(_))));
        assert!(matches!(Url::parse("postgresql://u@h/db"), Ok(Url::Postgres(_))));
        for bad in ["", "sqlite://", "mysql://x", "data/a.db"] {
            assert!(Url::parse(bad).is_err(), "{bad}");
        }
    }
}
