//! Who gets which reports by mail, and that it was queued: once for each recipient and paper.

use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;

use super::reports::{key, scope};
use super::schema::{opd, person, report, report_delivery, report_recipient};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::report::Scope;

/// A recipient.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct RecipientRow {
    pub id: i64,
    /// Of which OPD; nothing for all together.
    pub opd_id: Option<i64>,
    pub opd_code: Option<String>,
    pub opd: Option<String>,
    /// A person of the desk, or an address beside them.
    pub person_id: Option<i64>,
    pub email: Option<String>,
    pub person: Option<String>,
    pub address: Option<String>,
    /// Of an address.
    pub name: String,
    /// With spaces between them.
    pub forms: String,
    pub moment: String,
    pub added_at: NaiveDateTime,
}

impl RecipientRow {
    /// The name of the person, or of whoever has the address.
    pub fn called(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.name)
    }
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    Person(PersonId),
    Address(String),
}

/// A recipient to be added.
#[derive(Clone, Debug)]
pub struct NewRecipient {
    pub scope: Scope,
    pub whom: Whom,
    pub name: String,
    pub forms: String,
    pub moment: &'static str,
    pub added_by: PersonId,
}

fn person_of(whom: &Whom) -> Option<i64> {
    match whom {
        Whom::Person(person) => Some(person.0),
        Whom::Address(_) => None,
    }
}

fn address_of(whom: &Whom) -> Option<&str> {
    match whom {
        Whom::Person(_) => None,
        Whom::Address(address) => Some(address),
    }
}

/// Adds a recipient.
pub fn insert(tx: &mut Tx<'_>, new: &NewRecipient, now: Instant) -> Result<i64, Error> {
    let opd = match new.scope {
        Scope::All => None,
        Scope::One(opd) => Some(opd.0),
    };
    Ok(diesel::insert_into(report_recipient::table)
        .values((
            report_recipient::scope.eq(key(new.scope)),
            report_recipient::opd_id.eq(opd),
            report_recipient::person_id.eq(person_of(&new.whom)),
            report_recipient::address.eq(address_of(&new.whom)),
            report_recipient::name.eq(&new.name),
            report_recipient::forms.eq(&new.forms),
            report_recipient::moment.eq(new.moment),
            report_recipient::added_by.eq(new.added_by.0),
            report_recipient::added_at.eq(stored(now)),
        ))
        .returning(report_recipient::id)
        .get_result(&mut **tx)?)
}

/// Whether whoever has this address is a recipient of the reports of a scope, as a person of the desk or beside it.
pub fn is_there(conn: &mut Conn, scope: Scope, email: &str) -> Result<bool, Error> {
    let known = report_recipient::table
        .left_join(person::table.on(report_recipient::person_id.eq(person::id.nullable())))
        .filter(report_recipient::scope.eq(key(scope)))
        .filter(report_recipient::removed_at.is_null())
        .filter(report_recipient::address.eq(email).or(person::email.nullable().eq(email)));
    Ok(diesel::select(exists(known)).get_result(conn)?)
}

macro_rules! recipients {
    () => {
        report_recipient::table
            .left_join(opd::table.on(report_recipient::opd_id.eq(opd::id.nullable())))
            .left_join(person::table.on(report_recipient::person_id.eq(person::id.nullable())))
            .filter(report_recipient::removed_at.is_null())
            .select((
                report_recipient::id,
                report_recipient::opd_id,
                opd::code.nullable(),
                opd::name.nullable(),
                report_recipient::person_id,
                person::email.nullable(),
                person::name.nullable(),
                report_recipient::address,
                report_recipient::name,
                report_recipient::forms,
                report_recipient::moment,
                report_recipient::added_at,
            ))
    };
}

/// All recipients: those of all OPDs together first, then by OPD.
pub fn list(conn: &mut Conn) -> Result<Vec<RecipientRow>, Error> {
    let mut rows: Vec<RecipientRow> =
        recipients!().order((report_recipient::scope, report_recipient::id)).load(conn)?;
    // By name below that: of the person or of the address, which are two columns.
    rows.sort_by(|a, b| (a.opd_id, a.called()).cmp(&(b.opd_id, b.called())));
    Ok(rows)
}

/// A recipient who was not removed.
pub fn by_id(conn: &mut Conn, id: i64) -> Result<Option<RecipientRow>, Error> {
    Ok(recipients!().filter(report_recipient::id.eq(id)).first(conn).optional()?)
}

/// Removes a recipient; false if there is none.
pub fn remove(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<bool, Error> {
    let there = report_recipient::table.find(id).filter(report_recipient::removed_at.is_null());
    Ok(diesel::update(there).set(report_recipient::removed_at.eq(stored(now))).execute(&mut **tx)? == 1)
}

/// Who gets the reports of a scope at a moment: the recipient, and who that is.
pub fn of_scope(conn: &mut Conn, scope: Scope, moment: &str) -> Result<Vec<(i64, Whom)>, Error> {
    let rows: Vec<(i64, Option<i64>, Option<String>)> = report_recipient::table
        .filter(report_recipient::scope.eq(key(scope)))
        .filter(report_recipient::moment.eq(moment))
        .filter(report_recipient::removed_at.is_null())
        .order(report_recipient::id)
        .select((report_recipient::id, report_recipient::person_id, report_recipient::address))
        .load(conn)?;
    let whom = |(id, person, address): (i64, Option<i64>, Option<String>)| {
        let whom = match (person, address) {
            (Some(person), _) => Whom::Person(PersonId(person)),
            (None, address) => Whom::Address(address.unwrap_or_default()),
        };
        (id, whom)
    };
    Ok(rows.into_iter().map(whom).collect())
}

/// Notes that a paper of a report goes to a recipient; nothing if that was noted before.
pub fn deliver(tx: &mut Tx<'_>, report: i64, recipient: i64, paper: i64) -> Result<Option<i64>, Error> {
    let known = report_delivery::table
        .filter(report_delivery::report_id.eq(report))
        .filter(report_delivery::recipient_id.eq(recipient))
        .filter(report_delivery::paper.eq(paper));
    if diesel::select(exists(known)).get_result(&mut **tx)? {
        return Ok(None);
    }
    let id = diesel::insert_into(report_delivery::table)
        .values((
            report_delivery::report_id.eq(report),
            report_delivery::recipient_id.eq(recipient),
            report_delivery::paper.eq(paper),
        ))
        .returning(report_delivery::id)
        .get_result(&mut **tx)?;
    Ok(Some(id))
}

/// What is delivered to whom.
#[derive(Clone, Debug, Queryable)]
pub struct DeliveryRow {
    pub period: String,
    pub scope: i64,
    /// The signature; 0 for the report as it was frozen.
    pub paper: i64,
    pub recipient_id: i64,
}

impl DeliveryRow {
    /// Whose report it is.
    pub fn scope(&self) -> Scope {
        scope(self.scope)
    }
}

/// One delivery.
pub fn delivery(conn: &mut Conn, id: i64) -> Result<Option<DeliveryRow>, Error> {
    Ok(report_delivery::table
        .inner_join(report::table)
        .filter(report_delivery::id.eq(id))
        .select((report::period, report::scope, report_delivery::paper, report_delivery::recipient_id))
        .first(conn)
        .optional()?)
}
