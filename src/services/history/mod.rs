//! The history proven: daily anchors, and the check that nothing was changed behind the program's back.

pub mod anchor;
pub mod verify;

use std::collections::BTreeSet;

use crate::domain::chain::{Merkle, canonical, sha256_hex};
use crate::domain::ids::{EventId, TicketId};
use crate::store::history::{self, AnchorRow};
use crate::store::{Conn, Error};

/// How many tickets are looked at in one go.
const STRIDE: i64 = 500;

/// The Merkle root over the heads of all tickets with events in a range of ids. Reads the events of the
/// range and no others: closing a day costs what happened on it, however old the desk is.
fn heads_root(conn: &mut Conn, after: EventId, last: EventId) -> Result<Merkle, Error> {
    let mut tickets = BTreeSet::new();
    let mut from = after;
    while from < last {
        let to = EventId(last.0.min(from.0 + STRIDE * 20));
        tickets.extend(history::changed(conn, from, to)?);
        from = to;
    }
    let tickets: Vec<TicketId> = tickets.into_iter().collect();
    let mut tree = Merkle::default();
    for some in tickets.chunks(usize::try_from(STRIDE).expect("a small number")) {
        for (ticket, seq, hash) in history::heads(conn, (after, last), some)? {
            tree.push(&format!("{ticket}:{seq}:{hash}"));
        }
    }
    Ok(tree)
}

/// The hash of an anchor: chained to the one before.
fn anchor_hash(row: &AnchorRow, previous: &str) -> String {
    let own = canonical(&serde_json::json!({
        "day": row.day.to_string(),
        "first": row.first_event_id,
        "last": row.last_event_id,
        "heads": row.heads,
        "audit_seq": row.audit_seq,
        "audit_hash": row.audit_hash,
        "root": row.root,
    }));
    sha256_hex(format!("{previous}{own}").as_bytes())
}
