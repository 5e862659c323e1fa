//! The mail log: every notice that was to reach somebody, and what became of it. Of a ticket it tells nothing:
//! being admin opens none.

use chrono::TimeDelta;
use serde_json::json;

use super::super::{Caller, Desk, Error, Result};
use super::{require_admin, require_reader};
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::domain::text::Email;
use crate::domain::ticket::word_enum;
use crate::store::mail_log::{self, Behind, Counts, MailRow, Part};
use crate::store::people::PeopleFilter;
use crate::store::{Conn, directory, people};

/// How far back mails that have left are counted, in hours.
pub const SENT_HOURS: i64 = 24;

/// The most dead letters that are counted where only whether there are any matters.
pub const DEAD_MOST: i64 = 99;

/// The most people that a part of a name stands for.
const MEANT: i64 = 20;

word_enum! {
    /// What became of a notice.
    Delivery {
        /// waits, or is tried again at its time
        Queued = "queued",
        /// the mail server took it
        Sent = "sent",
        /// given up
        Dead = "dead",
        /// waits for the mail of the day
        Collected = "collected",
        /// was told in the mail of a day
        Digested = "digested",
        /// told on the pages only
        Kept = "kept",
    }
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub state: Option<Delivery>,
    /// To whom: part of a name or an e-mail address, or the whole address of nobody we know.
    pub recipient: Option<String>,
    /// Behind the notice with this id.
    pub behind: Option<i64>,
    pub limit: i64,
}

/// A page of the log. Everything is in order of age, the newest first, but what waits: the next to leave first.
pub fn list(desk: &Desk, actor: &Actor, input: &Input) -> Result<Vec<MailRow>> {
    require_reader(actor)?;
    desk.read(|conn| {
        let Some(part) = part(conn, input)? else { return Ok(Vec::new()) };
        let behind = match input.behind {
            Some(id) => Some(behind(conn, &part, id)?),
            None => None,
        };
        Ok(mail_log::page(conn, &part, behind, input.limit)?)
    })
}

/// The part of the outbox that is meant; nothing if nobody is.
fn part(conn: &mut Conn, input: &Input) -> Result<Option<Part>> {
    let state = input.state.map(Delivery::as_str);
    let Some(text) = input.recipient.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(Some(match input.state {
            None => Part::All,
            Some(Delivery::Queued) => Part::Queued,
            Some(Delivery::Sent) => Part::Sent,
            Some(Delivery::Dead) => Part::Dead,
            Some(aside @ (Delivery::Collected | Delivery::Digested | Delivery::Kept)) => Part::Aside(aside.as_str()),
        }));
    };
    let address = Email::parse(text).ok().map(|email| email.as_str().to_owned());
    if let Some(address) = address {
        return Ok(Some(match people::by_email(conn, &address)? {
            Some(person) => Part::People(vec![PersonId(person.id)], state),
            None => Part::Address(address, state),
        }));
    }
    let filter = PeopleFilter { text: Some(text.to_owned()), limit: MEANT, ..PeopleFilter::default() };
    let people: Vec<_> = directory::by_name(conn, &filter, 0)?.into_iter().map(|row| PersonId(row.id)).collect();
    Ok((!people.is_empty()).then_some(Part::People(people, state)))
}

/// Where the page behind a notice begins. A notice that has left its part since then begins there all the same.
fn behind(conn: &mut Conn, part: &Part, id: i64) -> Result<Behind> {
    let row = mail_log::by_id(conn, id)?.ok_or(Error::Cursor)?;
    let at = match part {
        Part::Sent => row.ended_at.unwrap_or(row.due_at),
        Part::All | Part::Queued | Part::Dead | Part::Aside(_) | Part::People(..) | Part::Address(..) => row.due_at,
    };
    Ok(Behind { urgency: row.urgency, at: at.and_utc(), id })
}

/// How many notices wait, were given up, wait for the mail of the day, and have left within a day.
pub fn counts(desk: &Desk, actor: &Actor) -> Result<Counts> {
    require_reader(actor)?;
    desk.read(|conn| in_conn(desk, conn))
}

pub(super) fn in_conn(desk: &Desk, conn: &mut Conn) -> Result<Counts> {
    Ok(mail_log::counts(conn, desk.now() - TimeDelta::hours(SENT_HOURS))?)
}

/// How many notices were given up; one more than [`DEAD_MOST`] if there are more.
pub fn dead(desk: &Desk, actor: &Actor) -> Result<i64> {
    require_reader(actor)?;
    desk.read(|conn| Ok(mail_log::count_dead(conn, DEAD_MOST + 1)?))
}

/// Has a notice tried again that was given up.
pub fn retry(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        if !mail_log::revive(work.tx, id, work.now)? {
            return Err(Error::NotFound);
        }
        work.audit("notice_retried", Some(caller.actor.id), json!({"notice": id}))
    })
}

/// Has everything tried again that was given up; gives how many notices these are.
pub fn retry_all(desk: &Desk, caller: &Caller) -> Result<usize> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        let mut count = mail_log::revive_all(work.tx, work.now)?;
        for digest in mail_log::dead_digests(work.tx)? {
            count += usize::from(mail_log::revive(work.tx, digest, work.now)?);
        }
        if count > 0 {
            work.audit("notices_retried", Some(caller.actor.id), json!({"count": count}))?;
        }
        Ok(count)
    })
}
