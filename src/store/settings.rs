//! Small things that the program keeps for itself, and work that one instance does at a time.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{lease, setting};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;

/// Reads a setting.
pub fn get(conn: &mut Conn, key: &str) -> Result<Option<String>, Error> {
    Ok(setting::table.find(key).select(setting::value).get_result(conn).optional()?)
}

/// Writes a setting if there is none, and gives the one that holds.
pub fn get_or_put(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<String, Error> {
    if let Some(present) = get(tx, key)? {
        return Ok(present);
    }
    diesel::insert_into(setting::table).values((setting::key.eq(key), setting::value.eq(value))).execute(&mut **tx)?;
    Ok(value.to_owned())
}

/// Writes a setting over the one that there is, if any.
pub fn put(tx: &mut Tx<'_>, key: &str, value: &str) -> Result<(), Error> {
    let present = get_or_put(tx, key, value)?;
    if present != value {
        diesel::update(setting::table.find(key)).set(setting::value.eq(value)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Takes or extends a lease until `until`; false if another holder has it now.
pub fn lease(tx: &mut Tx<'_>, name: &str, holder: &str, now: Instant, until: Instant) -> Result<bool, Error> {
    let taken = diesel::update(lease::table.find(name))
        .filter(lease::holder.eq(holder).or(lease::until.lt(stored(now))))
        .set((lease::holder.eq(holder), lease::until.eq(stored(until))))
        .execute(&mut **tx)?;
    if taken == 1 {
        return Ok(true);
    }
    let exists = lease::table.find(name).select(lease::name).get_result::<String>(&mut **tx).optional()?;
    if exists.is_some() {
        return Ok(false);
    }
    diesel::insert_into(lease::table)
        .values((lease::name.eq(name), lease::holder.eq(holder), lease::until.eq(stored(until))))
        .execute(&mut **tx)?;
    Ok(true)
}

/// Gives up all leases of a holder.
pub fn leave(tx: &mut Tx<'_>, holder: &str) -> Result<(), Error> {
    diesel::delete(lease::table.filter(lease::holder.eq(holder))).execute(&mut **tx)?;
    Ok(())
}

/// Work that an instance has taken on.
#[derive(Clone, Debug, Queryable)]
pub struct LeaseRow {
    pub name: String,
    pub holder: String,
    pub until: NaiveDateTime,
}

/// All leases, held or run out, by name.
pub fn leases(conn: &mut Conn) -> Result<Vec<LeaseRow>, Error> {
    Ok(lease::table.order(lease::name).load(conn)?)
}
