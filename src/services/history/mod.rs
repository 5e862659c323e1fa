//! The history proven: daily anchors, and the check that nothing was changed behind the program's back.

pub mod anchor;
pub mod verify;

use crate::domain::chain::{Merkle, canonical, sha256_hex};
use crate::domain::ids::{EventId, TicketId};
use crate::store::history::{self, AnchorRow};
use crate::store::{Conn, Error};

/// How many tickets are looked at in one go.
const STRIDE: i64 = 500;

/// So many events are read at once; more are read ticket by ticket, in bounded memory.
const AT_ONCE: i64 = 100_000;

/// The Merkle root over the heads of all tickets with events in a range of ids.
fn heads_root(conn: &mut Conn, after: EventId, last: EventId) -> Result<Merkle, Error> {
    let mut tree = Merkle::default();
    let mut take = |heads: Vec<(TicketId, i64, String)>| {
        heads.iter().for_each(|(ticket, seq, hash)| tree.push(&format!("{ticket}:{seq}:{hash}")));
    };
    if last.0 - after.0 <= AT_ONCE {
        take(history::heads(conn, (after, last), None)?);
        return Ok(tree);
    }
    let end = history::last_ticket(conn)?.0;
    let mut from = 1;
    while from <= end {
        let range = (TicketId(from), TicketId(from + STRIDE - 1));
        take(history::heads(conn, (after, last), Some(range))?);
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
