//! How mailboxes are read: from where on, what is left, and what went wrong.

use chrono::{Duration, NaiveDate};

use super::super::{Desk, Error, Result};
use super::require_postmaster;
use crate::domain::people::Actor;
use crate::store::mailboxes::MailboxRow;
use crate::store::{inbound_mail, mailboxes};

/// Of which day on the messages of a mailbox count. Notes the mailbox when it is looked at for the first time.
pub fn begin(desk: &Desk, name: &str) -> Result<NaiveDate> {
    let known = desk.read(|conn| Ok(mailboxes::by_name(conn, name)?))?;
    if let Some(row) = known {
        return Ok(row.begins_at.date());
    }
    let begins_at = desk.now() - Duration::days(desk.config.inbound.first_days.into());
    desk.housekeep(|work| {
        if mailboxes::by_name(work.tx, name)?.is_none() {
            mailboxes::add(work.tx, name, begins_at, work.now)?;
        }
        Ok(())
    })?;
    Ok(begins_at.date_naive())
}

/// Which of these messages are to be processed, in order. They are the whole mailbox, or what is new in it.
/// Notes how many there are and how many of them were processed.
pub fn left(desk: &Desk, name: &str, validity: u32, mut uids: Vec<u32>, whole: bool) -> Result<Vec<u32>> {
    let validity = i64::from(validity);
    let (known, before) = desk.read(|conn| {
        let known = match whole {
            true => inbound_mail::known_uids(conn, name, validity)?,
            false => inbound_mail::known_among(conn, name, validity, &uids)?,
        };
        Ok::<_, Error>((known, mailboxes::by_name(conn, name)?))
    })?;
    let total = uids.len();
    uids.retain(|uid| !known.contains(&i64::from(*uid)));
    uids.sort_unstable();
    let (messages, taken) = match &before {
        Some(row) if !whole => (row.messages + uids.len() as i64, row.taken),
        _ => (total as i64, (total - uids.len()) as i64),
    };
    let same = |row: &MailboxRow| {
        (row.uid_validity, row.messages, row.taken) == (validity, messages, taken)
            && row.problem.is_none()
            && desk.now() - row.checked_at.and_utc() < Duration::minutes(1)
    };
    // An idle desk writes little.
    if !before.as_ref().is_some_and(same) {
        desk.housekeep(|work| Ok(mailboxes::note(work.tx, name, validity, messages, taken, work.now)?))?;
    }
    Ok(uids)
}

/// Notes why a mailbox cannot be read.
pub fn fail(desk: &Desk, name: &str, problem: &str) -> Result<()> {
    let problem: String = problem.chars().filter(|c| !c.is_control()).take(500).collect();
    begin(desk, name)?;
    desk.housekeep(|work| Ok(mailboxes::fail(work.tx, name, &problem, work.now)?))
}

/// A mailbox, as its keepers see it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// User, host and folder.
    pub name: String,
    /// Whether it is in the configuration still.
    pub configured: bool,
    /// How it was found last; nothing if it was never looked at.
    pub found: Option<MailboxRow>,
}

/// All mailboxes, those of the configuration first.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<Summary>> {
    require_postmaster(actor)?;
    let configured = desk.config.inbound.read().map_err(Error::Internal)?;
    let mut rows = desk.read(|conn| Ok::<_, Error>(mailboxes::all(conn)?))?;
    let mut all = Vec::new();
    for mailbox in configured {
        let name = mailbox.name();
        let found = rows.iter().position(|row| row.name == name).map(|at| rows.swap_remove(at));
        all.push(Summary { name, configured: true, found });
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    all.extend(rows.into_iter().map(|row| Summary { name: row.name.clone(), configured: false, found: Some(row) }));
    Ok(all)
}
