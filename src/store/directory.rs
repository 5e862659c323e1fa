//! The directory as administration looks at it: people by name, appointments of all OPDs, what is missing.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::people::{Grant, PeopleFilter, PersonRow, lower};
use super::schema::{opd, person, role_grant, team_member};
use super::{Conn, Error, word};
use crate::domain::ids::{OpdId, PersonId, TeamId};
use crate::domain::people::{Appointment, Role};

/// Keeps the people that a filter wants.
macro_rules! wanted {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(opd) = $filter.opd {
            query = query.filter(person::opd_id.eq(opd.0));
        }
        if let Some(active) = $filter.active {
            query = query.filter(person::active.eq(active));
        }
        if let Some(role) = $filter.role {
            let holders = role_grant::table.filter(role_grant::role.eq(role.as_str())).select(role_grant::person_id);
            query = query.filter(person::id.eq_any(holders));
        }
        if let Some(text) = &$filter.text {
            let escaped = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let pattern = format!("%{escaped}%");
            query = query.filter(
                lower(person::name).like(pattern.clone()).escape('\\').or(person::email.like(pattern).escape('\\')),
            );
        }
        query
    }};
}
pub(super) use wanted;

/// People by name, `offset` of them passed over.
pub fn by_name(conn: &mut Conn, filter: &PeopleFilter, offset: i64) -> Result<Vec<PersonRow>, Error> {
    let query = person::table
        .order((lower(person::name), person::id))
        .limit(filter.limit)
        .offset(offset)
        .select(PersonRow::as_select())
        .into_boxed();
    Ok(wanted!(query, filter).load(conn)?)
}

/// How many people a filter finds.
pub fn count(conn: &mut Conn, filter: &PeopleFilter) -> Result<i64, Error> {
    let query = person::table.select(diesel::dsl::count_star()).into_boxed();
    Ok(wanted!(query, filter).get_result(conn)?)
}

/// The names of these people.
pub fn names(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(PersonId, String)>, Error> {
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    let rows: Vec<(i64, String)> =
        person::table.filter(person::id.eq_any(ids)).select((person::id, person::name)).load(conn)?;
    Ok(rows.into_iter().map(|(id, name)| (PersonId(id), name)).collect())
}

/// Somebody with a role, valid or not.
#[derive(Clone, Debug)]
pub struct Appointed {
    pub opd: OpdId,
    pub name: String,
    pub grant: Grant,
}

/// The active people who were given a role, by OPD and name, whether the letter still holds or not.
pub fn appointed(conn: &mut Conn, role: Role) -> Result<Vec<Appointed>, Error> {
    type Row = (i64, i64, String, Option<String>, Option<NaiveDate>, Option<NaiveDate>);
    let rows: Vec<Row> = person::table
        .inner_join(role_grant::table)
        .filter(role_grant::role.eq(role.as_str()))
        .filter(person::active.eq(true))
        .order((person::opd_id, person::name, person::id))
        .select((
            person::id,
            person::opd_id,
            person::name,
            role_grant::letter_number,
            role_grant::letter_on,
            role_grant::valid_until,
        ))
        .load(conn)?;
    let appointed = rows.into_iter().map(|(id, opd, name, letter_number, letter_on, valid_until)| Appointed {
        opd: OpdId(opd),
        name,
        grant: Grant { person: PersonId(id), role, appointment: Appointment { letter_number, letter_on, valid_until } },
    });
    Ok(appointed.collect())
}

/// An appointment that ends.
#[derive(Clone, Debug)]
pub struct Ending {
    pub person: PersonId,
    pub name: String,
    pub opd: String,
    pub role: Role,
    pub valid_until: NaiveDate,
}

/// The appointments of active people that end from a day through a day, the soonest first.
pub fn ending(conn: &mut Conn, from: NaiveDate, to: NaiveDate, limit: i64) -> Result<Vec<Ending>, Error> {
    let rows: Vec<(i64, String, String, String, Option<NaiveDate>)> = person::table
        .inner_join(role_grant::table)
        .inner_join(opd::table)
        .filter(person::active.eq(true))
        .filter(role_grant::valid_until.ge(from))
        .filter(role_grant::valid_until.le(to))
        .order((role_grant::valid_until, person::name, person::id))
        .limit(limit)
        .select((person::id, person::name, opd::name, role_grant::role, role_grant::valid_until))
        .load(conn)?;
    rows.into_iter()
        .filter_map(|(id, name, opd, role, until)| Some((id, name, opd, role, until?)))
        .map(|(id, name, opd, role, valid_until)| {
            Ok(Ending { person: PersonId(id), name, opd, role: word(Role::parse, &role)?, valid_until })
        })
        .collect()
}

/// The active people without a password, by name: they cannot sign in.
pub fn without_password(conn: &mut Conn, limit: i64) -> Result<Vec<PersonRow>, Error> {
    Ok(person::table
        .filter(person::active.eq(true))
        .filter(person::password_hash.is_null())
        .order((person::name, person::id))
        .limit(limit)
        .select(PersonRow::as_select())
        .load(conn)?)
}

/// How many of these there are.
pub fn count_without_password(conn: &mut Conn) -> Result<i64, Error> {
    Ok(person::table
        .filter(person::active.eq(true))
        .filter(person::password_hash.is_null())
        .count()
        .get_result(conn)?)
}

/// Whether a person has a password.
pub fn has_password(conn: &mut Conn, id: PersonId) -> Result<bool, Error> {
    let found: Option<i64> = person::table
        .filter(person::id.eq(id.0))
        .filter(person::password_hash.is_not_null())
        .select(person::id)
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// The active people of each team, whether they are Tier 2 agents at present or not, by team and name.
pub fn members(conn: &mut Conn) -> Result<Vec<(TeamId, PersonId, String)>, Error> {
    let rows: Vec<(i64, i64, String)> = team_member::table
        .inner_join(person::table)
        .filter(person::active.eq(true))
        .order((team_member::team_id, person::name, person::id))
        .select((team_member::team_id, person::id, person::name))
        .load(conn)?;
    Ok(rows.into_iter().map(|(team, person, name)| (TeamId(team), PersonId(person), name)).collect())
}
