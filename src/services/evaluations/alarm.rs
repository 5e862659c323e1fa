//! Tells about due dates: the owner is reminded once before, and what is late goes to supervision once. Safe to
//! run on several instances and any number of times: what was told stands in the recommendation's row, which
//! changes with its history and its notices.

use super::{Told, answering, record, supervising, tell};
use crate::domain::evaluation::{Alarm, Happening, REMIND_DAYS, alarm};
use crate::domain::ids::RecommendationId;
use crate::domain::notice::Notice;
use crate::services::{Desk, Result, Work};
use crate::store::recommendations::{self, Change, RecommendationRow};

/// The recommendations about which something is to be told by now.
pub fn due(desk: &Desk) -> Result<Vec<RecommendationId>> {
    let today = desk.today();
    let horizon = today.checked_add_days(chrono::Days::new(REMIND_DAYS)).unwrap_or(today);
    let rows = desk.read(|conn| Ok(recommendations::waiting(conn, horizon)?))?;
    let mut due = Vec::new();
    for row in rows {
        if of(&row, today)?.is_some() {
            due.push(RecommendationId(row.id));
        }
    }
    Ok(due)
}

fn of(row: &RecommendationRow, today: chrono::NaiveDate) -> Result<Option<Alarm>> {
    Ok(alarm(row.status()?, row.due_on, today, row.reminded_at.is_some(), row.escalated_at.is_some()))
}

/// Tells it; gives of how many.
pub fn run(desk: &Desk) -> Result<usize> {
    let mut told = 0;
    for id in due(desk)? {
        told += usize::from(desk.housekeep(|work| one(work, id))?);
    }
    Ok(told)
}

/// Tells it of one; false if somebody else has done so meanwhile.
fn one(work: &mut Work<'_, '_>, id: RecommendationId) -> Result<bool> {
    let Some(row) = recommendations::by_id(work.tx, id)? else { return Ok(false) };
    let Some(alarm) = of(&row, work.today())? else { return Ok(false) };
    let mut change = Change::none(&row)?;
    let mut people = answering(work, row.owner())?;
    let (kind, notice) = match alarm {
        Alarm::Near => {
            change.reminded_at = Some(work.now);
            (Happening::Reminded, Notice::RecommendationNear)
        }
        Alarm::Overdue => {
            change.escalated_at = Some(work.now);
            people.extend(supervising(work)?);
            (Happening::Escalated, Notice::RecommendationOverdue)
        }
    };
    let event = record(work, &row, &change, Told { kind, by: None, note: None, facts: None })?;
    tell(work, event, notice, people, None)?;
    Ok(true)
}
