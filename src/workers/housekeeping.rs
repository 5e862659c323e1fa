//! Once a minute on one instance: closes the day with an anchor, puts the search index in order, forgets
//! what has served its time.

use chrono::Duration;

use crate::services::history::anchor;
use crate::services::{Desk, Result, inbound, tickets};
use crate::store::{access, presence, resets, search, tries};

/// How long outcomes of idempotent requests, wrong tries to sign in and links to new passwords are remembered, in hours. Longer than
/// an address can be locked.
const REMEMBERED_HOURS: i64 = 48;

/// How long an instance keeps the lease without renewing it, in seconds.
const LEASE_SECONDS: i64 = 150;

/// Does what is due, if this instance holds the lease.
pub fn tick(desk: &Desk, holder: &str) -> Result<()> {
    if !super::lease(desk, "housekeeping", holder, LEASE_SECONDS)? {
        return Ok(());
    }
    let anchored = anchor::run(desk)?;
    if let Some(day) = anchored {
        tracing::info!(%day, "anchored the day");
    }
    // A new day: what was added to the search index since yesterday becomes one piece.
    desk.housekeep(|work| Ok(search::tidy(work.tx, anchored.is_some())?))?;
    desk.housekeep(|work| {
        let before = work.now - Duration::hours(REMEMBERED_HOURS);
        tries::forget(work.tx, before)?;
        presence::forget(work.tx, work.now - tickets::presence::LASTS)?;
        resets::forget(work.tx, before)?;
        Ok(access::forget(work.tx, before, work.now)?)
    })?;
    inbound::keep::run(desk)?;
    Ok(())
}
