//! The database, and the only place with SQL. Reads take a `&mut Conn`, writes a `&mut Tx`; nothing
//! else can change a row. Knows the domain's types and nothing of services, HTTP or mail.

pub mod access;
pub mod attachments;
pub mod blobs;
pub mod breaches;
pub mod clocks;
mod conn;
pub mod deliveries;
pub mod directory;
mod error;
pub mod evaluations;
pub mod figures;
pub mod handovers;
pub mod history;
pub mod imports;
pub mod inbound_mail;
mod keep;
mod line;
pub mod mail_log;
pub mod mailboxes;
pub mod messages;
mod migrate;
pub mod notice_choices;
pub mod notices;
pub mod organisation;
pub mod outbox;
pub mod people;
pub mod period_tickets;
pub mod presence;
pub mod queues;
pub mod ratings;
pub mod recommendations;
pub mod report_recipients;
pub mod report_signatures;
pub mod reports;
pub mod resets;
pub mod saved_views;
pub(crate) mod schema;
pub mod search;
pub mod settings;
pub mod sla;
pub mod supervision;
pub mod tickets;
pub mod tries;
pub mod web_sessions;

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use diesel::connection::SimpleConnection;

pub use conn::{Conn, Url};
use conn::{Manager, Pool, on_each, pool};
pub use error::{Error, Retry};
use line::Line;
pub use migrate::Migration;

use crate::domain::Instant;

/// How often a transaction that lost a race is tried again before the caller is told.
const TRIES: u32 = 6;

/// A database with its pools.
pub struct Store {
    url: Url,
    readers: Pool,
    writers: Pool,
    /// Before SQLite's one writer. PostgreSQL has as many as it likes, and gathers their commits by itself.
    line: Option<Line>,
}

/// How many connections, and how long a request waits for one.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Connections that read (SQLite), or read and write (PostgreSQL: as many again write).
    pub readers: u32,
    /// How long to wait for a free connection before answering that the database is unavailable.
    pub wait: Duration,
}

impl Store {
    /// Opens the database; does not touch its schema (see [`Store::migrate`]).
    pub fn open(url: &str, sizes: Sizes) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(Error::Schema)?;
        if let Url::Sqlite(path) = &url
            && let Some(folder) = std::path::Path::new(path).parent()
            && !folder.as_os_str().is_empty()
        {
            std::fs::create_dir_all(folder)
                .map_err(|error| Error::Unavailable(format!("{}: {error}", folder.display())))?;
        }
        // SQLite has one writer at a time anyhow: the others wait in line instead of failing.
        let line = matches!(url, Url::Sqlite(_)).then(|| Line::new(sizes.wait));
        let writers = if line.is_some() { 1 } else { sizes.readers };
        let writers = pool(Manager { url: url.clone(), read_only: false }, writers, sizes.wait)?;
        let readers = pool(Manager { url: url.clone(), read_only: true }, sizes.readers, sizes.wait)?;
        Ok(Self { url, readers, writers, line })
    }

    /// Which database this is.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// How many transactions of one piece of work usefully write side by side, leaving connections to others.
    pub fn writers(&self) -> usize {
        usize::try_from(self.writers.max_size()).unwrap_or(1).clamp(1, 4)
    }

    /// Runs reads on one connection.
    pub fn read<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut pooled = take(&self.readers)?;
        // Until the work is known to have ended well the connection counts as broken: a panic in
        // between must not put it back.
        pooled.broken = true;
        let result = work(&mut pooled.conn);
        pooled.broken = result.is_err() && !is_alive(&mut pooled.conn);
        result
    }

    /// Runs reads that all see the same moment, whatever is written meanwhile.
    pub fn snapshot<T, E: From<Error>>(&self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.read(|conn| {
            let begin = match conn {
                Conn::Sqlite(_) => "BEGIN",
                Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0",
            };
            execute(conn, begin)?;
            let result = work(conn);
            execute(conn, "ROLLBACK")?;
            result
        })
    }

    /// Runs one write transaction: all of it is committed, durably, or nothing. The only way to
    /// change a row. `work` runs again on fresh rows after a lost race, so it must have no effect
    /// outside the transaction. On SQLite it may share its commit with others (`store/line.rs`).
    pub fn write<T, E: From<Error> + Retry>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut tries = 1;
        loop {
            match self.write_once(&mut work) {
                Err(error) if error.is_race() && tries < TRIES => {
                    tries += 1;
                    tracing::debug!(tries, "lost a race, trying again");
                }
                result => return result,
            }
        }
    }

    fn write_once<T, E: From<Error>>(&self, work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        if let Some(line) = &self.line {
            return line.write(&self.writers, work);
        }
        let mut pooled = take(&self.writers)?;
        pooled.broken = true;
        let result = begin(&mut pooled.conn).map_err(E::from).and_then(|()| {
            let result = work(&mut Tx { conn: &mut pooled.conn });
            match result {
                Ok(value) => Ok(commit(&mut pooled.conn).map(|()| value)?),
                Err(error) => Err(error),
            }
        });
        if result.is_ok() || execute(&mut pooled.conn, "ROLLBACK").is_ok() {
            pooled.broken = false;
        }
        result
    }
}

fn begin(conn: &mut Conn) -> Result<(), Error> {
    match conn {
        // Taking the write lock at once: a deferred transaction that finds another writer when it
        // first writes can only fail.
        Conn::Sqlite(conn) => conn.batch_execute("BEGIN IMMEDIATE"),
        Conn::Postgres(conn) => conn.batch_execute("BEGIN"),
    }
    .map_err(Error::from)
}

fn commit(conn: &mut Conn) -> Result<(), Error> {
    execute(conn, "COMMIT").map_err(|error| match error {
        Error::Unavailable(cause) => Error::Unanswered(cause),
        other => other,
    })
}

fn execute(conn: &mut Conn, sql: &str) -> Result<(), Error> {
    on_each!(conn, conn => conn.batch_execute(sql)).map_err(Error::from)
}

fn is_alive(conn: &mut Conn) -> bool {
    execute(conn, "SELECT 1").is_ok()
}

fn take(pool: &Pool) -> Result<r2d2::PooledConnection<Manager>, Error> {
    pool.get().map_err(|error| Error::Unavailable(error.to_string()))
}

/// A write transaction. Whoever has one may change rows; [`Store::write`] is where it comes from.
pub struct Tx<'a> {
    conn: &'a mut Conn,
}

impl Tx<'_> {
    /// Marks a point inside the transaction, to which [`Tx::undo_to_mark`] goes back.
    pub fn mark(&mut self) -> Result<(), Error> {
        execute(self.conn, "SAVEPOINT mark")
    }

    /// Keeps what was done since the mark.
    pub fn keep(&mut self) -> Result<(), Error> {
        execute(self.conn, "RELEASE SAVEPOINT mark")
    }

    /// Undoes what was done since the mark.
    pub fn undo_to_mark(&mut self) -> Result<(), Error> {
        execute(self.conn, "ROLLBACK TO SAVEPOINT mark")?;
        self.keep()
    }
}

impl Deref for Tx<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

/// An instant as the databases keep it: UTC without zone, whole milliseconds.
fn stored(at: Instant) -> NaiveDateTime {
    DateTime::from_timestamp_millis(at.timestamp_millis())
        .expect("the milliseconds of a valid instant are one")
        .naive_utc()
}

/// What stands in a column that is sorted by for an instant that never comes: the end of time.
fn or_never(at: Option<Instant>) -> NaiveDateTime {
    at.map_or(NEVER, stored)
}

/// The instant of such a column.
fn unless_never(at: NaiveDateTime) -> Option<Instant> {
    (at < NEVER).then(|| at.and_utc())
}

const NEVER: NaiveDateTime = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day.and_time(NaiveTime::MIN),
    None => NaiveDateTime::MAX,
};

/// A word of one of our enums; anything else means that the row was tampered with.
fn word<T>(parse: impl Fn(&str) -> Option<T>, word: &str) -> Result<T, Error> {
    parse(word).ok_or_else(|| Error::Corrupt(format!("unknown word \"{word}\"")))
}
