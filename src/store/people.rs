//! People, their roles, and the actor that they are at a moment.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::directory::wanted;
use super::schema::{person, role_grant, team, team_member, ticket};
use super::{Conn, Error, Tx, stored, word};
use crate::domain::Instant;
use crate::domain::ids::{OpdId, PersonId, TeamId, TicketId};
use crate::domain::people::{Actor, Appointment, Role};

/// A person, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = person)]
pub struct PersonRow {
    pub id: i64,
    pub opd_id: i64,
    pub name: String,
    pub email: String,
    pub nip: Option<String>,
    pub phone: Option<String>,
    pub active: bool,
    pub version: i64,
}

/// What can be set of a person.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = person, treat_none_as_null = true)]
pub struct PersonFields {
    pub opd_id: i64,
    pub name: String,
    pub email: String,
    pub nip: Option<String>,
    pub phone: Option<String>,
    pub active: bool,
}

/// What sign-in needs to know of a person.
#[derive(Clone, Debug, Queryable)]
pub struct Credentials {
    pub id: i64,
    pub password_hash: Option<String>,
    pub active: bool,
}

/// A role with the letter behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub person: PersonId,
    pub role: Role,
    pub appointment: Appointment,
}

/// Which people to list.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    pub opd: Option<OpdId>,
    pub role: Option<Role>,
    /// Part of name or e-mail address, in any case.
    pub text: Option<String>,
    pub active: Option<bool>,
    /// Ids after this one.
    pub after: i64,
    pub limit: i64,
}

/// Adds a person.
pub fn insert(tx: &mut Tx<'_>, fields: &PersonFields, now: Instant) -> Result<PersonId, Error> {
    let id: i64 = diesel::insert_into(person::table)
        .values((fields.clone(), person::created_at.eq(stored(now))))
        .returning(person::id)
        .get_result(&mut **tx)?;
    Ok(PersonId(id))
}

/// Changes a person who still has `version`; `Conflict` otherwise.
pub fn update(tx: &mut Tx<'_>, id: PersonId, version: i64, fields: &PersonFields) -> Result<(), Error> {
    // What came back was sent to the address of before.
    diesel::update(person::table.find(id.0))
        .filter(person::email.ne(&fields.email).and(person::bounced_at.is_not_null()))
        .set((person::bounced_at.eq(None::<NaiveDateTime>), person::bounce.eq(None::<String>)))
        .execute(&mut **tx)?;
    let changed = diesel::update(person::table.find(id.0))
        .filter(person::version.eq(version))
        .set((fields.clone(), person::version.eq(version + 1)))
        .execute(&mut **tx)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Sets the password.
pub fn set_password(tx: &mut Tx<'_>, id: PersonId, hash: &str) -> Result<(), Error> {
    diesel::update(person::table.find(id.0)).set(person::password_hash.eq(hash)).execute(&mut **tx)?;
    Ok(())
}

/// Notes that mails to this person do not arrive, and what was said; or that nothing of that is known.
pub fn set_bounce(tx: &mut Tx<'_>, id: PersonId, bounce: Option<(Instant, &str)>) -> Result<(), Error> {
    let (at, words) = bounce.unzip();
    diesel::update(person::table.find(id.0))
        .set((person::bounced_at.eq(at.map(stored)), person::bounce.eq(words)))
        .execute(&mut **tx)?;
    Ok(())
}

/// When a mail to somebody came back, and what was said; nothing if none did.
pub fn bounce(conn: &mut Conn, id: PersonId) -> Result<Option<(Instant, String)>, Error> {
    let row: Option<(Option<NaiveDateTime>, Option<String>)> =
        person::table.find(id.0).select((person::bounced_at, person::bounce)).first(conn).optional()?;
    Ok(row.and_then(|(at, said)| Some((at?.and_utc(), said.unwrap_or_default()))))
}

/// Somebody whose address does not work.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct BouncedRow {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub bounced_at: Option<NaiveDateTime>,
    /// What the mail server said.
    pub bounce: Option<String>,
}

/// The active people whose address does not work, by name.
pub fn bounced(conn: &mut Conn) -> Result<Vec<BouncedRow>, Error> {
    Ok(person::table
        .filter(person::bounced_at.is_not_null())
        .filter(person::active.eq(true))
        .order((person::name, person::id))
        .limit(500)
        .select((person::id, person::name, person::email, person::bounced_at, person::bounce))
        .load(conn)?)
}

/// Makes other transactions that change this person, or call this, wait for this one.
pub fn hold(tx: &mut Tx<'_>, id: PersonId) -> Result<(), Error> {
    diesel::update(person::table.find(id.0)).set(person::version.eq(person::version)).execute(&mut **tx)?;
    Ok(())
}

/// Makes whoever changes this person wait for this transaction, if the person is active; otherwise false.
/// Others may call this at the same time. SQLite has one writer, who is this one.
pub fn hold_active(tx: &mut Tx<'_>, id: PersonId) -> Result<bool, Error> {
    let active = person::table.filter(person::id.eq(id.0)).filter(person::active.eq(true)).select(person::id);
    let held: Option<i64> = match &mut **tx {
        Conn::Sqlite(conn) => active.get_result(conn).optional()?,
        Conn::Postgres(conn) => active.for_share().get_result(conn).optional()?,
    };
    Ok(held.is_some())
}

/// One person.
pub fn by_id(conn: &mut Conn, id: PersonId) -> Result<Option<PersonRow>, Error> {
    Ok(person::table.find(id.0).select(PersonRow::as_select()).get_result(conn).optional()?)
}

/// The names of people.
pub fn names(conn: &mut Conn, ids: &[PersonId]) -> Result<BTreeMap<PersonId, String>, Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, String)> =
        person::table.filter(person::id.eq_any(ids)).select((person::id, person::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// The person with an e-mail address (lower case).
pub fn by_email(conn: &mut Conn, email: &str) -> Result<Option<PersonRow>, Error> {
    Ok(person::table.filter(person::email.eq(email)).select(PersonRow::as_select()).get_result(conn).optional()?)
}

/// What sign-in needs, by e-mail address.
pub fn credentials(conn: &mut Conn, email: &str) -> Result<Option<Credentials>, Error> {
    Ok(person::table
        .filter(person::email.eq(email))
        .select((person::id, person::password_hash, person::active))
        .get_result(conn)
        .optional()?)
}

/// Whether there is anybody at all.
pub fn any(conn: &mut Conn) -> Result<bool, Error> {
    Ok(person::table.select(person::id).first::<i64>(conn).optional()?.is_some())
}

/// A page of people by id.
pub fn list(conn: &mut Conn, filter: &PeopleFilter) -> Result<Vec<PersonRow>, Error> {
    let query = person::table
        .filter(person::id.gt(filter.after))
        .order(person::id)
        .limit(filter.limit)
        .select(PersonRow::as_select())
        .into_boxed();
    Ok(wanted!(query, filter).load(conn)?)
}

/// Whether a grant holds on a day.
macro_rules! in_force {
    ($role:expr, $today:expr) => {
        role_grant::role
            .eq($role.as_str())
            .and(role_grant::valid_until.is_null().or(role_grant::valid_until.ge($today)))
    };
}

/// The active people whose appointment to the desk of an OPD holds on a day, by name.
pub fn desk_agents(conn: &mut Conn, opd: OpdId, today: NaiveDate) -> Result<Vec<(PersonId, String)>, Error> {
    let rows: Vec<(i64, String)> = person::table
        .inner_join(role_grant::table)
        .filter(person::opd_id.eq(opd.0))
        .filter(person::active.eq(true))
        .filter(in_force!(Role::Tier1Agent, today))
        .order((person::name, person::id))
        .limit(200)
        .select((person::id, person::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// The active members of teams on a day, each once, by name.
pub fn team_members(conn: &mut Conn, teams: &[TeamId], today: NaiveDate) -> Result<Vec<(PersonId, String)>, Error> {
    let teams: Vec<i64> = teams.iter().map(|team| team.0).collect();
    let rows: Vec<(i64, String)> = person::table
        .inner_join(role_grant::table)
        .inner_join(team_member::table)
        .filter(team_member::team_id.eq_any(teams))
        .filter(person::active.eq(true))
        .filter(in_force!(Role::Tier2Agent, today))
        .order((person::name, person::id))
        .distinct()
        .limit(200)
        .select((person::id, person::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

diesel::define_sql_function! {
    /// Lower case, as the database sees it.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// The person as an actor on a day, with roles in force; `None` when unknown or inactive.
pub fn actor(conn: &mut Conn, id: PersonId, today: NaiveDate) -> Result<Option<Actor>, Error> {
    let rows: Vec<(i64, Option<String>, Option<NaiveDate>)> = person::table
        .left_join(role_grant::table)
        .filter(person::id.eq(id.0))
        .filter(person::active.eq(true))
        .select((person::opd_id, role_grant::role.nullable(), role_grant::valid_until.nullable()))
        .load(conn)?;
    let Some(opd) = rows.first().map(|(opd, ..)| OpdId(*opd)) else { return Ok(None) };
    let mut roles = Vec::new();
    for (_, role, valid_until) in rows {
        let Some(role) = role else { continue };
        if (Appointment { valid_until, ..Appointment::default() }).is_valid_on(today) {
            roles.push(word(Role::parse, &role)?);
        }
    }
    let teams = if roles.contains(&Role::Tier2Agent) { teams_of(conn, id)? } else { Vec::new() };
    Ok(Some(Actor { id, opd, roles, teams }))
}

/// The active teams of a person.
pub fn teams_of(conn: &mut Conn, id: PersonId) -> Result<Vec<TeamId>, Error> {
    let ids: Vec<i64> = team_member::table
        .inner_join(team::table)
        .filter(team_member::person_id.eq(id.0))
        .filter(team::active.eq(true))
        .order(team::id)
        .select(team::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TeamId).collect())
}

/// All grants of these people.
pub fn grants(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<Grant>, Error> {
    type Row = (i64, String, Option<String>, Option<NaiveDate>, Option<NaiveDate>);
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = role_grant::table
        .filter(role_grant::person_id.eq_any(ids))
        .order((role_grant::person_id, role_grant::role))
        .select((
            role_grant::person_id,
            role_grant::role,
            role_grant::letter_number,
            role_grant::letter_on,
            role_grant::valid_until,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(person, role, letter_number, letter_on, valid_until)| {
            Ok(Grant {
                person: PersonId(person),
                role: word(Role::parse, &role)?,
                appointment: Appointment { letter_number, letter_on, valid_until },
            })
        })
        .collect()
}

/// Gives a role, or replaces the letter behind it.
pub fn grant(tx: &mut Tx<'_>, grant: &Grant, now: Instant) -> Result<(), Error> {
    revoke(tx, grant.person, grant.role)?;
    diesel::insert_into(role_grant::table)
        .values((
            role_grant::person_id.eq(grant.person.0),
            role_grant::role.eq(grant.role.as_str()),
            role_grant::letter_number.eq(&grant.appointment.letter_number),
            role_grant::letter_on.eq(grant.appointment.letter_on),
            role_grant::valid_until.eq(grant.appointment.valid_until),
            role_grant::granted_at.eq(stored(now)),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

/// Takes a role away; false if the person does not have it.
pub fn revoke(tx: &mut Tx<'_>, person: PersonId, role: Role) -> Result<bool, Error> {
    Ok(diesel::delete(role_grant::table.find((person.0, role.as_str()))).execute(&mut **tx)? > 0)
}

/// The active person with a role in force, able to sign in, who has had it longest: in one OPD, or anywhere.
pub fn first_with_role(
    conn: &mut Conn,
    role: Role,
    opd: Option<OpdId>,
    today: NaiveDate,
) -> Result<Option<PersonId>, Error> {
    let mut query = person::table
        .inner_join(role_grant::table)
        .filter(role_grant::role.eq(role.as_str()))
        .filter(role_grant::valid_until.is_null().or(role_grant::valid_until.ge(today)))
        .filter(person::active.eq(true))
        // Whoever cannot sign in, as the placeholders of an import, can answer for nothing.
        .filter(person::password_hash.is_not_null())
        .order((role_grant::granted_at, person::id))
        .select(person::id)
        .into_boxed();
    if let Some(opd) = opd {
        query = query.filter(person::opd_id.eq(opd.0));
    }
    Ok(query.first::<i64>(conn).optional()?.map(PersonId))
}

/// The active people with a role in force: of one OPD, or all.
pub fn with_role(conn: &mut Conn, role: Role, opd: Option<OpdId>, today: NaiveDate) -> Result<Vec<PersonId>, Error> {
    let mut query = person::table
        .inner_join(role_grant::table)
        .filter(role_grant::role.eq(role.as_str()))
        .filter(role_grant::valid_until.is_null().or(role_grant::valid_until.ge(today)))
        .filter(person::active.eq(true))
        .order(person::id)
        .select(person::id)
        .into_boxed();
    if let Some(opd) = opd {
        query = query.filter(person::opd_id.eq(opd.0));
    }
    let ids: Vec<i64> = query.load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// How many active people hold a role on a day.
pub fn count_with_role(conn: &mut Conn, role: Role, today: NaiveDate) -> Result<i64, Error> {
    Ok(person::table
        .inner_join(role_grant::table)
        .filter(role_grant::role.eq(role.as_str()))
        .filter(role_grant::valid_until.is_null().or(role_grant::valid_until.ge(today)))
        .filter(person::active.eq(true))
        .count()
        .get_result(conn)?)
}

/// Open tickets that a person owns or works on, by id.
pub fn open_work(conn: &mut Conn, id: PersonId) -> Result<Vec<TicketId>, Error> {
    let ids: Vec<i64> = ticket::table
        .filter(ticket::is_open)
        .filter(ticket::owner_id.eq(id.0).or(ticket::assignee_id.eq(id.0)))
        .order(ticket::id)
        .select(ticket::id)
        .load(conn)?;
    Ok(ids.into_iter().map(TicketId).collect())
}
