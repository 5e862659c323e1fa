//! `/admin/tim/{id}`: one team, its members, and changing it.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::addresses::id;
use super::section::{self, Choice, Section, draft_of, typed, yes_or_no};
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Role;
use crate::services::admin::{categories, directory, teams};
use crate::services::{Caller, Desk, Error, Result};
use crate::store::people::PeopleFilter;

/// The most Tier 2 agents that one can choose a member from.
const CANDIDATES: i64 = 500;

#[derive(Serialize)]
struct Member {
    id: i64,
    name: String,
}

#[derive(Serialize)]
struct TeamPage {
    id: i64,
    version: i64,
    code: String,
    name: String,
    csirt: bool,
    active: bool,
    members: Vec<Member>,
    /// The categories whose tickets come here.
    categories: Vec<String>,
    candidates: Vec<Choice>,
    yes_or_no: Vec<Choice>,
    edit: Draft,
    editing: bool,
    join: Draft,
    /// What was refused of anything else.
    other: Draft,
}

impl Section for TeamPage {
    const TEMPLATE: &'static str = "pages/admin/team";
    const PART: &'static str = "/admin/tim";

    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /admin/tim/{id}`
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    section::show(visitor, move |desk, caller| build(desk, caller, id, None)).await
}

fn build(desk: &Desk, caller: &Caller, id: i64, refused: Option<&Draft>) -> Result<TeamPage> {
    let row = teams::read(desk, TeamId(id))?;
    let members: Vec<_> = directory::members(desk, &caller.actor)?
        .into_iter()
        .filter(|(team, ..)| team.0 == id)
        .map(|(_, person, name)| Member { id: person.0, name })
        .collect();
    let agents =
        PeopleFilter { role: Some(Role::Tier2Agent), active: Some(true), limit: CANDIDATES, ..PeopleFilter::default() };
    let (agents, _) = directory::find(desk, &caller.actor, &agents, 0)?;
    let is_in = |person: i64| members.iter().any(|member| member.id == person);
    let candidates = agents.into_iter().filter(|profile| !is_in(profile.person.id));
    let edit =
        draft_of(refused, "ubah", || Draft::with([("name", row.name.clone()), ("csirt", row.csirt.to_string())]));
    let own = ["ubah", "masuk"];
    Ok(TeamPage {
        candidates: candidates.map(|p| Choice::new(p.person.id.to_string(), p.person.name)).collect(),
        categories: categories::list(desk, 0, i64::MAX)?
            .into_iter()
            .filter(|category| category.active && category.team_id == Some(id))
            .map(|category| category.name)
            .collect(),
        yes_or_no: yes_or_no(),
        editing: edit.problem.is_some(),
        edit,
        join: draft_of(refused, "masuk", Draft::default),
        other: refused.filter(|draft| !own.contains(&draft.verb.as_str())).cloned().unwrap_or_default(),
        id,
        version: row.version,
        code: row.code,
        name: row.name,
        csirt: row.csirt,
        active: row.active,
        members,
    })
}

/// Runs an act and comes back to the team.
async fn act(
    visitor: Visitor,
    path: &str,
    form: Form,
    news: &'static str,
    act: impl FnOnce(&Desk, &Caller, &Form, TeamId) -> Result<()> + Send + 'static,
) -> Answer {
    let id = id(path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            act(desk, caller, form, TeamId(id))?;
            Ok(Next::saying(format!("/admin/tim/{id}"), news))
        },
        move |desk, caller, draft| build(desk, caller, id, Some(&draft)),
    )
    .await
}

/// `POST /admin/tim/{id}/ubah`
pub async fn change(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "disimpan", |desk, caller, form, team| teams::change(desk, caller, team, &form.input()?))
        .await
}

/// `POST /admin/tim/{id}/status`: takes it out of use, or into use again.
pub async fn set_state(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "disimpan", |desk, caller, form, team| {
        let active = typed(form, "active") == Some("true");
        teams::change(desk, caller, team, &teams::Change { active: Some(active), ..teams::Change::default() })
    })
    .await
}

fn person(form: &Form) -> Result<PersonId> {
    let person = typed(form, "person_id").and_then(|person| person.parse().ok());
    person.map(PersonId).ok_or_else(|| Error::field("/person_id", "required", "pilih satu orang"))
}

/// `POST /admin/tim/{id}/masuk`
pub async fn join(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "tim-diikuti", |desk, caller, form, team| teams::join(desk, caller, team, person(form)?))
        .await
}

/// `POST /admin/tim/{id}/keluar`
pub async fn leave(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "tim-ditinggalkan", |desk, caller, form, team| {
        teams::leave(desk, caller, team, person(form)?)
    })
    .await
}
