//! The way of a notice out of the desk: claimed, sent by somebody else, and ended.

use std::sync::atomic::Ordering;

use chrono::{DurationRound, TimeDelta};

use super::super::accounts::reset;
use super::super::{Desk, Result};
use crate::domain::Instant;
use crate::domain::mail::again;
use crate::store::deliveries::{self, Claimed, End, Figures};

/// How long a claim holds, in seconds: longer than whoever claimed goes on sending, so that only what a dead
/// instance had in its hands is ever sent by somebody else.
pub const CLAIM_SECONDS: i64 = 300;

/// Whether there is something to send.
pub fn is_due(desk: &Desk) -> Result<bool> {
    let now = desk.now();
    desk.read(|conn| Ok(deliveries::is_due(conn, now)?))
}

/// Claims what is to be sent next, as much of it as the relay takes in this minute.
pub fn claim(desk: &Desk, most: i64) -> Result<Vec<Claimed>> {
    let per_minute = i64::from(desk.config.mail.per_minute);
    desk.housekeep(|work| {
        let minute = work.now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(work.now);
        let limit = if per_minute > 0 { deliveries::allow(work.tx, minute, per_minute, most)? } else { most };
        let claimed = deliveries::claim(work.tx, work.now, work.now + TimeDelta::seconds(CLAIM_SECONDS), limit)?;
        if per_minute > 0 {
            deliveries::count(work.tx, minute, i64::try_from(claimed.len()).unwrap_or(limit))?;
        }
        Ok(claimed)
    })
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A server took it, and said this.
    Sent(String),
    /// It may leave when it is tried again.
    Failed(String),
    /// It never will leave as it is.
    Refused(String),
    /// It need not leave any more.
    Kept(&'static str),
    /// Nothing was tried.
    Released,
}

/// Records what came of sending; gives whether the notice was given up.
pub fn record(desk: &Desk, claimed: &Claimed, outcome: &Outcome) -> Result<bool> {
    // A link is not tried for longer than it would hold.
    let hours = claimed.reset.map(|_| reset::hours(claimed.notice));
    let hours = hours.unwrap_or_else(|| i64::from(desk.config.mail.keep_trying_hours));
    let (counter, is_dead) = match outcome {
        Outcome::Sent(_) => (Some(&desk.counters.sent), false),
        Outcome::Failed(_) => (Some(&desk.counters.failed), again::after(claimed.attempt, hours).is_none()),
        Outcome::Refused(_) => (Some(&desk.counters.failed), true),
        Outcome::Kept(_) | Outcome::Released => (None, false),
    };
    desk.housekeep(|work| {
        let end = match outcome {
            Outcome::Sent(answer) => End::Sent(answer),
            Outcome::Refused(answer) => End::Dead(answer),
            Outcome::Failed(answer) => match again::after(claimed.attempt, hours) {
                Some(wait) => End::Again(work.now + wait, answer),
                None => End::Dead(answer),
            },
            Outcome::Kept(why) => End::Kept(why),
            Outcome::Released => End::Released,
        };
        Ok(deliveries::end(work.tx, claimed.id, claimed.attempt, work.now, end)?)
    })?;
    if let Some(counter) = counter {
        counter.fetch_add(1, Ordering::Relaxed);
    }
    Ok(is_dead)
}

/// Gives back claims of which nothing was tried.
pub fn release(desk: &Desk, claimed: &[&Claimed]) -> Result<()> {
    desk.housekeep(|work| {
        for one in claimed {
            deliveries::end(work.tx, one.id, one.attempt, work.now, End::Released)?;
        }
        Ok(())
    })
}

/// How the outbox is, for whoever watches.
pub fn figures(desk: &Desk) -> Result<Figures> {
    desk.read(|conn| Ok(deliveries::figures(conn)?))
}

/// How long something has waited, in whole seconds.
pub fn age(desk: &Desk, since: Instant) -> i64 {
    (desk.now() - since).num_seconds().max(0)
}
