//! Closes a day: one anchor over the heads of all tickets that changed since the last one.

use chrono::NaiveDate;

use super::super::{Desk, Error, Result};
use super::{anchor_hash, heads_root};
use crate::domain::chain::GENESIS;
use crate::domain::ids::EventId;
use crate::store::history::{self, AnchorRow};

/// Anchors yesterday, if that has not been done and anything happened since the last anchor. Safe to
/// run on several instances and any number of times.
pub fn run(desk: &Desk) -> Result<Option<NaiveDate>> {
    match desk.today().pred_opt() {
        Some(yesterday) => up_to(desk, yesterday),
        None => Ok(None),
    }
}

/// Anchors a day that is over.
pub(crate) fn up_to(desk: &Desk, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let before = desk.read(|conn| Ok(history::last_anchor(conn)?))?;
    if before.as_ref().is_some_and(|anchor| anchor.day >= day) {
        return Ok(None);
    }
    let first = EventId(before.as_ref().map_or(0, |anchor| anchor.last_event_id));
    let (last, audit) = desk.housekeep(|work| {
        let last = history::settled_event_id(work.tx)?;
        Ok((last, history::last_audit(work.tx)?))
    })?;
    if last <= first {
        return Ok(None);
    }
    // What is settled never changes, so the long part needs no lock: writers go on meanwhile.
    let tree = desk.read(|conn| Ok(heads_root(conn, first, last)?))?;
    let mut row = AnchorRow {
        day,
        first_event_id: first.0,
        last_event_id: last.0,
        heads: i64::try_from(tree.leaves()).map_err(|e| Error::Internal(e.to_string()))?,
        audit_seq: audit.as_ref().map_or(0, |row| row.seq),
        audit_hash: audit.map_or(GENESIS.to_owned(), |row| row.hash),
        root: tree.root(),
        hash: String::new(),
    };
    row.hash = anchor_hash(&row, before.as_ref().map_or(GENESIS, |anchor| &anchor.hash));
    desk.housekeep(|work| {
        // Another instance may have been faster.
        if history::last_anchor(work.tx)? != before {
            return Ok(None);
        }
        history::insert_anchor(work.tx, &row)?;
        Ok(Some(day))
    })
}
