//! What a reminder letter to the head of an OPD says: which targets its desk has missed, whether it is silent, and
//! whether anybody is appointed to it. Nothing that the head may not know of.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{Caller, Desk, Error, Result};
use super::desks::{self, Appointed, Stand};
use super::month;
use crate::domain::Refusal;
use crate::domain::ids::OpdId;
use crate::domain::people::Role;
use crate::store::organisation;
use crate::store::supervision::{self, Overdue, Range};

/// A desk with open tickets at which nothing has happened for so many days is silent.
pub const SILENT_DAYS: i64 = 7;

/// The most tickets that a letter names.
pub const MOST: usize = 60;

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub stand: Stand,
    /// The tickets that have missed a target and are not resolved, the oldest first.
    pub overdue: Vec<Overdue>,
    /// When the oldest of all of them was reported, named or not.
    pub oldest: Option<DateTime<Utc>>,
    /// How many more there are: too many to be named, or confidential.
    pub unnamed: usize,
    /// For how many days nothing has happened, if that is too long.
    pub silent_days: Option<i64>,
    /// From when on this month's figures count.
    pub since: NaiveDate,
    pub at: DateTime<Utc>,
}

/// That a letter was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    pub at: DateTime<Utc>,
}

/// Makes a letter and notes that in the audit trail. For supervisors; refused if there is nothing to say.
pub fn run(desk: &Desk, caller: &Caller, opd: OpdId) -> Result<Letter> {
    if !caller.actor.has(Role::Supervisor) {
        return Err(Error::Forbidden);
    }
    let letter = gather(desk, opd)?;
    let missing = letter.stand.appointed != Appointed::Yes;
    if letter.overdue.is_empty() && letter.unnamed == 0 && letter.silent_days.is_none() && !missing {
        return Err(Refusal::NothingToRemind.into());
    }
    desk.act(caller, |work| {
        let overdue = letter.overdue.len() + letter.unnamed;
        let facts = json!({
            "opd": opd, "overdue": overdue, "silent_days": letter.silent_days, "without_agent": missing,
        });
        work.audit("reminder_letter_made", Some(caller.actor.id), facts)?;
        Ok(Made { at: work.now })
    })?;
    Ok(letter)
}

fn gather(desk: &Desk, opd: OpdId) -> Result<Letter> {
    desk.store.snapshot(|conn| {
        organisation::opd_by_id(conn, opd)?.ok_or(Error::NotFound)?;
        // As the head of the OPD sees it. A desk that is no more, and has nothing left, is not there.
        let overview = desks::overview(desk, conn, Range::One(opd))?;
        let stand = overview.desks.into_iter().next().ok_or(Error::NotFound)?;
        let at = desk.now();
        let all = supervision::overdue(conn, opd, at)?;
        let (count, oldest) = (all.len(), all.first().map(|ticket| ticket.opened_at));
        let overdue: Vec<Overdue> = all.into_iter().filter(|ticket| ticket.open_book).take(MOST).collect();
        let idle = stand.active_at.map(|active| (at - active).num_days());
        Ok(Letter {
            unnamed: count - overdue.len(),
            oldest,
            overdue,
            silent_days: idle.filter(|days| stand.open > 0 && *days >= SILENT_DAYS),
            since: month(desk),
            stand,
            at,
        })
    })
}
