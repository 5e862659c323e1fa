//! Who and where: finds OPDs, teams, categories and people by the names in a log, or makes placeholders.
//!
//! A placeholder is made once, through the same services as an admin uses, has no password and an address
//! at the map's domain. Roles are given to placeholders only: no file can make a real account an agent.

use std::collections::HashMap;

use super::map::{Map, Opd};
use super::names;
use super::summary::Tally;
use super::words::folded;
use crate::domain::ids::{CategoryId, OpdId, TeamId};
use crate::domain::people::{Actor, Appointment, Role};
use crate::domain::{Instant, Refusal};
use crate::services::admin::{categories, opds, people, roles, teams};
use crate::services::{Error, Result, Work};
use crate::store::{Conn, organisation, people as store_people};

/// How many rows are read at a time.
const PAGE: i64 = 500;

/// What is known already. Cheap to clone: a transaction works on a copy, which replaces this one once it
/// is committed.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// When the placeholders are made: the present, not the time of the log.
    present: Instant,
    /// By name and by code.
    opds: HashMap<String, OpdId>,
    opd_codes: HashMap<OpdId, String>,
    teams: HashMap<String, TeamId>,
    team_rows: HashMap<TeamId, Team>,
    categories: HashMap<String, CategoryId>,
    /// By address.
    people: HashMap<String, Person>,
}

#[derive(Clone, Debug)]
struct Team {
    code: String,
    name: String,
}

#[derive(Clone, Debug)]
struct Person {
    actor: Actor,
    /// Made by an import, and active: may be given roles.
    placeholder: bool,
}

/// Somebody in a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who<'a> {
    pub name: &'a str,
    /// Derived from the name if the log has none.
    pub email: Option<&'a str>,
    pub opd: OpdId,
}

impl Places {
    /// Reads what there is.
    pub(super) fn load(conn: &mut Conn, present: Instant) -> Result<Self> {
        let mut places = Self { present, ..Self::default() };
        let mut after = 0;
        while let Some(rows) = some(organisation::opds(conn, after, PAGE)?) {
            for row in rows {
                after = row.id;
                places.know_opd(OpdId(row.id), &row.code, &row.name);
            }
        }
        after = 0;
        while let Some(rows) = some(organisation::teams(conn, after, PAGE)?) {
            for row in rows {
                after = row.id;
                places.know_team(TeamId(row.id), row.code, row.name);
            }
        }
        after = 0;
        while let Some(rows) = some(organisation::categories(conn, after, PAGE)?) {
            for row in rows {
                after = row.id;
                places.categories.insert(folded(&row.name), CategoryId(row.id));
            }
        }
        Ok(places)
    }

    fn know_opd(&mut self, id: OpdId, code: &str, name: &str) {
        self.opds.insert(folded(name), id);
        self.opds.insert(folded(code), id);
        self.opd_codes.insert(id, code.to_owned());
    }

    fn know_team(&mut self, id: TeamId, code: String, name: String) {
        self.teams.insert(folded(&name), id);
        self.teams.insert(folded(&code), id);
        self.team_rows.insert(id, Team { code, name });
    }

    /// The OPD that a log names by name or code.
    pub(super) fn opd(&mut self, work: &mut Work<'_, '_>, map: &Map, tally: &mut Tally, name: &str) -> Result<OpdId> {
        if let Some(id) = self.opds.get(&folded(name)) {
            return Ok(*id);
        }
        let mut code = names::code(name);
        if self.opds.contains_key(&folded(&code)) {
            code = names::code_with_digest(name);
        }
        let id = self.add_opd(work, map, tally, &code, name)?;
        self.opds.insert(folded(name), id);
        Ok(id)
    }

    /// An OPD that the map names.
    pub(super) fn named_opd(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        opd: &Opd,
    ) -> Result<OpdId> {
        match self.opds.get(&folded(&opd.code)) {
            Some(id) => Ok(*id),
            None => self.add_opd(work, map, tally, &opd.code, &opd.name),
        }
    }

    fn add_opd(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        code: &str,
        name: &str,
    ) -> Result<OpdId> {
        let name = names::short(name);
        let kind = map.placeholders.opd_kind.clone();
        let fields =
            opds::parse(&opds::Input { code: code.to_owned(), name: name.clone(), kind, independent_ict: false })?;
        let id = self.at_present(work, |work| opds::apply(work, None, &fields))?;
        self.know_opd(id, code, &name);
        tally.made("opds");
        Ok(id)
    }

    /// The team that a log names by name or code.
    pub(super) fn team(&mut self, work: &mut Work<'_, '_>, tally: &mut Tally, name: &str) -> Result<TeamId> {
        if let Some(id) = self.teams.get(&folded(name)) {
            return Ok(*id);
        }
        let mut code = names::code(name);
        if self.teams.contains_key(&folded(&code)) {
            code = names::code_with_digest(name);
        }
        let input = teams::Input { code: code.clone(), name: names::short(name), csirt: false };
        let fields = teams::parse(&input)?;
        let id = self.at_present(work, |work| teams::apply(work, None, &fields))?;
        self.know_team(id, code, input.name);
        self.teams.insert(folded(name), id);
        tally.made("teams");
        Ok(id)
    }

    /// The category with a name.
    pub(super) fn category(&mut self, work: &mut Work<'_, '_>, tally: &mut Tally, name: &str) -> Result<CategoryId> {
        let name = names::short(name);
        if let Some(id) = self.categories.get(&folded(&name)) {
            return Ok(*id);
        }
        let fields = categories::parse(&categories::Input { name: name.clone(), team_id: None })?;
        let id = self.at_present(work, |work| categories::apply(work, None, &fields))?;
        self.categories.insert(folded(&name), id);
        tally.made("categories");
        Ok(id)
    }

    /// A person, as an actor with no more than they have.
    pub(super) fn person(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        who: Who<'_>,
    ) -> Result<Actor> {
        let email = self.address(map, who);
        Ok(self.known(work, map, tally, who, &email)?.actor.clone())
    }

    /// A person with a role; placeholders are given it.
    pub(super) fn person_with(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        who: Who<'_>,
        role: Role,
    ) -> Result<Actor> {
        let email = self.address(map, who);
        let present = self.present;
        let person = self.known(work, map, tally, who, &email)?;
        if person.placeholder && !person.actor.has(role) {
            let id = person.actor.id;
            at(work, present, |work| roles::apply(work, None, id, role, &Appointment::default()))?;
            person.actor.roles.push(role);
        }
        Ok(person.actor.clone())
    }

    /// A person in a team; placeholders are put into it.
    pub(super) fn member(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        who: Who<'_>,
        team: TeamId,
    ) -> Result<Actor> {
        self.person_with(work, map, tally, who, Role::Tier2Agent)?;
        let email = self.address(map, who);
        let present = self.present;
        let person = self.known(work, map, tally, who, &email)?;
        if person.placeholder && !person.actor.is_in(team) {
            let id = person.actor.id;
            at(work, present, |work| teams::apply_join(work, None, team, id))?;
            person.actor.teams.push(team);
        }
        Ok(person.actor.clone())
    }

    /// The placeholder that acts for an OPD's desk.
    pub(super) fn desk_agent(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        opd: OpdId,
    ) -> Result<Actor> {
        let code = self.opd_codes.get(&opd).map_or_else(String::new, |code| names::slug(code));
        let email = address_at(map, &format!("meja-{code}"));
        let who = Who { name: &map.placeholders.desk_agent, email: Some(&email), opd };
        self.person_with(work, map, tally, who, Role::Tier1Agent)
    }

    /// The placeholder that acts for a team.
    pub(super) fn team_agent(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        team: TeamId,
    ) -> Result<Actor> {
        let row = self.team_rows.get(&team).ok_or(Error::NotFound)?;
        let name = map.placeholders.team_agent.fill(|_| row.name.as_str());
        let email = address_at(map, &format!("tim-{}", names::slug(&row.code)));
        let opd = self.named_opd(work, map, tally, &map.teams.opd)?;
        self.member(work, map, tally, Who { name: &name, email: Some(&email), opd }, team)
    }

    fn address(&self, map: &Map, who: Who<'_>) -> String {
        if let Some(email) = who.email {
            return email.trim().to_lowercase();
        }
        let name = names::slug(who.name);
        let opd = self.opd_codes.get(&who.opd).map_or_else(String::new, |code| names::slug(code));
        let local = map.placeholders.address.fill(|part| if part == "opd" { opd.as_str() } else { name.as_str() });
        // A name without any plain letter still needs an address of its own.
        address_at(map, if name.is_empty() { who.name } else { &local })
    }

    fn known(
        &mut self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        who: Who<'_>,
        email: &str,
    ) -> Result<&mut Person> {
        if !self.people.contains_key(email) {
            let person = self.find_or_add(work, map, tally, who, email)?;
            self.people.insert(email.to_owned(), person);
        }
        Ok(self.people.get_mut(email).expect("it was put there just now"))
    }

    fn find_or_add(
        &self,
        work: &mut Work<'_, '_>,
        map: &Map,
        tally: &mut Tally,
        who: Who<'_>,
        email: &str,
    ) -> Result<Person> {
        let own = email.ends_with(&format!("@{}", map.placeholders.domain));
        if let Some(row) = store_people::by_email(work.tx, email)? {
            let id = row.id.into();
            let actor = match self.at_present(work, |work| work.person(id)) {
                // A placeholder that was deactivated meanwhile still is who it was; it may do nothing.
                Err(Error::Refused(Refusal::NotEligible)) => {
                    Actor { id, opd: OpdId(row.opd_id), roles: Vec::new(), teams: Vec::new() }
                }
                other => other?,
            };
            return Ok(Person { actor, placeholder: own && row.active });
        }
        let input = people::Input {
            name: names::short(who.name),
            email: email.to_owned(),
            opd_id: who.opd.0,
            nip: None,
            phone: None,
            password: None,
        };
        let (fields, _) = people::parse(&input)?;
        let id = self.at_present(work, |work| people::apply(work, None, &fields, None))?;
        tally.made("people");
        let actor = Actor { id, opd: who.opd, roles: Vec::new(), teams: Vec::new() };
        Ok(Person { actor, placeholder: true })
    }

    fn at_present<T>(&self, work: &mut Work<'_, '_>, act: impl FnOnce(&mut Work<'_, '_>) -> Result<T>) -> Result<T> {
        at(work, self.present, act)
    }
}

/// Does something at another instant than that of the log.
fn at<T>(work: &mut Work<'_, '_>, now: Instant, act: impl FnOnce(&mut Work<'_, '_>) -> Result<T>) -> Result<T> {
    let then = std::mem::replace(&mut work.now, now);
    let result = act(work);
    work.now = then;
    result
}

fn address_at(map: &Map, local: &str) -> String {
    let plain: String = local.chars().filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).collect();
    // What had to be left out must not make two names one.
    let local = if plain == local { names::local_part(local) } else { names::slug(&names::code_with_digest(local)) };
    format!("{local}@{}", map.placeholders.domain)
}

fn some<T>(rows: Vec<T>) -> Option<Vec<T>> {
    (!rows.is_empty()).then_some(rows)
}
