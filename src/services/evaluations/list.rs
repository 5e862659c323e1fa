//! Which evaluations there are, and which recommendations wait.

use super::read::{Followed, follow};
use crate::domain::evaluation::{answers_for, reads_all, reads_whole, writes};
use crate::domain::ids::EvaluationId;
use crate::domain::people::{Actor, Role};
use crate::domain::report::{Period, Scope};
use crate::services::{Desk, Error, Result};
use crate::store::evaluations::{self, EvaluationRow};
use crate::store::recommendations;

/// The most of either that is listed: a hundred years of months.
const MOST: i64 = 1200;

/// The most recommendations: ten of each evaluation.
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
    /// Overdue ones first, then by due date, then what is over.
    pub recommendations: Vec<Followed>,
    pub writes: bool,
}

/// Lists them. For those who answer for no OPD and oversee none, there is nothing here.
pub fn run(desk: &Desk, actor: &Actor) -> Result<List> {
    if !reads_all(actor) && !actor.has(Role::OpdHead) && !actor.has(Role::Tier1Agent) {
        return Err(Error::NotFound);
    }
    desk.read(|conn| {
        let rows = recommendations::list(conn, MOST_RECOMMENDATIONS)?;
        let followed = follow(desk, conn, actor, rows)?;
        let mut listed = Vec::new();
        for row in evaluations::list(conn, MOST)? {
            let own = || followed.iter().filter(|one| one.row().evaluation_id == row.id);
            let concerned = || own().any(|one| answers_for(actor, one.row().owner()));
            if !reads_whole(actor, row.scope()) && !concerned() {
                continue;
            }
            let count = |counts: fn(&Followed) -> bool| own().filter(|one| counts(one)).count() as i64;
            listed.push(Listed {
                recommendations: count(|_| true),
                open: count(|one| !one.status.is_final()),
                overdue: count(|one| one.overdue),
                period: row.period()?,
                row,
            });
        }
        // By when a period ended, the longer one behind the shorter.
        listed
            .sort_by_key(|one| (std::cmp::Reverse(one.period.last_day()), one.period.span(), one.row.opd_name.clone()));
        Ok(List { evaluations: listed, recommendations: followed, writes: writes(actor) })
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
