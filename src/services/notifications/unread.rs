//! How many notices somebody has not seen. On every page, so it is one look into one index.

use super::super::{Desk, Result};
use crate::domain::people::Actor;
use crate::store::notices;

/// The most that are counted: whoever has more has many.
pub const MOST: i64 = 99;

/// Counts them; one more than [`MOST`] if there are more.
pub fn count(desk: &Desk, actor: &Actor) -> Result<i64> {
    desk.read(|conn| Ok(notices::count_unseen(conn, actor.id, MOST + 1)?))
}
