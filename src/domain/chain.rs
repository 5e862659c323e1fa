//! The arithmetic of tamper evidence: canonical JSON, the hash of an event, digests of text, and the
//! Merkle root that anchors a day.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Instant;
use super::ids::{PersonId, TicketId};

/// What the first event of a chain is chained to.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// SHA-256 as 64 lower-case hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a String cannot fail");
        out
    })
}

/// The bytes of lower or upper case hex; nothing for what is none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// JSON with keys sorted at every depth and no white space, so that equal values give equal bytes.
pub fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_canonical(value, out);
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

/// What is hashed of an event, besides the hash before it. `ticket` is `None` in the audit chain.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    pub ticket: Option<TicketId>,
    pub seq: i64,
    pub kind: &'a str,
    pub actor: Option<PersonId>,
    pub at: Instant,
    /// Canonical JSON, as stored.
    pub payload: &'a str,
}

impl Link<'_> {
    /// SHA-256(previous hash ‖ canonical JSON of this event), hex.
    pub fn hash(&self, previous: &str) -> String {
        // The payload goes in as a string: what is stored is hashed to the byte.
        let own = canonical(&json!({
            "actor": self.actor,
            "at": self.at.timestamp_millis(),
            "kind": self.kind,
            "payload": self.payload,
            "seq": self.seq,
            "ticket": self.ticket,
        }));
        let mut hasher = Sha256::new();
        hasher.update(previous.as_bytes());
        hasher.update(own.as_bytes());
        hex(&hasher.finalize())
    }
}

/// The digest by which an event refers to a text: SHA-256(salt ‖ text), hex. Once the salt is
/// erased with the text, nobody can find the text by trying (UU PDP: erasure must be real).
pub fn text_digest(salt: &str, text: &str) -> String {
    sha256_hex(format!("{salt}\u{0}{text}").as_bytes())
}

/// A Merkle tree over leaves as they come (RFC 6962 shape: leaves and nodes hashed with different
/// prefixes, an odd node moves up), in memory that grows with the logarithm of their number.
#[derive(Clone, Debug, Default)]
pub struct Merkle {
    /// The root of a full tree of 2^index leaves, where there is one.
    full: Vec<Option<String>>,
    leaves: u64,
}

impl Merkle {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: &str) {
        self.leaves += 1;
        let mut node = sha256_hex(format!("0{leaf}").as_bytes());
        for slot in &mut self.full {
            match slot.take() {
                Some(left) => node = join(&left, &node),
                None => {
                    *slot = Some(node);
                    return;
                }
            }
        }
        self.full.push(Some(node));
    }

    /// How many leaves there are.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root; of no leaves the hash of nothing.
    pub fn root(&self) -> String {
        let smallest_first = self.full.iter().flatten();
        smallest_first.cloned().reduce(|right, left| join(&left, &right)).unwrap_or_else(|| sha256_hex(b""))
    }
}

fn join(left: &str, right: &str) -> String {
    sha256_hex(format!("1{left}{right}").as_bytes())
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn canonical_json_sorts_keys_at_every_depth() {
        let value: Value = serde_json::from_str(r#"{"b": [ {"z":1,"a":"é\n"} ], "a": null, "A": 1.5}"#).unwrap();
        assert_eq!(canonical(&value), r#"{"A":1.5,"a":null,"b":[{"a":"é\n","z":1}]}"#);
    }

    #[test]
    fn the_hash_covers_every_part_of_an_event() {
        let at = Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap();
        let base = Link { ticket: Some(TicketId(1)), seq: 2, kind: "noted", actor: None, at, payload: "{}" };
        let hash = base.hash(GENESIS);
        assert_eq!(hash.len(), 64);
        assert_eq!(hash, base.hash(GENESIS));
        let changed = [
            Link { ticket: Some(TicketId(2)), ..base },
            Link { seq: 3, ..base },
            Link { kind: "replied", ..base },
            Link { actor: Some(PersonId(1)), ..base },
            Link { at: at + chrono::Duration::milliseconds(1), ..base },
            Link { payload: "{ }", ..base },
        ];
        for link in changed {
            assert_ne!(link.hash(GENESIS), hash, "{link:?}");
        }
        assert_ne!(base.hash(&hash), hash);
    }

    #[test]
    fn a_digest_depends_on_salt_and_text() {
        assert_ne!(text_digest("a", "bc"), text_digest("ab", "c"));
        assert_ne!(text_digest("a", "b"), text_digest("a", "c"));
    }

    fn merkle_root(leaves: &[String]) -> String {
        let mut tree = Merkle::default();
        leaves.iter().for_each(|leaf| tree.push(leaf));
        tree.root()
    }

    #[test]
    fn an_odd_node_moves_up() {
        let leaf = |text: &str| sha256_hex(format!("0{text}").as_bytes());
        let (a, b, c) = (leaf("a"), leaf("b"), leaf("c"));
        let leaves = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(merkle_root(&leaves), join(&join(&a, &b), &c));
        assert_eq!(merkle_root(&leaves[..1]), a);
        assert_eq!(merkle_root(&[]), sha256_hex(b""));
    }

    proptest! {
        #[test]
        fn any_change_of_leaves_changes_the_root(n in 1usize..20, which in 0usize..20, swap in 0usize..20) {
            let leaves: Vec<String> = (0..n).map(|i| format!("leaf{i}")).collect();
            let root = merkle_root(&leaves);
            let mut changed = leaves.clone();
            changed[which % n].push('x');
            prop_assert_ne!(merkle_root(&changed), root.clone());
            let mut fewer = leaves.clone();
            fewer.pop();
            prop_assert_ne!(merkle_root(&fewer), root.clone());
            let mut swapped = leaves.clone();
            swapped.swap(which % n, swap % n);
            prop_assert_eq!(merkle_root(&swapped) == root, which % n == swap % n);
        }
    }
}
