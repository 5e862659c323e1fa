//! `/admin/orang`: finding people, and adding one.

use actix_web::web;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::{Spoken, number};
use super::section::{self, Choice, Section};
use crate::domain::ids::OpdId;
use crate::domain::people::Role;
use crate::services::admin::people::{self, Profile};
use crate::services::admin::{directory, opds};
use crate::services::{Caller, Desk, Result};
use crate::store::organisation::OpdRow;
use crate::store::people::{Grant, PeopleFilter};

/// How many lines a page has.
const LINES: i64 = 50;

/// Who is looked for, as the address has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    #[serde(skip_serializing_if = "is_blank")]
    q: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    opd: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    peran: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    status: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    halaman: Option<String>,
}

fn is_blank(value: &Option<String>) -> bool {
    value.as_ref().is_none_or(|text| text.trim().is_empty())
}

impl Query {
    fn filter(&self) -> PeopleFilter {
        let text = self.q.as_ref().map(|q| q.trim().chars().take(120).collect::<String>());
        PeopleFilter {
            opd: self.opd.as_deref().and_then(|opd| opd.parse().ok()).map(OpdId),
            role: self.peran.as_deref().and_then(Role::parse),
            text: text.filter(|text| !text.is_empty()),
            active: match self.status.as_deref() {
                Some("semua") => None,
                Some("nonaktif") => Some(false),
                _ => Some(true),
            },
            after: 0,
            limit: LINES,
        }
    }

    fn page(&self) -> i64 {
        self.halaman
            .as_deref()
            .and_then(|page| page.parse().ok())
            .filter(|page| (1..=100_000).contains(page))
            .unwrap_or(1)
    }

    fn at(&self, page: i64) -> String {
        let query = Self { halaman: (page > 1).then(|| page.to_string()), ..self.clone() };
        format!("/admin/orang?{}", serde_html_form::to_string(query).unwrap_or_default())
    }
}

/// A role that somebody has.
#[derive(Serialize)]
struct Badge {
    label: &'static str,
    /// Whether the letter behind it has run out.
    ended: bool,
}

fn badge(grant: &Grant, today: NaiveDate) -> Badge {
    Badge { label: grant.role.label(), ended: !grant.appointment.is_valid_on(today) }
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    email: String,
    opd: String,
    active: bool,
    roles: Vec<Badge>,
}

#[derive(Serialize)]
struct PeoplePage {
    q: String,
    opds: Vec<Choice>,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    rows: Vec<Row>,
    total: String,
    /// Which of them are shown: "51-100".
    range: String,
    previous: Option<String>,
    next: Option<String>,
}

impl Section for PeoplePage {
    const TEMPLATE: &'static str = "pages/admin/people";
    const PART: &'static str = "/admin/orang";

    fn title(&self) -> String {
        "Orang".to_owned()
    }
}

/// `GET /admin/orang`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    section::show(visitor, move |desk, caller| list(desk, caller, &query)).await
}

fn list(desk: &Desk, caller: &Caller, query: &Query) -> Result<PeoplePage> {
    let (filter, page) = (query.filter(), query.page());
    let offset = (page - 1) * LINES;
    let (profiles, total) = directory::find(desk, &caller.actor, &filter, offset)?;
    let all = sorted_opds(desk)?;
    let today = desk.today();
    let row = |profile: Profile| Row {
        id: profile.person.id,
        opd: all.iter().find(|opd| opd.id == profile.person.opd_id).map(|opd| opd.name.clone()).unwrap_or_default(),
        roles: profile.grants.iter().map(|grant| badge(grant, today)).collect(),
        name: profile.person.name,
        email: profile.person.email,
        active: profile.person.active,
    };
    let rows: Vec<_> = profiles.into_iter().map(row).collect();
    let last = offset + i64::try_from(rows.len()).unwrap_or(0);
    let role = filter.role.map(Role::as_str);
    let opd = filter.opd.map(|opd| opd.to_string());
    let state = query.status.as_deref().unwrap_or("aktif");
    let state_of = |code, label| Choice::or_chosen(code, label, Some(state));
    Ok(PeoplePage {
        q: filter.text.clone().unwrap_or_default(),
        opds: all.iter().map(|row| Choice::or_chosen(row.id.to_string(), &row.name, opd.as_deref())).collect(),
        roles: Role::choices().into_iter().map(|word| Choice::or_chosen(word.code, word.label, role)).collect(),
        states: vec![state_of("aktif", "Aktif"), state_of("nonaktif", "Nonaktif"), state_of("semua", "Semua")],
        range: format!("{}-{}", number(offset + 1), number(last)),
        total: number(total),
        previous: (page > 1).then(|| query.at(page - 1)),
        next: (last < total).then(|| query.at(page + 1)),
        rows,
    })
}

fn sorted_opds(desk: &Desk) -> Result<Vec<OpdRow>> {
    let mut all = opds::list(desk, 0, i64::MAX)?;
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// The active OPDs as choices, and one that is chosen though it is not active.
pub fn opd_choices(desk: &Desk, own: Option<i64>) -> Result<Vec<Choice>> {
    let wanted = sorted_opds(desk)?.into_iter().filter(|opd| opd.active || Some(opd.id) == own);
    Ok(wanted.map(|opd| Choice::new(opd.id.to_string(), opd.name)).collect())
}

#[derive(Serialize)]
struct NewPersonPage {
    draft: Draft,
    opds: Vec<Choice>,
}

impl Section for NewPersonPage {
    const TEMPLATE: &'static str = "pages/admin/person_new";
    const PART: &'static str = "/admin/orang";

    fn title(&self) -> String {
        "Tambah orang".to_owned()
    }
}

/// `GET /admin/orang/baru`
pub async fn begin(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let opd = query.into_inner().opd.unwrap_or_default();
    section::edit(visitor, |desk, _| {
        Ok(NewPersonPage { draft: Draft::with([("opd_id", opd)]), opds: opd_choices(desk, None)? })
    })
    .await
}

/// `POST /admin/orang/baru`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            let added = people::add(desk, caller, &form.input()?)?;
            Ok(Next::saying(format!("/admin/orang/{}", added.id), "orang-ditambah"))
        },
        |desk, _, mut draft| {
            // A password that was typed is not shown again.
            draft.values.remove("password");
            Ok(NewPersonPage { draft, opds: opd_choices(desk, None)? })
        },
    )
    .await
}
