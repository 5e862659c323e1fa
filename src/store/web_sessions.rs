//! Who is signed in with a browser. Secrets are here only as their SHA-256.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::schema::{opd, person, web_session};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;

/// A session, without its secret.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = web_session)]
pub struct SessionRow {
    pub id: i64,
    pub person_id: i64,
    pub signed_in_at: NaiveDateTime,
    pub seen_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub browser: String,
    pub address: String,
}

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    pub person: PersonId,
    pub hash: &'a str,
    pub now: Instant,
    pub expires: Instant,
    pub browser: &'a str,
    pub address: &'a str,
}

/// Adds a session.
pub fn insert(tx: &mut Tx<'_>, new: &NewSession<'_>) -> Result<(), Error> {
    diesel::insert_into(web_session::table)
        .values((
            web_session::person_id.eq(new.person.0),
            web_session::hash.eq(new.hash),
            web_session::signed_in_at.eq(stored(new.now)),
            web_session::seen_at.eq(stored(new.now)),
            web_session::expires_at.eq(stored(new.expires)),
            web_session::browser.eq(new.browser),
            web_session::address.eq(new.address),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The session with this hash, with the names of its person and of their OPD.
pub fn by_hash(conn: &mut Conn, hash: &str) -> Result<Option<(SessionRow, String, String)>, Error> {
    Ok(web_session::table
        .inner_join(person::table.inner_join(opd::table))
        .filter(web_session::hash.eq(hash))
        .select((SessionRow::as_select(), person::name, opd::name))
        .get_result(conn)
        .optional()?)
}

/// Notes that a session is in use.
pub fn touch(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<(), Error> {
    diesel::update(web_session::table.find(id)).set(web_session::seen_at.eq(stored(now))).execute(&mut **tx)?;
    Ok(())
}

/// The sessions of a person, most recently used first.
pub fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<SessionRow>, Error> {
    Ok(web_session::table
        .filter(web_session::person_id.eq(person.0))
        .order((web_session::seen_at.desc(), web_session::id.desc()))
        .limit(100)
        .select(SessionRow::as_select())
        .load(conn)?)
}

/// Ends the session with this hash.
pub fn end(tx: &mut Tx<'_>, hash: &str) -> Result<(), Error> {
    diesel::delete(web_session::table.filter(web_session::hash.eq(hash))).execute(&mut **tx)?;
    Ok(())
}

/// Ends one session of a person; false if they have no such session.
pub fn end_one(tx: &mut Tx<'_>, person: PersonId, id: i64) -> Result<bool, Error> {
    let ended = diesel::delete(web_session::table.find(id).filter(web_session::person_id.eq(person.0)));
    Ok(ended.execute(&mut **tx)? == 1)
}

/// Ends all sessions of a person but one.
pub fn end_others(tx: &mut Tx<'_>, person: PersonId, kept: i64) -> Result<(), Error> {
    let others = web_session::table.filter(web_session::person_id.eq(person.0)).filter(web_session::id.ne(kept));
    diesel::delete(others).execute(&mut **tx)?;
    Ok(())
}

/// Ends all sessions of a person.
pub fn end_all(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    diesel::delete(web_session::table.filter(web_session::person_id.eq(person.0))).execute(&mut **tx)?;
    Ok(())
}

/// Forgets sessions whose time is over; gives how many.
pub fn forget(tx: &mut Tx<'_>, now: Instant) -> Result<usize, Error> {
    Ok(diesel::delete(web_session::table.filter(web_session::expires_at.lt(stored(now)))).execute(&mut **tx)?)
}
