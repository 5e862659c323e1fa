//! The tickets behind a report, one by one. As they are now: a frozen report keeps its figures, and they go on.

use std::collections::BTreeMap;

use super::{period, scope};
use crate::domain::ids::CategoryId;
use crate::domain::people::{Actor, Role};
use crate::domain::report::facts::Named;
use crate::domain::report::figures::bounds;
use crate::domain::report::{Period, Scope};
use crate::services::{Desk, Error, Result, supervision};
use crate::store::period_tickets::{self as rows, Inside, Outside, PeriodTicket};
use crate::store::{Conn, figures};

/// How many tickets are read at once.
const AT_ONCE: usize = 1000;

/// A ticket of the list, with what is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub outside: Outside,
    /// Nothing where it is not told.
    pub inside: Option<Inside>,
    /// Nothing where it is not told, or there is none.
    pub category: Option<String>,
    /// Nothing where it is not told, or was erased.
    pub subject: Option<String>,
}

/// Whose tickets of which period are told.
#[derive(Clone, Debug)]
pub struct List {
    pub period: Period,
    /// The code of the OPD; nothing for all.
    pub opd: Option<String>,
    scope: Scope,
    ids: Vec<i64>,
    /// Whether they are told as their desk reads them: of confidential ones more than that they are there.
    reads: bool,
    categories: BTreeMap<CategoryId, Named>,
}

/// The list of the tickets that a report counts, for whoever reads tickets of its scope: a desk its own, supervision
/// and audit those of all. Who administers gets the figures only.
pub fn run(desk: &Desk, actor: &Actor, (of, opd): (&str, Option<&str>)) -> Result<List> {
    desk.store.snapshot(|conn| {
        let scope = scope(conn, actor, opd)?;
        if !may(actor, scope) {
            return Err(Error::Forbidden);
        }
        list(desk, conn, (of, scope), is_own(actor, scope))
    })
}

/// Whether somebody who may read the report of a scope gets the list of its tickets too.
pub fn may(actor: &Actor, scope: Scope) -> bool {
    is_own(actor, scope) || supervision::oversees(actor)
}

fn is_own(actor: &Actor, scope: Scope) -> bool {
    scope == Scope::One(actor.opd) && (actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead))
}

/// The same for whoever has the command line, who may read everything.
pub fn unchecked(desk: &Desk, (of, opd): (&str, Option<&str>)) -> Result<List> {
    desk.store.snapshot(|conn| {
        let scope = match opd {
            None => Scope::All,
            Some(code) => Scope::One(super::named(conn, code)?.ok_or(Error::NotFound)?),
        };
        list(desk, conn, (of, scope), true)
    })
}

fn list(desk: &Desk, conn: &mut Conn, (of, scope): (&str, Scope), reads: bool) -> Result<List> {
    let period = period(desk, conn, of)?;
    let names = figures::names(conn)?;
    let ids = rows::ids(conn, scope, bounds(period, desk.zone, desk.now()))?;
    let opd = match scope {
        Scope::All => None,
        Scope::One(opd) => names.opds.get(&opd).map(|named| named.code.clone()),
    };
    Ok(List { period, opd, scope, ids, reads, categories: names.categories })
}

impl List {
    /// How many tickets it has.
    pub fn tickets(&self) -> usize {
        self.ids.len()
    }

    /// Tells every ticket, in the order of their numbers. Nothing is held in the database between some and the next,
    /// however slowly they are taken.
    pub fn each(&self, desk: &Desk, tell: &mut dyn FnMut(&Line) -> Result<()>) -> Result<()> {
        for some in self.ids.chunks(AT_ONCE) {
            for ticket in desk.read(|conn| Ok(rows::rows(conn, self.scope, some)?))? {
                tell(&self.line(ticket))?;
            }
        }
        Ok(())
    }

    /// Subject and category of what is confidential are told to nobody.
    fn line(&self, ticket: PeriodTicket) -> Line {
        let PeriodTicket { outside, inside, subject, category, is_open_book } = ticket;
        let category = category.filter(|_| is_open_book).and_then(|id| self.categories.get(&id));
        Line {
            outside,
            inside: Some(inside).filter(|_| is_open_book || self.reads),
            category: category.map(|named| named.name.clone()),
            subject: subject.filter(|_| is_open_book),
        }
    }
}
