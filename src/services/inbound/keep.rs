//! Forgets mails as they came, when they have served their time.

use chrono::Duration;

use super::super::{Desk, Result};
use crate::store::{inbound_mail, report_signatures};

/// How many are forgotten in one turn.
const TOGETHER: i64 = 200;

/// Forgets what is older than the configuration says; gives how many.
pub fn run(desk: &Desk) -> Result<usize> {
    let before = desk.now() - Duration::days(desk.config.inbound.keep_days.into());
    let old = desk.read(|conn| Ok::<_, super::super::Error>(inbound_mail::old_raw(conn, before, TOGETHER)?))?;
    for (id, raw) in &old {
        desk.housekeep(|work| Ok(inbound_mail::drop_raw(work.tx, *id)?))?;
        // Only when it is certain that the row does not name it any more, and while nobody takes a message.
        desk.housekeep(|work| {
            inbound_mail::in_turn(work.tx)?;
            if !inbound_mail::is_referred_to(work.tx, raw)? && !report_signatures::has_content(work.tx, raw)? {
                desk.blobs.remove(raw)?;
            }
            Ok(())
        })?;
    }
    Ok(old.len())
}
