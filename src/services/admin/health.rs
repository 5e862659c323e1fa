//! How the desk is: the machinery, and what in the organisation needs somebody to act.

use std::time::{Duration, Instant as Stopwatch};

use chrono::{Days, NaiveDate};

use super::super::{Desk, Result};
use super::appointments::{self, Staffed};
use super::mail;
use super::require_reader;
use crate::domain::Instant;
use crate::domain::people::Actor;
use crate::store::directory::{self, Ending};
use crate::store::mail_log::Counts;
use crate::store::people::{BouncedRow, PersonRow};
use crate::store::settings::{self, LeaseRow};
use crate::store::{Migration, Url, attachments, history, outbox, people};

/// How many days ahead an appointment that ends is told of.
pub const ENDING_DAYS: u64 = 30;

/// The most rows of each list: whoever has more sees how many.
const MOST: i64 = 100;

/// How it is.
#[derive(Clone, Debug)]
pub struct Health {
    pub database: &'static str,
    /// How long it took to answer.
    pub answered_in: Duration,
    pub migrations: Vec<Migration>,
    /// The last day that an anchor closes.
    pub anchored: Option<NaiveDate>,
    /// Whether something has happened that an anchor could close.
    pub anything: bool,
    pub mail: Counts,
    /// Active people whose address mail came back from.
    pub bounced: Vec<BouncedRow>,
    /// Since when the notice has been due that waits longest.
    pub oldest_waiting: Option<Instant>,
    pub leases: Vec<LeaseRow>,
    pub files: i64,
    pub file_bytes: i64,
    /// Active OPDs without Tier 1.
    pub without_desk: Vec<Staffed>,
    /// Active OPDs.
    pub opds: usize,
    pub ending: Vec<Ending>,
    pub without_password: Vec<PersonRow>,
    pub without_password_count: i64,
}

/// Looks at everything. For admins and auditors.
pub fn read(desk: &Desk, actor: &Actor) -> Result<Health> {
    require_reader(actor)?;
    let active: Vec<_> = appointments::list(desk, actor)?.into_iter().filter(|one| one.opd.active).collect();
    let migrations = desk.store.migrations()?;
    let today = desk.today();
    let soon = today.checked_add_days(Days::new(ENDING_DAYS)).unwrap_or(today);
    let database = match desk.store.url() {
        Url::Sqlite(_) => "SQLite",
        Url::Postgres(_) => "PostgreSQL",
    };
    desk.read(|conn| {
        let begun = Stopwatch::now();
        let anchored = history::last_anchor(conn)?.map(|anchor| anchor.day);
        let answered_in = begun.elapsed();
        let (files, file_bytes) = attachments::kept(conn)?;
        Ok(Health {
            database,
            answered_in,
            migrations,
            anchored,
            anything: history::last_ticket(conn)?.0 > 0,
            mail: mail::in_conn(desk, conn)?,
            bounced: people::bounced(conn)?,
            oldest_waiting: outbox::oldest_waiting(conn)?.map(|at| at.and_utc()),
            leases: settings::leases(conn)?,
            files,
            file_bytes,
            opds: active.len(),
            without_desk: active.into_iter().filter(|one| !one.has_desk).collect(),
            ending: directory::ending(conn, today, soon, MOST)?,
            without_password: directory::without_password(conn, MOST)?,
            without_password_count: directory::count_without_password(conn)?,
        })
    })
}
