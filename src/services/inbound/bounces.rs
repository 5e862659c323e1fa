//! Addresses to which mails do not arrive.

use serde_json::json;

use super::super::admin::require_admin;
use super::super::{Caller, Desk, Error, Result, Work};
use super::require_postmaster;
use crate::domain::ids::PersonId;
use crate::domain::mail::incoming::Incoming;
use crate::domain::mail::outcome::Reason;
use crate::domain::mail::report;
use crate::domain::mail::thread::Thread;
use crate::domain::people::Actor;
use crate::store::people::{self, BouncedRow};

/// Notes what a report tells of a mail of ours: whom it concerns, and the reason as it is stored. Only a report
/// that returns a Message-ID with our code is believed, and only for the address that the person has still.
pub(super) fn note(work: &mut Work<'_, '_>, message: &Incoming) -> Result<(Option<PersonId>, String)> {
    let unrelated = |words: &str| (None, Reason::Unrelated.with(words));
    let failure = report::failure(message);
    let words = failure.as_ref().map_or("", |failure| failure.words.as_str());
    let Some((id, to)) = &message.returned else { return Ok(unrelated(words)) };
    let thread = Thread::of_message_id(id, work.desk.thread_secret());
    let Some(person) = thread.and_then(|thread| thread.person) else { return Ok(unrelated(words)) };
    let Some(row) = people::by_id(work.tx, person)? else { return Ok(unrelated(words)) };
    let Some(failure) = failure else { return Ok((Some(person), Reason::Passing.with(""))) };
    if !failure.permanent {
        return Ok((Some(person), Reason::Passing.with(&failure.words)));
    }
    if to.as_ref().is_none_or(|to| *to == row.email) {
        let words: String = failure.words.chars().filter(|c| !c.is_control()).take(300).collect();
        people::set_bounce(work.tx, person, Some((work.now, &words)))?;
    }
    Ok((Some(person), Reason::Permanent.with(&failure.words)))
}

/// The active people whose address does not work.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<BouncedRow>> {
    require_postmaster(actor)?;
    desk.read(|conn| Ok(people::bounced(conn)?))
}

/// Says that the address of a person works again. Another address says so by itself.
pub fn clear(desk: &Desk, caller: &Caller, person: PersonId) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        people::by_id(work.tx, person)?.ok_or(Error::NotFound)?;
        people::set_bounce(work.tx, person, None)?;
        work.audit("bounce_cleared", Some(caller.actor.id), json!({"person": person}))
    })
}
