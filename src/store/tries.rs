//! Wrong tries to sign in, by address. An address that nobody has is counted like any other, so that being
//! locked out does not tell who exists. Anybody can try any address, so the table is bounded.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::sign_in_try;
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;

/// The most addresses that are remembered; then the oldest are forgotten, of people and of nobody alike. Each
/// costs whoever tries it a computation of argon2, so that pushing one out takes long and gains few guesses.
pub const MOST: i64 = 100_000;

/// Until when an address is locked, if it is.
pub fn locked_until(conn: &mut Conn, address: &str) -> Result<Option<NaiveDateTime>, Error> {
    let found: Option<Option<NaiveDateTime>> = sign_in_try::table
        .filter(sign_in_try::address.eq(address))
        .select(sign_in_try::locked_until)
        .get_result(conn)
        .optional()?;
    Ok(found.flatten())
}

/// The same after waiting for tries in flight, and making later ones wait.
pub fn hold(tx: &mut Tx<'_>, address: &str) -> Result<Option<NaiveDateTime>, Error> {
    let found: Option<Option<NaiveDateTime>> =
        diesel::update(sign_in_try::table.filter(sign_in_try::address.eq(address)))
            .set(sign_in_try::failures.eq(sign_in_try::failures))
            .returning(sign_in_try::locked_until)
            .get_result(&mut **tx)
            .optional()?;
    Ok(found.flatten())
}

/// Counts one more wrong try and gives how many there are now. Tries at the same moment all count.
pub fn count(tx: &mut Tx<'_>, address: &str, now: Instant) -> Result<i64, Error> {
    let counted = diesel::update(sign_in_try::table.filter(sign_in_try::address.eq(address)))
        .set((sign_in_try::failures.eq(sign_in_try::failures + 1), sign_in_try::tried_at.eq(stored(now))))
        .returning(sign_in_try::failures)
        .get_result(&mut **tx)
        .optional()?;
    if let Some(failures) = counted {
        return Ok(failures);
    }
    let id: i64 = diesel::insert_into(sign_in_try::table)
        .values((sign_in_try::address.eq(address), sign_in_try::failures.eq(1), sign_in_try::tried_at.eq(stored(now))))
        .returning(sign_in_try::id)
        .get_result(&mut **tx)?;
    // Ids only grow, so what is left is at most that many.
    diesel::delete(sign_in_try::table.filter(sign_in_try::id.le(id - MOST))).execute(&mut **tx)?;
    Ok(1)
}

/// Says until when no further try is looked at.
pub fn lock(tx: &mut Tx<'_>, address: &str, until: Instant) -> Result<(), Error> {
    diesel::update(sign_in_try::table.filter(sign_in_try::address.eq(address)))
        .set(sign_in_try::locked_until.eq(stored(until)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Forgets the wrong tries of an address.
pub fn clear(tx: &mut Tx<'_>, address: &str) -> Result<(), Error> {
    diesel::delete(sign_in_try::table.filter(sign_in_try::address.eq(address))).execute(&mut **tx)?;
    Ok(())
}

/// Forgets addresses that were last tried before.
pub fn forget(tx: &mut Tx<'_>, before: Instant) -> Result<usize, Error> {
    Ok(diesel::delete(sign_in_try::table.filter(sign_in_try::tried_at.lt(stored(before)))).execute(&mut **tx)?)
}
