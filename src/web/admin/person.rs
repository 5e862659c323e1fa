//! `GET /admin/orang/{id}`: a person with roles, letters, teams and access.

use actix_web::web;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::visitor::Visitor;
use super::super::words::{Spoken, When};
use super::addresses::id;
use super::dates::day;
use super::people::opd_choices;
use super::section::{self, Choice, Section, draft_of};
use crate::domain::ids::{OpdId, PersonId};
use crate::domain::people::Role;
use crate::services::admin::people::{self, Profile};
use crate::services::admin::{access, directory, opds, teams};
use crate::services::{Caller, Desk, Result};
use crate::store::people::{Grant, PeopleFilter};

/// The most people that one can choose a successor from.
const SUCCESSORS: i64 = 200;

/// What else the address asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    /// The role whose letter is to be renewed.
    peran: Option<String>,
}

/// A role with its letter.
#[derive(Serialize)]
struct RoleRow {
    code: &'static str,
    label: &'static str,
    letter: String,
    until: String,
    tone: &'static str,
}

/// A team that somebody is in.
#[derive(Serialize)]
struct TeamLink {
    id: i64,
    name: String,
}

/// A mail that came back.
#[derive(Serialize)]
struct Bounced {
    at: String,
    said: String,
}

#[derive(Serialize)]
pub struct PersonPage {
    id: i64,
    version: i64,
    name: String,
    email: String,
    opd_id: i64,
    opd: String,
    nip: Option<String>,
    phone: Option<String>,
    active: bool,
    roles: Vec<RoleRow>,
    teams: Vec<TeamLink>,
    has_password: bool,
    locked: Option<String>,
    /// When a mail came back, and what was said.
    bounced: Option<Bounced>,
    open_work: usize,
    opds: Vec<Choice>,
    role_choices: Vec<Choice>,
    /// The teams that can be joined.
    joinable: Vec<Choice>,
    successors: Vec<Choice>,
    edit: Draft,
    editing: bool,
    grant: Draft,
    granting: bool,
    join: Draft,
    password: Draft,
    leave: Draft,
    leaving: bool,
    /// What was refused of anything else.
    other: Draft,
}

impl Section for PersonPage {
    const TEMPLATE: &'static str = "pages/admin/person";
    const PART: &'static str = "/admin/orang";

    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /admin/orang/{id}`
pub async fn show(visitor: Visitor, path: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, role) = (id(&path)?, query.into_inner().peran);
    section::show(visitor, move |desk, caller| {
        let mut page = build(desk, caller, PersonId(id), None)?;
        if let Some(role) = role.as_deref().and_then(Role::parse) {
            let profile = people::read(desk, &caller.actor, PersonId(id))?;
            page.grant = letter(role, profile.grants.iter().find(|grant| grant.role == role));
            page.granting = true;
        }
        Ok(page)
    })
    .await
}

/// A form with the letter that there is.
fn letter(role: Role, grant: Option<&Grant>) -> Draft {
    let appointment = grant.map(|grant| grant.appointment.clone()).unwrap_or_default();
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    Draft::with([
        ("role", role.as_str().to_owned()),
        ("letter_number", appointment.letter_number.unwrap_or_default()),
        ("letter_on", date(appointment.letter_on)),
        ("valid_until", date(appointment.valid_until)),
    ])
}

/// The page, with what was refused.
pub fn build(desk: &Desk, caller: &Caller, id: PersonId, refused: Option<&Draft>) -> Result<PersonPage> {
    let profile = people::read(desk, &caller.actor, id)?;
    let access = access::read(desk, &caller.actor, id)?;
    let (person, today) = (&profile.person, desk.today());
    let known = teams::list(desk, 0, i64::MAX)?;
    let is_in = |team: i64| profile.teams.iter().any(|own| own.0 == team);
    let edit = draft_of(refused, "ubah", || {
        Draft::with([
            ("name", person.name.clone()),
            ("email", person.email.clone()),
            ("opd_id", person.opd_id.to_string()),
            ("nip", person.nip.clone().unwrap_or_default()),
            ("phone", person.phone.clone().unwrap_or_default()),
        ])
    });
    let grant = draft_of(refused, "peran", || letter(Role::Tier1Agent, None));
    let leave = draft_of(refused, "nonaktifkan", Draft::default);
    let own = ["ubah", "peran", "nonaktifkan", "gabung", "sandi"];
    let other = refused.filter(|draft| !own.contains(&draft.verb.as_str())).cloned().unwrap_or_default();
    Ok(PersonPage {
        id: id.0,
        version: person.version,
        opd_id: person.opd_id,
        opd: opds::read(desk, OpdId(person.opd_id))?.name,
        roles: profile.grants.iter().map(|grant| role_row(grant, today)).collect(),
        teams: known
            .iter()
            .filter(|row| is_in(row.id))
            .map(|row| TeamLink { id: row.id, name: row.name.clone() })
            .collect(),
        has_password: access.has_password,
        locked: access.locked_until.map(|until| When::of(until, desk.now(), desk.zone).short),
        bounced: access.bounce.map(|(at, said)| Bounced { at: When::of(at, desk.now(), desk.zone).full, said }),
        open_work: access.open_work,
        opds: opd_choices(desk, Some(person.opd_id))?,
        role_choices: Role::choices().into_iter().map(|word| Choice::new(word.code, word.label)).collect(),
        joinable: if profile.grants.iter().any(|grant| grant.role == Role::Tier2Agent) {
            let open = known.iter().filter(|row| row.active && !is_in(row.id));
            open.map(|row| Choice::new(row.id.to_string(), &row.name)).collect()
        } else {
            Vec::new()
        },
        successors: if access.open_work > 0 { successors(desk, caller, &profile)? } else { Vec::new() },
        editing: edit.problem.is_some(),
        granting: grant.problem.is_some(),
        leaving: leave.problem.is_some(),
        edit,
        grant,
        leave,
        join: draft_of(refused, "gabung", Draft::default),
        password: draft_of(refused, "sandi", Draft::default),
        other,
        name: person.name.clone(),
        email: person.email.clone(),
        nip: person.nip.clone(),
        phone: person.phone.clone(),
        active: person.active,
    })
}

fn role_row(grant: &Grant, today: NaiveDate) -> RoleRow {
    let appointment = &grant.appointment;
    let (tone, until) = match appointment.valid_until {
        None => ("good", "tanpa batas waktu".to_owned()),
        Some(last) if last < today => ("over", format!("berakhir {}", day(last))),
        Some(last) if (last - today).num_days() <= 30 => ("near", format!("sampai {}", day(last))),
        Some(last) => ("good", format!("sampai {}", day(last))),
    };
    let parts = [appointment.letter_number.clone(), appointment.letter_on.map(day)];
    let letter = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    RoleRow { code: grant.role.as_str(), label: grant.role.label(), letter, until, tone }
}

/// Who may take over: the own desk, supervisors, and Tier 2 for whoever is in a team.
fn successors(desk: &Desk, caller: &Caller, profile: &Profile) -> Result<Vec<Choice>> {
    let of = |role, opd| {
        let filter =
            PeopleFilter { role: Some(role), opd, active: Some(true), limit: SUCCESSORS, ..Default::default() };
        directory::find(desk, &caller.actor, &filter, 0).map(|(found, _)| found)
    };
    let mut found = of(Role::Tier1Agent, Some(OpdId(profile.person.opd_id)))?;
    found.extend(of(Role::Supervisor, None)?);
    if !profile.teams.is_empty() {
        found.extend(of(Role::Tier2Agent, None)?);
    }
    let mut choices = Vec::<Choice>::new();
    for other in found {
        let code = other.person.id.to_string();
        if other.person.id != profile.person.id && choices.iter().all(|choice| choice.code != code) {
            let roles: Vec<_> = other.grants.iter().map(|grant| grant.role.label()).collect();
            choices.push(Choice::new(code, format!("{} ({})", other.person.name, roles.join(", "))));
        }
    }
    Ok(choices)
}
