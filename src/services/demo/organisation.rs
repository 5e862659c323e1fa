//! Founds the demo's organisation, and knows afterwards who is who in it.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::super::admin::{categories, opds, people, roles, teams};
use super::super::{Result, Work};
use super::random::Random;
use super::seed::{Person, Seed};
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId};
use crate::domain::people::{Appointment, Role};

/// The month for which the seed's letters are dated.
const SEED_MONTH: (i32, u32) = (2026, 11);

/// Who is who.
#[derive(Clone, Debug, Default)]
pub(super) struct Organisation {
    pub units: Vec<Unit>,
    pub teams: BTreeMap<String, Crew>,
    pub categories: BTreeMap<String, CategoryId>,
    /// The first owns the tickets of OPDs without Tier 1.
    pub supervisors: Vec<PersonId>,
    pub people: usize,
}

/// An OPD with its people.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub id: OpdId,
    pub code: String,
    pub short: String,
    pub kind: String,
    /// Employees who do not serve the desk themselves.
    pub requesters: Vec<PersonId>,
    /// Tier 1, each with the last day of the letter.
    pub desk: Vec<(PersonId, NaiveDate)>,
    pub head: Option<PersonId>,
}

/// A Tier 2 team with its members.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    pub id: TeamId,
    pub members: Vec<PersonId>,
}

impl Organisation {
    /// The OPD with a code of the seed.
    pub fn unit(&self, code: &str) -> &Unit {
        self.units.iter().find(|unit| unit.code == code).expect("codes were checked when the seed was read")
    }

    /// The team with a code of the seed.
    pub fn team(&self, code: &str) -> &Crew {
        self.teams.get(code).expect("codes were checked when the seed was read")
    }

    /// The category with a name of the seed.
    pub fn category(&self, name: &str) -> CategoryId {
        *self.categories.get(name).expect("names were checked when the seed was read")
    }

    /// Who owns what has no desk, and ties tickets of several OPDs together.
    pub fn supervisor(&self) -> PersonId {
        *self.supervisors.first().expect("the seed has supervisors")
    }

    /// The first of the desk whose letter holds on a day; without a desk the supervisor.
    pub fn first_agent(&self, unit: &Unit, day: NaiveDate) -> PersonId {
        unit.desk.iter().find(|(_, until)| *until >= day).map_or(self.supervisor(), |(id, _)| *id)
    }

    /// Who of the desk serves a ticket opened on a day: somebody whose letter holds for a while yet, else
    /// whoever has one; without a desk the supervisor, who owns it then.
    pub fn agent(&self, unit: &Unit, day: NaiveDate, random: &mut Random) -> PersonId {
        let holds = day.checked_add_days(Days::new(10)).unwrap_or(day);
        let lasting: Vec<_> = unit.desk.iter().filter(|(_, until)| *until >= holds).map(|(id, _)| *id).collect();
        if lasting.is_empty() { self.first_agent(unit, day) } else { *random.pick(&lasting) }
    }
}

impl Unit {
    /// Whether somebody of the desk has a letter that holds on a day.
    pub fn has_desk(&self, day: NaiveDate) -> bool {
        self.desk.iter().any(|(_, until)| *until >= day)
    }

    /// Who needs help: often the same person.
    pub fn requester(&self, random: &mut Random) -> PersonId {
        if random.chance(40) { self.first_requester() } else { *random.pick(&self.requesters) }
    }

    /// The one who is named first.
    pub fn first_requester(&self) -> PersonId {
        *self.requesters.first().expect("every OPD of the seed has a requester")
    }

    /// How many tickets it files, compared with others.
    pub fn weight(&self) -> u64 {
        match (self.code.as_str(), self.kind.as_str()) {
            _ if self.desk.is_empty() => 1,
            ("DISDIKBUD" | "DINKES" | "KEC-GRINGSING", _) => 6,
            ("DISDUKCAPIL" | "RSUD-BATANG", _) => 5,
            ("SETDA" | "BPKPAD" | "DPMPTSP" | "DPUPR", _) => 4,
            (_, "kecamatan") => 3,
            _ => 2,
        }
    }
}

/// Adds OPDs, teams, categories and people, who all get the same password.
pub(super) fn found(work: &mut Work<'_, '_>, seed: &Seed, password_hash: &str) -> Result<Organisation> {
    let mut organisation = Organisation { people: seed.people.len(), ..Organisation::default() };
    for opd in &seed.opds {
        let (code, name, kind) = (opd.code.clone(), opd.name.clone(), opd.kind.clone());
        let fields = opds::parse(&opds::Input { code, name, kind, independent_ict: false })?;
        organisation.units.push(Unit {
            id: opds::apply(work, None, &fields)?,
            code: opd.code.clone(),
            short: opd.short.clone(),
            kind: opd.kind.clone(),
            requesters: Vec::new(),
            desk: Vec::new(),
            head: None,
        });
    }
    for team in &seed.teams {
        let input = teams::Input { code: team.code.clone(), name: team.name.clone(), csirt: team.csirt };
        let id = teams::apply(work, None, &teams::parse(&input)?)?;
        organisation.teams.insert(team.code.clone(), Crew { id, members: Vec::new() });
    }
    for category in &seed.categories {
        let team_id = Some(organisation.team(&category.team).id.0);
        let fields = categories::parse(&categories::Input { name: category.name.clone(), team_id })?;
        let id = categories::apply(work, None, &fields)?;
        organisation.categories.insert(category.name.clone(), id);
    }
    for person in &seed.people {
        organisation.join(work, person, password_hash)?;
    }
    for Unit { requesters, desk, .. } in &mut organisation.units {
        requesters.retain(|requester| desk.iter().all(|(agent, _)| agent != requester));
    }
    Ok(organisation)
}

impl Organisation {
    fn join(&mut self, work: &mut Work<'_, '_>, person: &Person, password_hash: &str) -> Result<()> {
        let (fields, _) = people::parse(&people::Input {
            name: person.name.clone(),
            email: person.email.clone(),
            opd_id: self.unit(&person.opd).id.0,
            nip: Some(person.nip.clone()),
            phone: Some(person.phone.clone()),
            password: None,
        })?;
        let id = people::apply(work, None, &fields, Some(password_hash))?;
        let appointment = appointment(person, work.desk.today());
        for role in &person.roles {
            let appointment = if *role == Role::Tier1Agent { appointment.clone() } else { Appointment::default() };
            roles::apply(work, None, id, *role, &appointment)?;
            self.note_role(person, id, *role, appointment.valid_until);
        }
        for code in &person.teams {
            teams::apply_join(work, None, self.team(code).id, id)?;
            self.teams.entry(code.clone()).and_modify(|team| team.members.push(id));
        }
        Ok(())
    }

    fn note_role(&mut self, person: &Person, id: PersonId, role: Role, until: Option<NaiveDate>) {
        let Some(unit) = self.units.iter_mut().find(|unit| unit.code == person.opd) else { return };
        match role {
            Role::Requester => unit.requesters.push(id),
            Role::Tier1Agent => unit.desk.push((id, until.unwrap_or(NaiveDate::MAX))),
            Role::OpdHead => unit.head = Some(id),
            Role::Supervisor => self.supervisors.push(id),
            Role::Tier2Agent | Role::Auditor | Role::Admin => {}
        }
    }
}

/// The letter, dated so that it lies as far from today as it does from the seed's month.
fn appointment(person: &Person, today: NaiveDate) -> Appointment {
    let (year, month) = SEED_MONTH;
    let months = (today.year() - year) * 12 + today.month().cast_signed() - month.cast_signed();
    let shift = |day: NaiveDate| {
        let by = Months::new(months.unsigned_abs());
        let shifted = if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) };
        shifted.unwrap_or(day)
    };
    let letter_on = person.letter_on.map(shift);
    let letter_number = person.letter_number.as_ref().map(|number| match (number.rsplit_once('/'), letter_on) {
        (Some((number, _)), Some(on)) => format!("{number}/{}", on.year()),
        _ => number.clone(),
    });
    Appointment { letter_number, letter_on, valid_until: person.valid_until.map(shift) }
}
