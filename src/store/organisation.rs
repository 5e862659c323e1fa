//! OPDs, teams, categories and the priority table.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schema::{category, opd, priority_rule, team, team_member};
use super::{Conn, Error, Tx, word};
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId};
use crate::domain::people::Role;
use crate::domain::priority::{Level, Priority, PriorityTable};

/// A Perangkat Daerah.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct OpdRow {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub kind: String,
    pub independent_ict: bool,
    pub active: bool,
    pub version: i64,
}

/// What can be set of an OPD.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = opd)]
pub struct OpdFields {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub independent_ict: bool,
    pub active: bool,
}

/// A Tier 2 team.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct TeamRow {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub csirt: bool,
    pub active: bool,
    pub version: i64,
}

/// What can be set of a team.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = team)]
pub struct TeamFields {
    pub code: String,
    pub name: String,
    pub csirt: bool,
    pub active: bool,
}

/// A category of tickets, with the team that usually gets what the desk cannot solve.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct CategoryRow {
    pub id: i64,
    pub name: String,
    pub team_id: Option<i64>,
    pub active: bool,
    pub version: i64,
}

/// What can be set of a category.
#[derive(Clone, Debug, Insertable, AsChangeset)]
#[diesel(table_name = category, treat_none_as_null = true)]
pub struct CategoryFields {
    pub name: String,
    pub team_id: Option<i64>,
    pub active: bool,
}

/// Insert, update (with its version) and read of a table whose rows are few and hang on nothing.
macro_rules! plain_table {
    ($table:ident, $row:ty, $fields:ty, $id:ty, $insert:ident, $update:ident, $find:ident, $page:ident) => {
        /// Adds a row.
        pub fn $insert(tx: &mut Tx<'_>, fields: &$fields) -> Result<$id, Error> {
            let id: i64 = diesel::insert_into($table::table)
                .values(fields.clone())
                .returning($table::id)
                .get_result(&mut **tx)?;
            Ok(id.into())
        }

        /// Changes a row that still has `version`; `Conflict` if it has not.
        pub fn $update(tx: &mut Tx<'_>, id: $id, version: i64, fields: &$fields) -> Result<(), Error> {
            let changed = diesel::update($table::table.find(id.0))
                .filter($table::version.eq(version))
                .set((fields.clone(), $table::version.eq(version + 1)))
                .execute(&mut **tx)?;
            if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
        }

        /// One row.
        pub fn $find(conn: &mut Conn, id: $id) -> Result<Option<$row>, Error> {
            Ok($table::table.find(id.0).get_result(conn).optional()?)
        }

        /// Rows by id, after `after`.
        pub fn $page(conn: &mut Conn, after: i64, limit: i64) -> Result<Vec<$row>, Error> {
            Ok($table::table.filter($table::id.gt(after)).order($table::id).limit(limit).load(conn)?)
        }
    };
}

plain_table!(opd, OpdRow, OpdFields, OpdId, insert_opd, update_opd, opd_by_id, opds);
plain_table!(team, TeamRow, TeamFields, TeamId, insert_team, update_team, team_by_id, teams);
plain_table!(
    category,
    CategoryRow,
    CategoryFields,
    CategoryId,
    insert_category,
    update_category,
    category_by_id,
    categories
);

/// The OPD with a code.
pub fn opd_by_code(conn: &mut Conn, code: &str) -> Result<Option<OpdRow>, Error> {
    Ok(opd::table.filter(opd::code.eq(code)).get_result(conn).optional()?)
}

/// The team with a code.
pub fn team_by_code(conn: &mut Conn, code: &str) -> Result<Option<TeamRow>, Error> {
    Ok(team::table.filter(team::code.eq(code)).get_result(conn).optional()?)
}

/// The category with a name.
pub fn category_by_name(conn: &mut Conn, name: &str) -> Result<Option<CategoryRow>, Error> {
    Ok(category::table.filter(category::name.eq(name)).get_result(conn).optional()?)
}

/// The active team with the lowest id: of CSIRT, or of those that anything may be handed over to.
pub fn first_active_team(conn: &mut Conn, csirt: bool) -> Result<Option<TeamId>, Error> {
    let id: Option<i64> = team::table
        .filter(team::csirt.eq(csirt))
        .filter(team::active.eq(true))
        .order(team::id)
        .select(team::id)
        .first(conn)
        .optional()?;
    Ok(id.map(TeamId))
}

/// Adds a member; false if the person is one already.
pub fn add_member(tx: &mut Tx<'_>, team: TeamId, person: PersonId) -> Result<bool, Error> {
    let found: i64 = team_member::table.find((team.0, person.0)).count().get_result(&mut **tx)?;
    if found > 0 {
        return Ok(false);
    }
    diesel::insert_into(team_member::table)
        .values((team_member::team_id.eq(team.0), team_member::person_id.eq(person.0)))
        .execute(&mut **tx)?;
    Ok(true)
}

/// Removes a member; false if the person is none.
pub fn remove_member(tx: &mut Tx<'_>, team: TeamId, person: PersonId) -> Result<bool, Error> {
    Ok(diesel::delete(team_member::table.find((team.0, person.0))).execute(&mut **tx)? > 0)
}

/// The active members of a team who are Tier 2 agents on a day.
pub fn members(conn: &mut Conn, team: TeamId, today: NaiveDate) -> Result<Vec<PersonId>, Error> {
    use super::schema::{person, role_grant};
    let ids: Vec<i64> = team_member::table
        .inner_join(person::table)
        .inner_join(role_grant::table.on(role_grant::person_id.eq(team_member::person_id)))
        .filter(team_member::team_id.eq(team.0))
        .filter(person::active.eq(true))
        .filter(role_grant::role.eq(Role::Tier2Agent.as_str()))
        .filter(role_grant::valid_until.is_null().or(role_grant::valid_until.ge(today)))
        .order(person::id)
        .select(person::id)
        .load(conn)?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// The priority table in force.
pub fn priorities(conn: &mut Conn) -> Result<PriorityTable, Error> {
    let rows: Vec<(String, String, String)> = priority_rule::table.load(conn)?;
    let rows = rows
        .into_iter()
        .map(|(impact, urgency, priority)| {
            Ok((word(Level::parse, &impact)?, word(Level::parse, &urgency)?, word(Priority::parse, &priority)?))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    PriorityTable::new(rows).map_err(|reason| Error::Corrupt(format!("priority table: {reason}")))
}

/// The priority of one pair in the table in force.
pub fn priority(conn: &mut Conn, impact: Level, urgency: Level) -> Result<Priority, Error> {
    let priority: String = priority_rule::table
        .find((impact.as_str(), urgency.as_str()))
        .select(priority_rule::priority)
        .get_result(conn)?;
    word(Priority::parse, &priority)
}

/// Replaces the priority table.
pub fn set_priorities(tx: &mut Tx<'_>, table: &PriorityTable) -> Result<(), Error> {
    for (impact, urgency, priority) in table.rows() {
        diesel::update(priority_rule::table.find((impact.as_str(), urgency.as_str())))
            .set(priority_rule::priority.eq(priority.as_str()))
            .execute(&mut **tx)?;
    }
    Ok(())
}
