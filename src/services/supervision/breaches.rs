//! The causes of missed targets, as supervision and audit read them.

use super::super::{Desk, Error, Result};
use super::{begin_of, month, oversees};
use crate::domain::Instant;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::sla::keeping::ClockKind;
use crate::services::sla::causes;
use crate::store::breaches::{self, BreachRow, Kept};
use crate::store::queues::{self, Listed};
use crate::store::{Conn, messages, people};

/// The most that is told at once.
pub const MOST: i64 = 50;

/// A cause with what goes with it.
#[derive(Clone, Debug)]
pub struct Told {
    pub row: BreachRow,
    pub listed: Listed,
    /// Nothing if it was erased.
    pub explanation: Option<String>,
    pub proposer: String,
    pub decider: Option<String>,
}

/// What there is to decide, what was decided this month, and how targets were kept this month.
#[derive(Clone, Debug)]
pub struct Causes {
    pub undecided: Vec<Told>,
    /// Whether there is more than can be told at once.
    pub more: bool,
    pub decided: Vec<Told>,
    pub kept: Vec<(ClockKind, Kept)>,
}

/// The causes. Never of confidential tickets.
pub fn run(desk: &Desk, actor: &Actor) -> Result<Causes> {
    if !oversees(actor) {
        return Err(Error::Forbidden);
    }
    let from: Instant = begin_of(desk, month(desk));
    let kept = causes::compliance(desk, actor, None, (from, desk.now()))?;
    desk.read(|conn| {
        let undecided = breaches::undecided(conn, TicketId(0), MOST + 1)?;
        let mut shown: Vec<TicketId> = undecided.iter().map(|row| row.ticket).collect();
        shown.dedup();
        let more = shown.len() as i64 > MOST;
        shown.truncate(MOST as usize);
        let undecided: Vec<BreachRow> = undecided.into_iter().filter(|row| shown.contains(&row.ticket)).collect();
        let decided = breaches::decided(conn, from, MOST)?;
        Ok(Causes { undecided: tell(conn, undecided)?, more, decided: tell(conn, decided)?, kept })
    })
}

/// How many causes wait; of more than [`MOST`] only that there are more.
pub fn count(desk: &Desk, actor: &Actor) -> Result<i64> {
    if !oversees(actor) {
        return Ok(0);
    }
    desk.read(|conn| Ok(breaches::undecided(conn, TicketId(0), MOST + 1)?.len() as i64))
}

fn tell(conn: &mut Conn, rows: Vec<BreachRow>) -> Result<Vec<Told>> {
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let (listed, _) = queues::one(conn, row.ticket)?.ok_or(Error::NotFound)?;
        let text = messages::by_id(conn, row.ticket, row.explanation)?;
        let mut name = |id| Ok::<_, Error>(people::by_id(conn, id)?.map(|person| person.name).unwrap_or_default());
        let proposer = name(row.proposed_by)?;
        let decider = row.decided_by.map(&mut name).transpose()?;
        told.push(Told { listed, explanation: text.and_then(|text| text.body), proposer, decider, row });
    }
    Ok(told)
}
