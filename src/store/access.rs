//! Refresh tokens, API keys and idempotency keys. Secrets are here only as their SHA-256.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::keep::Keep;
use super::schema::{api_key, idempotency, refresh_token};
use super::{Conn, Error, Tx, stored, web_sessions};
use crate::domain::Instant;
use crate::domain::ids::{ApiKeyId, PersonId};

/// A refresh token.
#[derive(Clone, Debug, Queryable)]
pub struct RefreshRow {
    pub id: i64,
    pub person_id: i64,
    pub family: String,
    pub hash: String,
    pub signed_in_at: NaiveDateTime,
    pub issued_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
    pub used_at: Option<NaiveDateTime>,
}

/// A sign-in, of which all that descends from it is a family of refresh tokens.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub person: PersonId,
    pub family: String,
    pub at: Instant,
}

/// Adds a refresh token to a sign-in.
pub fn insert_refresh(
    tx: &mut Tx<'_>,
    sign_in: &SignIn,
    hash: &str,
    now: Instant,
    expires: Instant,
) -> Result<(), Error> {
    diesel::insert_into(refresh_token::table)
        .values((
            refresh_token::person_id.eq(sign_in.person.0),
            refresh_token::family.eq(&sign_in.family),
            refresh_token::hash.eq(hash),
            refresh_token::signed_in_at.eq(stored(sign_in.at)),
            refresh_token::issued_at.eq(stored(now)),
            refresh_token::expires_at.eq(stored(expires)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// The refresh token with this hash.
pub fn refresh_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<RefreshRow>, Error> {
    Ok(refresh_token::table.filter(refresh_token::hash.eq(hash)).get_result(conn).optional()?)
}

/// Marks a token as used; `Conflict` if somebody was faster.
pub fn use_refresh(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<(), Error> {
    let changed = diesel::update(refresh_token::table.find(id))
        .filter(refresh_token::used_at.is_null())
        .set(refresh_token::used_at.eq(stored(now)))
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Ends one sign-in with everything that descends from it.
pub fn end_family(tx: &mut Tx<'_>, family: &str) -> Result<(), Error> {
    diesel::delete(refresh_token::table.filter(refresh_token::family.eq(family))).execute(&mut **tx)?;
    Ok(())
}

/// Ends all sign-ins of a person and revokes their API keys.
pub fn end_all(tx: &mut Tx<'_>, person: PersonId, now: Instant) -> Result<(), Error> {
    end_sign_ins(tx, person)?;
    diesel::update(api_key::table.filter(api_key::person_id.eq(person.0)).filter(api_key::revoked_at.is_null()))
        .set(api_key::revoked_at.eq(stored(now)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Ends all sign-ins of a person, with programs and with browsers, leaving the API keys.
pub fn end_sign_ins(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    diesel::delete(refresh_token::table.filter(refresh_token::person_id.eq(person.0))).execute(&mut **tx)?;
    web_sessions::end_all(tx, person)?;
    Ok(())
}

/// An API key, without its secret.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = api_key)]
pub struct ApiKeyRow {
    pub id: i64,
    pub person_id: i64,
    pub name: String,
    pub scopes: String,
    pub created_at: NaiveDateTime,
    pub expires_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
}

/// Adds an API key; `scopes` are words separated by spaces.
pub fn insert_key(
    tx: &mut Tx<'_>,
    person: PersonId,
    name: &str,
    hash: &str,
    scopes: &str,
    now: Instant,
    expires: Option<Instant>,
) -> Result<ApiKeyId, Error> {
    let id: i64 = diesel::insert_into(api_key::table)
        .values((
            api_key::person_id.eq(person.0),
            api_key::name.eq(name),
            api_key::hash.eq(hash),
            api_key::scopes.eq(scopes),
            api_key::created_at.eq(stored(now)),
            api_key::expires_at.eq(expires.map(stored)),
        ))
        .returning(api_key::id)
        .get_result(&mut **tx)?;
    Ok(ApiKeyId(id))
}

/// The key with this hash.
pub fn key_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<ApiKeyRow>, Error> {
    Ok(api_key::table.filter(api_key::hash.eq(hash)).select(ApiKeyRow::as_select()).get_result(conn).optional()?)
}

/// The keys of a person, newest first.
pub fn keys(conn: &mut Conn, person: PersonId) -> Result<Vec<ApiKeyRow>, Error> {
    Ok(api_key::table
        .filter(api_key::person_id.eq(person.0))
        .order(api_key::id.desc())
        .limit(200)
        .select(ApiKeyRow::as_select())
        .load(conn)?)
}

/// Revokes a key of a person; false if there is no such key in force.
pub fn revoke_key(tx: &mut Tx<'_>, person: PersonId, id: ApiKeyId, now: Instant) -> Result<bool, Error> {
    let changed = diesel::update(api_key::table.find(id.0))
        .filter(api_key::person_id.eq(person.0))
        .filter(api_key::revoked_at.is_null())
        .set(api_key::revoked_at.eq(stored(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Notes that a key was used.
pub fn touch_key(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<(), Error> {
    diesel::update(api_key::table.find(id)).set(api_key::last_used_at.eq(stored(now))).execute(&mut **tx)?;
    Ok(())
}

/// What an earlier request with the same idempotency key asked (fingerprint) and got (output).
pub fn replay(conn: &mut Conn, person: PersonId, key: &str) -> Result<Option<(String, String)>, Error> {
    Ok(idempotency::table
        .find((person.0, key))
        .select((idempotency::fingerprint, idempotency::output))
        .get_result(conn)
        .optional()?)
}

/// Remembers the outcome of a request. `Conflict` if the same key was used at the same moment: the
/// retry then finds it.
pub fn remember(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: &str,
    fingerprint: &str,
    output: &str,
    now: Instant,
) -> Result<(), Error> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::person_id.eq(person.0),
            idempotency::key.eq(key),
            idempotency::fingerprint.eq(fingerprint),
            idempotency::output.eq(output),
            idempotency::at.eq(stored(now)),
        ))
        .keep()
        .execute(&mut **tx)
        .map_err(|error| match Error::from(error) {
            Error::Exists(_) => Error::Conflict,
            other => other,
        })?;
    Ok(())
}

/// Forgets idempotency keys, refresh tokens and sessions from before; gives how many rows went.
pub fn forget(tx: &mut Tx<'_>, before: Instant, now: Instant) -> Result<usize, Error> {
    let keys = diesel::delete(idempotency::table.filter(idempotency::at.lt(stored(before)))).execute(&mut **tx)?;
    let tokens =
        diesel::delete(refresh_token::table.filter(refresh_token::expires_at.lt(stored(now)))).execute(&mut **tx)?;
    Ok(keys + tokens + web_sessions::forget(tx, now)?)
}
