//! The history proven: daily anchors, and the check that nothing was changed behind the program's back.

pub mod anchor;
pub mod verify;

use crate::domain::chain::{Merkle, canonical, sha256_hex};
use crate::domain::ids::{EventId, TicketId};
use crate::store::history::{self, AnchorRow};
use crate::store::{Conn, Error};

/// How many tickets are looked at in one go.
const STRIDE: i64 = 500;

/// The Merkle root over the heads of all tickets with events in a range of ids.
fn heads_root(conn: &mut Conn, after: EventId, last: EventId) -> Result<Merkle, Error> {
    let mut tree = Merkle::default();
    let end = history::last_ticket(conn)?.0;
    let mut from = 1;
    while from <= end {
        let range = (TicketId(from), TicketId(from + STRIDE - 1));
        for (ticket, seq, hash) in history::heads(conn, (after, last), range)? {
            tree.push(&format!("{ticket}:{seq}:{hash}"));
        }
        from += STRIDE;
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
