//! `GET /admin/jejak-audit`: who did what to people, organisation and settings, and when.

use actix_web::web;
use chrono::{Days, NaiveDate, TimeZone as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::When;
use super::audit_words::{Fact, KINDS, Names, facts, kind, people_of};
use super::section::{self, Choice, Section};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::services::admin::{audit, calendars, categories, directory, opds, teams};
use crate::services::{Caller, Desk, Result};
use crate::store::history::{AuditFilter, AuditRow};
use crate::store::people::PeopleFilter;

/// How many lines a page has.
const LINES: i64 = 50;

/// The most people that a name is offered for.
const OFFERED: i64 = 10;

/// What is looked for, as the address has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// Part of a name or an e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    siapa: Option<String>,
    /// The person of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    orang: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jenis: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dari: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sampai: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sebelum: Option<String>,
}

impl Query {
    fn address(&self) -> String {
        format!("/admin/jejak-audit?{}", serde_html_form::to_string(self).unwrap_or_default())
    }
}

#[derive(Serialize)]
struct Row {
    seq: i64,
    kind: String,
    at: When,
    who: Option<String>,
    who_id: Option<i64>,
    facts: Vec<Fact>,
    hash: String,
}

#[derive(Serialize)]
struct Offer {
    href: String,
    name: String,
}

#[derive(Serialize)]
struct AuditPage {
    who: String,
    /// The people that the name may mean.
    offers: Vec<Offer>,
    /// Whether nobody has that name.
    nobody: bool,
    kinds: Vec<Choice>,
    from: String,
    to: String,
    person: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
    filtered: bool,
}

impl Section for AuditPage {
    const TEMPLATE: &'static str = "pages/admin/audit";
    const PART: &'static str = "/admin/jejak-audit";

    fn title(&self) -> String {
        "Jejak audit".to_owned()
    }
}

/// `GET /admin/jejak-audit`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    section::show(visitor, move |desk, caller| build(desk, caller, &query)).await
}

fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Midnight before a day, where the desk stands.
fn midnight(desk: &Desk, day: NaiveDate) -> Option<Instant> {
    desk.zone.from_local_datetime(&day.and_hms_opt(0, 0, 0)?).earliest().map(|at| at.to_utc())
}

fn build(desk: &Desk, caller: &Caller, query: &Query) -> Result<AuditPage> {
    let matches = meant(desk, caller, query)?;
    let chosen = filled(&query.orang).and_then(|id| id.parse().ok()).map(PersonId);
    let asked = chosen.is_none() && filled(&query.siapa).is_some();
    let actor = match (chosen, matches.as_slice()) {
        (Some(person), _) => Some(person),
        (None, [(only, _)]) => Some(*only),
        (None, _) => None,
    };
    let date = |value: &Option<String>| filled(value).and_then(|text| text.parse::<NaiveDate>().ok());
    let (from, to) = (date(&query.dari), date(&query.sampai));
    let filter = AuditFilter {
        actor,
        kind: filled(&query.jenis).map(str::to_owned),
        from: from.and_then(|day| midnight(desk, day)),
        to: to.and_then(|day| midnight(desk, day.checked_add_days(Days::new(1))?)),
        before: filled(&query.sebelum).and_then(|seq| seq.parse().ok()),
        limit: LINES + 1,
    };
    // A name that nobody or several have narrows nothing down yet.
    let mut found = if asked && actor.is_none() { Vec::new() } else { audit::list(desk, &caller.actor, &filter)? };
    let more = found.len() > LINES as usize;
    found.truncate(LINES as usize);
    let last = found.last().map(|row| row.seq).filter(|_| more);
    let names = names(desk, caller, &found, actor)?;
    let now = desk.now();
    let kinds = KINDS.iter().map(|(code, label)| Choice::or_chosen(*code, *label, filter.kind.as_deref()));
    let offer = |(id, name): &(PersonId, String)| Offer {
        href: Query { orang: Some(id.to_string()), siapa: None, sebelum: None, ..query.clone() }.address(),
        name: name.clone(),
    };
    Ok(AuditPage {
        who: filled(&query.siapa).unwrap_or_default().to_owned(),
        offers: if matches.len() > 1 && chosen.is_none() { matches.iter().map(offer).collect() } else { Vec::new() },
        nobody: asked && matches.is_empty(),
        kinds: kinds.collect(),
        from: from.map(|day| day.to_string()).unwrap_or_default(),
        to: to.map(|day| day.to_string()).unwrap_or_default(),
        person: actor.map(|id| names.people.get(&id).cloned().unwrap_or_default()),
        filtered: actor.is_some() || asked || filter.kind.is_some() || from.is_some() || to.is_some(),
        rows: found.into_iter().map(|row| told(desk, now, row, &names)).collect(),
        next: last.map(|seq| Query { sebelum: Some(seq.to_string()), ..query.clone() }.address()),
    })
}

/// The people that a typed name may mean.
fn meant(desk: &Desk, caller: &Caller, query: &Query) -> Result<Vec<(PersonId, String)>> {
    let Some(text) = filled(&query.siapa) else { return Ok(Vec::new()) };
    let text = text.chars().take(120).collect();
    let filter = PeopleFilter { text: Some(text), limit: OFFERED, ..PeopleFilter::default() };
    let (found, _) = directory::find(desk, &caller.actor, &filter, 0)?;
    Ok(found.into_iter().map(|profile| (PersonId(profile.person.id), profile.person.name)).collect())
}

fn names(desk: &Desk, caller: &Caller, rows: &[AuditRow], actor: Option<PersonId>) -> Result<Names> {
    let mut people: Vec<PersonId> = rows.iter().filter_map(|row| row.actor_id.map(PersonId)).chain(actor).collect();
    for row in rows {
        people.extend(people_of(&payload(row)));
    }
    people.sort_unstable();
    people.dedup();
    let all = i64::MAX;
    Ok(Names {
        people: directory::names(desk, &caller.actor, &people)?,
        opds: opds::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect(),
        teams: teams::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect(),
        categories: categories::list(desk, 0, all)?.into_iter().map(|row| (row.id, row.name)).collect(),
        calendars: calendars::list(desk)?.into_iter().map(|known| (known.row.id, known.row.name)).collect(),
    })
}

fn payload(row: &AuditRow) -> Value {
    serde_json::from_str(&row.payload).unwrap_or_default()
}

fn told(desk: &Desk, now: Instant, row: AuditRow, names: &Names) -> Row {
    Row {
        seq: row.seq,
        kind: kind(&row.kind),
        at: When::of(row.at.and_utc(), now, desk.zone),
        who: row.actor_id.and_then(|id| names.people.get(&PersonId(id)).cloned()),
        who_id: row.actor_id,
        facts: facts(&payload(&row), names, desk.zone),
        hash: row.hash.chars().take(12).collect(),
    }
}
