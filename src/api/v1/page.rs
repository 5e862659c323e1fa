//! Pages: how many, and where the next one begins. Cursors are opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::domain::Instant;
use crate::domain::ids::TicketId;
use crate::services::tickets::list::Cursor;
use crate::services::{Error, Result};
use crate::store::queues::Place;

/// Items of a page unless the request says otherwise, and the most.
pub const USUAL: i64 = 50;
pub const MOST: i64 = 200;

/// The number of items asked for.
pub fn limit(asked: Option<i64>) -> Result<i64> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Error::field("/limit", "out_of_range", format!("1 sampai {MOST}"))),
    }
}

/// A cursor over ids or sequence numbers.
pub fn after(cursor: Option<&str>) -> Result<i64> {
    let Some(cursor) = cursor else { return Ok(0) };
    decode(cursor)?.strip_prefix('i').and_then(|id| id.parse().ok()).filter(|id| *id >= 0).ok_or(Error::Cursor)
}

/// Splits what was read with one item too many: the page, and the cursor behind it.
pub fn split<T>(mut items: Vec<T>, limit: i64, id: impl Fn(&T) -> i64) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| encode(&format!("i{}", id(last))));
    (items, next)
}

/// A cursor over a list of tickets, as text.
pub fn to_text(cursor: Cursor) -> String {
    match cursor {
        Cursor::Queue(place) => encode(&format!("q{}.{}", place.updated_at.timestamp_millis(), place.id)),
        Cursor::Search(id) => encode(&format!("s{id}")),
    }
}

/// Reads a cursor over a list of tickets.
pub fn from_text(cursor: &str) -> Result<Cursor> {
    let text = decode(cursor)?;
    let read = || {
        if let Some(id) = text.strip_prefix('s') {
            return Some(Cursor::Search(TicketId(id.parse().ok()?)));
        }
        let (milliseconds, id) = text.strip_prefix('q')?.split_once('.')?;
        let updated_at = Instant::from_timestamp_millis(milliseconds.parse().ok()?)?;
        // Beyond these the databases keep no instants.
        let plausible = (0..=9999).contains(&chrono::Datelike::year(&updated_at));
        plausible.then_some(Cursor::Queue(Place { updated_at, id: TicketId(id.parse().ok()?) }))
    };
    read().ok_or(Error::Cursor)
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn decode(cursor: &str) -> Result<String> {
    URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Error::Cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_rubbish_is_refused() {
        let place = Place { updated_at: Instant::from_timestamp_millis(1_700_000_000_123).unwrap(), id: TicketId(7) };
        for cursor in [Cursor::Queue(place), Cursor::Search(TicketId(9))] {
            assert_eq!(from_text(&to_text(cursor)).unwrap(), cursor);
        }
        let year_ten_thousand = encode("q253402300800000.1");
        for rubbish in ["", "x", "%%%", "cXg", "aTEy", &year_ten_thousand, "czk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"] {
            assert!(matches!(from_text(rubbish), Err(Error::Cursor)), "{rubbish}");
        }
        assert_eq!(after(Some(&encode("i12"))).unwrap(), 12);
        for rubbish in [encode("i-1"), encode("s1"), "?".to_owned()] {
            assert!(after(Some(&rubbish)).is_err());
        }
    }
}
