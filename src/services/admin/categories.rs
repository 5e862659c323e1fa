//! Categories of tickets.

use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::super::fields::Fields;
use super::super::{Caller, Desk, Error, Result, Work};
use super::opds::Added;
use super::{require_admin, taken};
use crate::domain::ids::{CategoryId, PersonId, TeamId};
use crate::domain::text::Name;
use crate::store::organisation::{self, CategoryFields, CategoryRow};

/// A category to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCategory)]
pub struct Input {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// The team that usually gets what the desk cannot solve.
    #[serde(default)]
    pub team_id: Option<i64>,
}

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeCategory)]
pub struct Change {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    /// `null` takes the team away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>)]
    pub team_id: Option<Option<i64>>,
    #[serde(default)]
    pub active: Option<bool>,
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<i64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A page of categories after an id. For everybody who is signed in.
pub fn list(desk: &Desk, after: i64, limit: i64) -> Result<Vec<CategoryRow>> {
    desk.read(|conn| Ok(organisation::categories(conn, after, limit)?))
}

/// One category.
pub fn read(desk: &Desk, id: CategoryId) -> Result<CategoryRow> {
    desk.read(|conn| organisation::category_by_id(conn, id)?.ok_or(Error::NotFound))
}

/// Adds a category.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    require_admin(&caller.actor)?;
    let fields = parse(input)?;
    desk.act(caller, |work| Ok(Added { id: apply(work, Some(caller.actor.id), &fields)?.0 }))
}

/// Checks the input.
pub fn parse(input: &Input) -> Result<CategoryFields> {
    let mut fields = Fields::default();
    let name = fields.take("/name", Name::parse(&input.name));
    let values =
        name.map(|name| CategoryFields { name: name.as_str().to_owned(), team_id: input.team_id, active: true });
    fields.finish(values)
}

fn require_team(work: &mut Work<'_, '_>, team: Option<i64>) -> Result<()> {
    match team {
        Some(team) if organisation::team_by_id(work.tx, TeamId(team))?.is_none() => {
            Err(Error::field("/team_id", "not_found", "tim tidak ditemukan"))
        }
        _ => Ok(()),
    }
}

/// Adds a category inside a transaction.
pub fn apply(work: &mut Work<'_, '_>, by: Option<PersonId>, fields: &CategoryFields) -> Result<CategoryId> {
    require_team(work, fields.team_id)?;
    if organisation::category_by_name(work.tx, &fields.name)?.is_some() {
        return Err(taken("/name"));
    }
    let id = organisation::insert_category(work.tx, fields)?;
    work.audit("category_added", by, json!({"category": id}))?;
    Ok(id)
}

/// Changes a category.
pub fn change(desk: &Desk, caller: &Caller, id: CategoryId, input: &Change) -> Result<()> {
    require_admin(&caller.actor)?;
    let mut fields = Fields::default();
    let name = fields.take_some("/name", input.name.as_deref(), Name::parse);
    let name = fields.finish(Some(name))?;
    desk.act(caller, |work| {
        let row = organisation::category_by_id(work.tx, id)?.ok_or(Error::NotFound)?;
        work.require_version(row.version)?;
        require_team(work, input.team_id.flatten())?;
        let fields = CategoryFields {
            name: name.as_ref().map_or(row.name, |name| name.as_str().to_owned()),
            team_id: input.team_id.unwrap_or(row.team_id),
            active: input.active.unwrap_or(row.active),
        };
        if organisation::category_by_name(work.tx, &fields.name)?.is_some_and(|other| other.id != id.0) {
            return Err(taken("/name"));
        }
        organisation::update_category(work.tx, id, row.version, &fields)?;
        work.audit("category_changed", Some(caller.actor.id), json!({"category": id, "active": fields.active}))
    })
}
