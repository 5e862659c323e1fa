//! Wishes for a new password. Secrets are here only as their SHA-256.

use diesel::prelude::*;

use super::schema::{outbox, password_reset, person};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::notice::Notice;

/// Queues a wish and the notice that will bring the link.
pub fn queue(tx: &mut Tx<'_>, person: PersonId, notice: Notice, now: Instant, expires: Instant) -> Result<(), Error> {
    let reset: i64 = diesel::insert_into(password_reset::table)
        .values((
            password_reset::person_id.eq(person.0),
            password_reset::state.eq("queued"),
            password_reset::asked_at.eq(stored(now)),
            password_reset::expires_at.eq(stored(expires)),
        ))
        .returning(password_reset::id)
        .get_result(&mut **tx)?;
    super::outbox::queue_account(tx, person, notice, Some(reset), now)
}

/// How often somebody has asked since an instant.
pub fn asked_since(conn: &mut Conn, person: PersonId, since: Instant) -> Result<i64, Error> {
    Ok(password_reset::table
        .filter(password_reset::person_id.eq(person.0))
        .filter(password_reset::asked_at.gt(stored(since)))
        .count()
        .get_result(conn)?)
}

/// Gives a wish, asked for after an instant, the secret that goes into its mail; false if it leads nowhere any
/// more. With each further try to send there is another secret.
pub fn begin(tx: &mut Tx<'_>, id: i64, hash: &str, since: Instant, expires: Instant) -> Result<bool, Error> {
    let begun = diesel::update(password_reset::table.find(id))
        .filter(password_reset::state.eq_any(["queued", "sent"]))
        .filter(password_reset::asked_at.gt(stored(since)))
        .set((
            password_reset::state.eq("sent"),
            password_reset::hash.eq(hash),
            password_reset::expires_at.eq(stored(expires)),
        ));
    Ok(begun.execute(&mut **tx)? == 1)
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

/// Forgets the links that led nowhere any more at an instant.
pub fn forget(tx: &mut Tx<'_>, before: Instant) -> Result<usize, Error> {
    let old = || password_reset::table.filter(password_reset::expires_at.lt(stored(before)));
    diesel::update(outbox::table)
        .filter(outbox::reset_id.eq_any(old().select(password_reset::id.nullable())))
        .set(outbox::reset_id.eq(None::<i64>))
        .execute(&mut **tx)?;
    Ok(diesel::delete(old()).execute(&mut **tx)?)
}
