//! Versions of calendars and of the policy. A version is never changed: clocks refer to it.

use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::dsl::max;
use diesel::prelude::*;

use super::schema::{calendar, calendar_version, policy_version};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;

/// A calendar by name.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CalendarRow {
    pub id: i64,
    pub name: String,
}

/// A version of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CalendarVersionRow {
    pub id: i64,
    pub calendar_id: i64,
    pub effective_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub created_by_id: Option<i64>,
    /// JSON of a `CalendarSpec`.
    pub rules: String,
}

/// A version of the policy.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct PolicyVersionRow {
    pub id: i64,
    pub effective_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub created_by_id: Option<i64>,
    /// JSON of a `Policy`.
    pub rules: String,
}

/// A version to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    pub effective_at: Instant,
    pub created_at: Instant,
    pub created_by: Option<PersonId>,
    pub rules: &'a str,
}

/// Which versions there are, told by the last of each: calendars and policy.
pub fn newest(conn: &mut Conn) -> Result<(i64, i64), Error> {
    let calendars = calendar_version::table.select(max(calendar_version::id)).single_value();
    let policy = policy_version::table.select(max(policy_version::id)).single_value();
    // One question, since every change of a ticket asks it.
    let (calendars, policy): (Option<i64>, Option<i64>) = diesel::select((calendars, policy)).get_result(conn)?;
    Ok((calendars.unwrap_or(0), policy.unwrap_or(0)))
}

/// All calendars by id.
pub fn calendars(conn: &mut Conn) -> Result<Vec<CalendarRow>, Error> {
    Ok(calendar::table.order(calendar::id).load(conn)?)
}

/// A calendar.
pub fn calendar_by_id(conn: &mut Conn, id: i64) -> Result<Option<CalendarRow>, Error> {
    Ok(calendar::table.find(id).get_result(conn).optional()?)
}

/// The calendar with a name.
pub fn calendar_by_name(conn: &mut Conn, name: &str) -> Result<Option<CalendarRow>, Error> {
    Ok(calendar::table.filter(calendar::name.eq(name)).get_result(conn).optional()?)
}

/// All versions of all calendars by id.
pub fn calendar_versions(conn: &mut Conn) -> Result<Vec<CalendarVersionRow>, Error> {
    Ok(calendar_version::table.order(calendar_version::id).load(conn)?)
}

/// All versions of the policy by id.
pub fn policy_versions(conn: &mut Conn) -> Result<Vec<PolicyVersionRow>, Error> {
    Ok(policy_version::table.order(policy_version::id).load(conn)?)
}

/// The versions of a calendar by id.
pub fn versions_of(conn: &mut Conn, calendar: i64) -> Result<Vec<CalendarVersionRow>, Error> {
    Ok(calendar_version::table
        .filter(calendar_version::calendar_id.eq(calendar))
        .order(calendar_version::id)
        .load(conn)?)
}

/// Lets nobody else add versions until the transaction ends. What there is can then be read as the newest;
/// and ids, by which [`newest`] tells that there is more to read, are committed in their order.
pub fn hold_versions(tx: &mut Tx<'_>) -> Result<(), Error> {
    if let Conn::Postgres(conn) = &mut **tx {
        conn.batch_execute("LOCK TABLE calendar_version, policy_version IN SHARE ROW EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// Adds a calendar, which has no version yet.
pub fn insert_calendar(tx: &mut Tx<'_>, name: &str) -> Result<i64, Error> {
    Ok(diesel::insert_into(calendar::table)
        .values(calendar::name.eq(name))
        .returning(calendar::id)
        .get_result(&mut **tx)?)
}

/// Gives a calendar another name.
pub fn rename_calendar(tx: &mut Tx<'_>, id: i64, name: &str) -> Result<(), Error> {
    diesel::update(calendar::table.find(id)).set(calendar::name.eq(name)).execute(&mut **tx)?;
    Ok(())
}

/// Adds a version of a calendar.
pub fn insert_calendar_version(tx: &mut Tx<'_>, calendar: i64, new: NewVersion<'_>) -> Result<i64, Error> {
    Ok(diesel::insert_into(calendar_version::table)
        .values((
            calendar_version::calendar_id.eq(calendar),
            calendar_version::effective_at.eq(stored(new.effective_at)),
            calendar_version::created_at.eq(stored(new.created_at)),
            calendar_version::created_by_id.eq(new.created_by.map(i64::from)),
            calendar_version::rules.eq(new.rules),
        ))
        .returning(calendar_version::id)
        .get_result(&mut **tx)?)
}

/// Adds a version of the policy.
pub fn insert_policy_version(tx: &mut Tx<'_>, new: NewVersion<'_>) -> Result<i64, Error> {
    Ok(diesel::insert_into(policy_version::table)
        .values((
            policy_version::effective_at.eq(stored(new.effective_at)),
            policy_version::created_at.eq(stored(new.created_at)),
            policy_version::created_by_id.eq(new.created_by.map(i64::from)),
            policy_version::rules.eq(new.rules),
        ))
        .returning(policy_version::id)
        .get_result(&mut **tx)?)
}
