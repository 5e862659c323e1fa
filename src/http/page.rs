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
        Cursor::Queue(Place::Updated { at, id }) => encode(&format!("q{}.{id}", at.timestamp_millis())),
        Cursor::Queue(Place::Due { at: Some(at), id }) => encode(&format!("d{}.{id}", at.timestamp_millis())),
        Cursor::Queue(Place::Due { at: None, id }) => encode(&format!("n{id}")),
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
        if let Some(id) = text.strip_prefix('n') {
            return Some(Cursor::Queue(Place::Due { at: None, id: TicketId(id.parse().ok()?) }));
        }
        let (milliseconds, id) = text.get(1..)?.split_once('.')?;
        let at = Instant::from_timestamp_millis(milliseconds.parse().ok()?)?;
        let id = TicketId(id.parse().ok()?);
        // Beyond these the databases keep no instants.
        let plausible = (0..=9999).contains(&chrono::Datelike::year(&at));
        match text.get(..1)? {
            "q" if plausible => Some(Cursor::Queue(Place::Updated { at, id })),
            "d" if plausible => Some(Cursor::Queue(Place::Due { at: Some(at), id })),
            _ => None,
        }
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
        let (at, id) = (Instant::from_timestamp_millis(1_700_000_000_123).unwrap(), TicketId(7));
        let places = [Place::Updated { at, id }, Place::Due { at: Some(at), id }, Place::Due { at: None, id }];
        for cursor in places.map(Cursor::Queue).into_iter().chain([Cursor::Search(TicketId(9))]) {
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
