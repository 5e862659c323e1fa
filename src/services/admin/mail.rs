//! The mail log: every notice that was to reach somebody, and what became of it. Of a ticket it tells nothing:
//! being admin opens none.

use serde_json::json;

use super::super::{Caller, Desk, Error, Result};
use super::{require_admin, require_reader};
use crate::domain::people::Actor;
use crate::domain::ticket::word_enum;
use crate::store::outbox::{self, OutboxRow};

word_enum! {
    /// What became of a notice.
    Delivery {
        /// waits, or is tried again at its time
        Queued = "queued",
        /// the mail server took it
        Sent = "sent",
        /// given up
        Dead = "dead",
    }
}

/// How many notices there are in each state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub queued: i64,
    pub sent: i64,
    pub dead: i64,
}

impl Counts {
    pub(super) fn of(rows: &[(String, i64)]) -> Self {
        let of = |state: Delivery| rows.iter().find(|(word, _)| word == state.as_str()).map_or(0, |(_, count)| *count);
        Self { queued: of(Delivery::Queued), sent: of(Delivery::Sent), dead: of(Delivery::Dead) }
    }
}

/// A page of the log, the newest first, with the counts of all of it.
pub fn list(
    desk: &Desk,
    actor: &Actor,
    state: Option<Delivery>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<OutboxRow>, Counts)> {
    require_reader(actor)?;
    desk.read(|conn| {
        let rows = outbox::log(conn, state.map(Delivery::as_str), before, limit)?;
        Ok((rows, Counts::of(&outbox::counts(conn)?)))
    })
}

/// Has a notice tried again that was given up.
pub fn retry(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        if !outbox::revive(work.tx, id, work.now)? {
            return Err(Error::NotFound);
        }
        work.audit("notice_retried", Some(caller.actor.id), json!({"notice": id}))
    })
}
