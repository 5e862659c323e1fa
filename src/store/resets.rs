//! Wishes for a new password. Secrets are here only as their SHA-256.

use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{password_reset, person};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;

/// A wish that waits to be sent.
#[derive(Clone, Debug, Queryable)]
pub struct QueuedRow {
    pub id: i64,
    pub person_id: i64,
    pub name: String,
    pub email: String,
    pub active: bool,
    pub asked_at: NaiveDateTime,
    pub attempts: i64,
}

/// Queues a wish.
pub fn queue(tx: &mut Tx<'_>, person: PersonId, now: Instant, expires: Instant) -> Result<(), Error> {
    diesel::insert_into(password_reset::table)
        .values((
            password_reset::person_id.eq(person.0),
            password_reset::state.eq("queued"),
            password_reset::asked_at.eq(stored(now)),
            password_reset::expires_at.eq(stored(expires)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// How often somebody has asked since an instant.
pub fn asked_since(conn: &mut Conn, person: PersonId, since: Instant) -> Result<i64, Error> {
    Ok(password_reset::table
        .filter(password_reset::person_id.eq(person.0))
        .filter(password_reset::asked_at.gt(stored(since)))
        .count()
        .get_result(conn)?)
}

/// What waits to be sent, the oldest first.
pub fn queued(conn: &mut Conn, limit: i64) -> Result<Vec<QueuedRow>, Error> {
    Ok(password_reset::table
        .inner_join(person::table)
        // Written out as the index has it.
        .filter(sql::<Bool>("password_reset.state = 'queued'"))
        .order(password_reset::id)
        .limit(limit)
        .select((
            password_reset::id,
            person::id,
            person::name,
            person::email,
            person::active,
            password_reset::asked_at,
            password_reset::attempts,
        ))
        .load(conn)?)
}

/// Begins to send one, with a new secret; false if it does not wait any more.
pub fn begin(tx: &mut Tx<'_>, id: i64, hash: &str, expires: Instant) -> Result<bool, Error> {
    let begun = diesel::update(password_reset::table.find(id).filter(password_reset::state.eq("queued"))).set((
        password_reset::hash.eq(hash),
        password_reset::expires_at.eq(stored(expires)),
        password_reset::attempts.eq(password_reset::attempts + 1),
    ));
    Ok(begun.execute(&mut **tx)? == 1)
}

/// Notes what came of sending one: `sent`, `queued` for another try, or `failed`.
pub fn note(tx: &mut Tx<'_>, id: i64, state: &str, answer: Option<&str>) -> Result<(), Error> {
    diesel::update(password_reset::table.find(id).filter(password_reset::state.eq("queued")))
        .set((password_reset::state.eq(state), password_reset::answer.eq(answer)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Whose wish has this hash, was sent, was not used and has not expired.
pub fn holder(conn: &mut Conn, hash: &str, now: Instant) -> Result<Option<PersonId>, Error> {
    let person: Option<i64> = password_reset::table
        .inner_join(person::table)
        .filter(password_reset::hash.eq(hash))
        .filter(password_reset::state.eq("sent"))
        .filter(password_reset::expires_at.gt(stored(now)))
        .filter(person::active.eq(true))
        .select(person::id)
        .get_result(conn)
        .optional()?;
    Ok(person.map(PersonId))
}

/// Whatever a person asked for before leads nowhere from now on.
pub fn void(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    diesel::update(password_reset::table.filter(password_reset::person_id.eq(person.0)))
        .filter(password_reset::state.eq_any(["queued", "sent"]))
        .set(password_reset::state.eq("used"))
        .execute(&mut **tx)?;
    Ok(())
}

/// Forgets what was asked for before an instant.
pub fn forget(tx: &mut Tx<'_>, before: Instant) -> Result<usize, Error> {
    let old = password_reset::table
        .filter(password_reset::asked_at.lt(stored(before)))
        .filter(password_reset::state.ne("queued"));
    Ok(diesel::delete(old).execute(&mut **tx)?)
}
