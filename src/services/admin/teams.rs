//! Tier 2 teams of the Dinas and who is in them (Perbup Sumenep 39/2023 Ps 31(1)b).

use serde::Deserialize;
use serde_json::json;

use super::super::fields::Fields;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::opds::Added;
use super::{require_admin, taken};
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::{Actor, Role};
use crate::domain::text::{Code, Name};
use crate::store::organisation::{self, TeamFields, TeamRow};
use crate::store::{handovers, tickets};

/// A team to be added.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTeam)]
pub struct Input {
    /// Capitals, digits and dashes; stays for ever.
    #[schema(min_length = 2, max_length = 32)]
    pub code: String,
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    /// Security incidents go to the first active team of this kind.
    #[serde(default)]
    pub csirt: bool,
}

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeTeam)]
pub struct Change {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[serde(default)]
    pub csirt: Option<bool>,
    #[serde(default)]
    pub active: Option<bool>,
}

/// A page of teams after an id. For everybody who is signed in.
pub fn list(desk: &Desk, after: i64, limit: i64) -> Result<Vec<TeamRow>> {
    desk.read(|conn| Ok(organisation::teams(conn, after, limit)?))
}

/// One team.
pub fn read(desk: &Desk, id: TeamId) -> Result<TeamRow> {
    desk.read(|conn| organisation::team_by_id(conn, id)?.ok_or(Error::NotFound))
}

/// The active members of a team. For those who work with it.
pub fn members(desk: &Desk, actor: &Actor, id: TeamId) -> Result<Vec<(PersonId, String)>> {
    if actor.roles.iter().all(|role| *role == Role::Requester) {
        return Err(Error::Forbidden);
    }
    let today = desk.today();
    desk.read(|conn| {
        organisation::team_by_id(conn, id)?.ok_or(Error::NotFound)?;
        let mut members = Vec::new();
        for person in organisation::members(conn, id, today)? {
            let row = crate::store::people::by_id(conn, person)?.ok_or(Error::NotFound)?;
            members.push((person, row.name));
        }
        Ok(members)
    })
}

/// Adds a team.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    require_admin(&caller.actor)?;
    let fields = parse(input)?;
    desk.act(caller, |work| Ok(Added { id: apply(work, Some(caller.actor.id), &fields)?.0 }))
}

/// Checks the input.
pub fn parse(input: &Input) -> Result<TeamFields> {
    let mut fields = Fields::default();
    let code = fields.take("/code", Code::parse(&input.code));
    let name = fields.take("/name", Name::parse(&input.name));
    let values = code.zip(name).map(|(code, name)| TeamFields {
        code: code.as_str().to_owned(),
        name: name.as_str().to_owned(),
        csirt: input.csirt,
        active: true,
    });
    fields.finish(values)
}

/// Adds a team inside a transaction.
pub fn apply(work: &mut Work<'_, '_>, by: Option<PersonId>, fields: &TeamFields) -> Result<TeamId> {
    if organisation::team_by_code(work.tx, &fields.code)?.is_some() {
        return Err(taken("/code"));
    }
    let id = organisation::insert_team(work.tx, fields)?;
    work.audit("team_added", by, json!({"team": id, "code": fields.code, "csirt": fields.csirt}))?;
    Ok(id)
}

/// Changes a team.
pub fn change(desk: &Desk, caller: &Caller, id: TeamId, input: &Change) -> Result<()> {
    require_admin(&caller.actor)?;
    let mut fields = Fields::default();
    let name = fields.take_some("/name", input.name.as_deref(), Name::parse);
    let name = fields.finish(Some(name))?;
    desk.act(caller, |work| {
        let row = organisation::team_by_id(work.tx, id)?.ok_or(Error::NotFound)?;
        work.require_version(row.version)?;
        let fields = TeamFields {
            code: row.code,
            name: name.as_ref().map_or(row.name, |name| name.as_str().to_owned()),
            csirt: input.csirt.unwrap_or(row.csirt),
            active: input.active.unwrap_or(row.active),
        };
        let lost = (row.active && !fields.active) || (row.csirt && !fields.csirt);
        if lost && handovers::any_unresolved(work.tx, id)? {
            return Err(Refusal::OpenWork.into());
        }
        organisation::update_team(work.tx, id, row.version, &fields)?;
        let facts = json!({"team": id, "active": fields.active, "csirt": fields.csirt});
        work.audit("team_changed", Some(caller.actor.id), facts)
    })
}

/// Puts a Tier 2 agent into a team. Doing it twice changes nothing.
pub fn join(desk: &Desk, caller: &Caller, team: TeamId, person: PersonId) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        organisation::team_by_id(work.tx, team)?.ok_or(Error::NotFound)?;
        crate::store::people::by_id(work.tx, person)?.ok_or(Error::NotFound)?;
        if !work.person(person)?.has(Role::Tier2Agent) {
            return Err(Refusal::NotEligible.into());
        }
        apply_join(work, Some(caller.actor.id), team, person)
    })
}

/// Puts somebody into a team, inside a transaction.
pub fn apply_join(work: &mut Work<'_, '_>, by: Option<PersonId>, team: TeamId, person: PersonId) -> Result<()> {
    if organisation::add_member(work.tx, team, person)? {
        work.audit("team_joined", by, json!({"team": team, "person": person}))?;
    }
    Ok(())
}

/// Takes somebody out of a team; what they worked on there goes back into its queue. Doing it twice
/// changes nothing.
pub fn leave(desk: &Desk, caller: &Caller, team: TeamId, person: PersonId) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| {
        organisation::team_by_id(work.tx, team)?.ok_or(Error::NotFound)?;
        if organisation::remove_member(work.tx, team, person)? {
            for ticket in crate::store::people::open_work(work.tx, person)? {
                let before = tickets::by_id(work.tx, ticket)?.ok_or(Error::NotFound)?;
                if before.working_team() == Some(team) && before.assignee == Some(person) {
                    let mut after = before.clone();
                    after.assignee = None;
                    work.record(EventKind::Assigned, Some(caller.actor.id), &before, &mut after, Details::none())?;
                }
            }
            work.audit("team_left", Some(caller.actor.id), json!({"team": team, "person": person}))?;
        }
        Ok(())
    })
}
