//! Which evaluations there are, and which recommendations wait.

use super::read::{Followed, Traced, stands, trace};
use crate::domain::evaluation::{reader, writes};
use crate::domain::ids::EvaluationId;
use crate::domain::people::Actor;
use crate::domain::report::{Period, Scope};
use crate::services::{Desk, Error, Result};
use crate::store::evaluations::{self, EvaluationRow};
use crate::store::recommendations::{self, Wanted};

/// The most evaluations that are listed; the newest.
const MOST: i64 = 1200;

/// The most recommendations; what is over is left out first.
const MOST_RECOMMENDATIONS: i64 = 12_000;

/// An evaluation with how many of its recommendations whoever reads it sees, by how they stand.
#[derive(Clone, Debug)]
pub struct Listed {
    pub row: EvaluationRow,
    pub period: Period,
    pub recommendations: i64,
    /// Not over.
    pub open: i64,
    pub overdue: i64,
}

/// What somebody sees.
#[derive(Clone, Debug)]
pub struct List {
    /// The newest period first.
    pub evaluations: Vec<Listed>,
    /// Those that are not over, overdue ones first, then by due date.
    pub open: Vec<Followed>,
    pub writes: bool,
}

/// Lists them. For those who answer for no OPD and oversee none, there is nothing here.
pub fn run(desk: &Desk, actor: &Actor) -> Result<List> {
    let reader = reader(actor).ok_or(Error::NotFound)?;
    desk.read(|conn| {
        let wanted = Wanted { reader, open: Some(true), owner: None };
        let rows = recommendations::list(conn, wanted, MOST_RECOMMENDATIONS)?;
        let open = stands(desk, actor, rows)?;
        let counts = recommendations::counts(conn, reader)?;
        let listed = |row: EvaluationRow| {
            let own = || open.iter().filter(|one| one.loaded.row.evaluation_id == row.id);
            Ok(Listed {
                recommendations: counts.get(&row.id).copied().unwrap_or_default(),
                open: own().count() as i64,
                overdue: own().filter(|one| one.overdue).count() as i64,
                period: row.period()?,
                row,
            })
        };
        let rows = evaluations::list(conn, reader, MOST)?.into_iter();
        let mut evaluations = rows.map(listed).collect::<Result<Vec<_>>>()?;
        // By when a period ended, the longer one behind the shorter.
        evaluations
            .sort_by_key(|one| (std::cmp::Reverse(one.period.last_day()), one.period.span(), one.row.opd_name.clone()));
        Ok(List { evaluations, open, writes: writes(actor) })
    })
}

/// The recommendations that somebody sees, with everything that belongs to each: those that are not over or those
/// that are, and those for one OPD, if asked for. Overdue ones first, then by due date, then what is over.
pub fn recommendations(desk: &Desk, actor: &Actor, open: Option<bool>, owner: Option<&str>) -> Result<Vec<Traced>> {
    let reader = reader(actor).ok_or(Error::NotFound)?;
    let owner = owner.map(|code| code.trim().to_uppercase());
    desk.read(|conn| {
        let wanted = Wanted { reader, open, owner: owner.as_deref() };
        let rows = recommendations::list(conn, wanted, MOST_RECOMMENDATIONS)?;
        trace(conn, stands(desk, actor, rows)?)
    })
}

/// The evaluation of a report, if there is one that somebody sees.
pub fn of(desk: &Desk, actor: &Actor, period: Period, scope: Scope) -> Result<Option<EvaluationId>> {
    desk.read(|conn| {
        let Some(row) = evaluations::of(conn, period, scope)? else { return Ok(None) };
        match super::evaluation(conn, actor, EvaluationId(row.id)) {
            Ok(row) => Ok(Some(EvaluationId(row.id))),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    })
}
