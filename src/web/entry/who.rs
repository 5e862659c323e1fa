//! Whom a ticket is for, by what was typed: a part of the name or of the e-mail address.

use serde::Serialize;

use super::super::form::Form;
use super::super::frame::enters;
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::services::admin::opds;
use crate::services::admin::people::{self, Profile};
use crate::services::inbound::is_postmaster;
use crate::services::{Desk, Error, Result};
use crate::store::people::PeopleFilter;

/// How many people are shown.
const MOST: i64 = 10;

/// The fewest letters that are looked for.
const FEWEST: usize = 2;

/// What is said if nobody fits.
pub const NOBODY: &str = "Tidak ada orang dengan nama atau e-mail ini. Periksa ejaannya.";

/// A person whom a ticket can be for.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub opd: String,
    pub email: String,
}

/// The people that fit what was typed, of those whom the actor files tickets for.
pub fn find(desk: &Desk, actor: &Actor, typed: &str) -> Result<Vec<Person>> {
    if !enters(actor) && !is_postmaster(actor) {
        return Err(Error::Forbidden);
    }
    let typed = typed.trim();
    if typed.chars().count() < FEWEST || typed.chars().count() > 200 {
        return Ok(Vec::new());
    }
    let filter =
        PeopleFilter { text: Some(typed.to_owned()), active: Some(true), limit: MOST, ..PeopleFilter::default() };
    let found = people::list(desk, actor, filter)?;
    named(desk, found)
}

fn named(desk: &Desk, found: Vec<Profile>) -> Result<Vec<Person>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let opds = opds::list(desk, 0, 500)?;
    let person = |Profile { person, .. }: Profile| Person {
        opd: opds.iter().find(|opd| opd.id == person.opd_id).map(|opd| opd.name.clone()).unwrap_or_default(),
        id: person.id,
        name: person.name,
        email: person.email,
    };
    Ok(found.into_iter().map(person).collect())
}

/// The id that was chosen: by typing ahead, or else among the people shown.
pub fn chosen(form: &Form) -> Option<i64> {
    let id = |name: &str| form.get(name).and_then(|id| id.trim().parse().ok());
    id("requester_id").or(id("orang"))
}

/// Whether one person was chosen by typing ahead and another among the people shown.
fn is_doubtful(form: &Form) -> bool {
    let id = |name: &str| form.get(name).filter(|id| !id.trim().is_empty());
    id("requester_id").zip(id("orang")).is_some_and(|(typed, shown)| typed != shown)
}

/// Whom a form means. Says at the field what is to be done if that is not one person.
pub fn meant(desk: &Desk, actor: &Actor, form: &Form) -> Result<PersonId> {
    if is_doubtful(form) {
        return Err(Error::field("/requester", "invalid_value", "Dua orang terpilih. Pilih salah satu."));
    }
    if let Some(id) = chosen(form) {
        return Ok(PersonId(id));
    }
    let typed = form.get("requester").unwrap_or_default();
    let found = find(desk, actor, typed)?;
    let (code, message) = match found.as_slice() {
        [one] => return Ok(PersonId(one.id)),
        _ if typed.trim().chars().count() < FEWEST => ("required", "Tulis nama atau e-mail pelapor."),
        [] => ("not_found", NOBODY),
        _ => ("invalid_value", "Ada beberapa orang yang cocok. Pilih salah satu di bawah."),
    };
    Err(Error::field("/requester", code, message))
}

/// Who is shown below the field: those who fit what was typed, or the one who was chosen.
pub fn shown(desk: &Desk, actor: &Actor, typed: &str, chosen: Option<i64>) -> Result<Vec<Person>> {
    let mut found = find(desk, actor, typed)?;
    if let Some(id) = chosen.filter(|id| found.iter().all(|person| person.id != *id)) {
        match people::read(desk, actor, PersonId(id)) {
            Ok(profile) => found.extend(named(desk, vec![profile])?),
            // Not theirs to look up: as if it were not there.
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
