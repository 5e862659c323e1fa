//! The tickets behind a report, one by one. As they are now: a frozen report keeps its figures, and they go on.

use std::collections::BTreeMap;

use super::{period, scope};
use crate::domain::ids::CategoryId;
use crate::domain::people::{Actor, Role};
use crate::domain::report::facts::Named;
use crate::domain::report::figures::bounds;
use crate::domain::report::{Period, Scope};
use crate::services::{Desk, Error, Result};
use crate::store::period_tickets::{self as rows, PeriodTicket};
use crate::store::{Conn, figures};

/// How many tickets are read at once.
const AT_ONCE: usize = 1000;

/// A ticket of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub ticket: PeriodTicket,
    /// Nothing where it is not told, or there is none.
    pub category: Option<String>,
    /// Nothing where it is not told, or was erased.
    pub subject: Option<String>,
}

/// Whose tickets of which period are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub period: Period,
    /// The code of the OPD; nothing for all.
    pub opd: Option<String>,
    /// How many there are.
    pub tickets: usize,
}

/// Tells every ticket that a report counts to `each`, in the order of their numbers. For whoever may read the report;
/// subject and category only of tickets that are neither confidential nor security incidents, and subjects not to
/// whoever administers only.
pub fn run(
    desk: &Desk,
    actor: &Actor,
    (of, opd): (&str, Option<&str>),
    each: &mut dyn FnMut(&Line) -> Result<()>,
) -> Result<List> {
    let reads = [Role::Supervisor, Role::Auditor, Role::Tier1Agent, Role::OpdHead];
    desk.store.snapshot(|conn| {
        let scope = scope(conn, actor, opd)?;
        // A desk reads its own; for other desks it takes a role that oversees.
        let may = |role: &Role| match (role, scope) {
            (Role::Tier1Agent | Role::OpdHead, Scope::One(opd)) => actor.has(*role) && opd == actor.opd,
            (Role::Tier1Agent | Role::OpdHead, Scope::All) => false,
            (role, _) => actor.has(*role),
        };
        tell(desk, conn, (of, scope), reads.iter().any(may), each)
    })
}

/// The same for whoever has the command line, who may read everything.
pub fn unchecked(
    desk: &Desk,
    (of, opd): (&str, Option<&str>),
    each: &mut dyn FnMut(&Line) -> Result<()>,
) -> Result<List> {
    desk.store.snapshot(|conn| {
        let scope = match opd {
            None => Scope::All,
            Some(code) => Scope::One(super::named(conn, code)?.ok_or(Error::NotFound)?),
        };
        tell(desk, conn, (of, scope), true, each)
    })
}

fn tell(
    desk: &Desk,
    conn: &mut Conn,
    (of, scope): (&str, Scope),
    subjects: bool,
    each: &mut dyn FnMut(&Line) -> Result<()>,
) -> Result<List> {
    let period = period(desk, conn, of)?;
    let names = figures::names(conn)?;
    let ids = rows::ids(conn, scope, bounds(period, desk.zone, desk.now()))?;
    for some in ids.chunks(AT_ONCE) {
        for ticket in rows::rows(conn, some)? {
            each(&line(ticket, &names.categories, subjects))?;
        }
    }
    let opd = match scope {
        Scope::All => None,
        Scope::One(opd) => names.opds.get(&opd).map(|named| named.code.clone()),
    };
    Ok(List { period, opd, tickets: ids.len() })
}

fn line(ticket: PeriodTicket, categories: &BTreeMap<CategoryId, Named>, subjects: bool) -> Line {
    let told = ticket.is_open_book;
    let category = ticket.category.filter(|_| told).and_then(|id| categories.get(&id)).map(|named| named.name.clone());
    let subject = ticket.subject.clone().filter(|_| told && subjects);
    Line { category, subject, ticket: PeriodTicket { subject: None, ..ticket } }
}
