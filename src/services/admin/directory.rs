//! Finding people for administration: by name, with how many there are, and who is who in a list of ids.

use std::collections::BTreeMap;

use super::super::{Desk, Result};
use super::people::{Profile, profiles};
use super::require_reader;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Actor;
use crate::store::directory;
use crate::store::people::PeopleFilter;

/// A page of people by name, and how many the filter finds in all.
pub fn find(desk: &Desk, actor: &Actor, filter: &PeopleFilter, offset: i64) -> Result<(Vec<Profile>, i64)> {
    require_reader(actor)?;
    desk.read(|conn| {
        let rows = directory::by_name(conn, filter, offset)?;
        Ok((profiles(conn, rows)?, directory::count(conn, filter)?))
    })
}

/// The names of people.
pub fn names(desk: &Desk, actor: &Actor, people: &[PersonId]) -> Result<BTreeMap<PersonId, String>> {
    require_reader(actor)?;
    desk.read(|conn| Ok(directory::names(conn, people)?.into_iter().collect()))
}

/// The active people of all teams, by name.
pub fn members(desk: &Desk, actor: &Actor) -> Result<Vec<(TeamId, PersonId, String)>> {
    require_reader(actor)?;
    desk.read(|conn| Ok(directory::members(conn)?))
}
