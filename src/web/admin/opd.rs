//! `/admin/opd/{id}`: one OPD, its Tier 1, and changing it.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::number;
use super::addresses::id;
use super::opds::{Agent, calendars_of};
use super::section::{self, Choice, Section, draft_of, typed, yes_or_no};
use crate::domain::ids::OpdId;
use crate::services::admin::{appointments, directory, opds};
use crate::services::{Caller, Desk, Error, Result};
use crate::store::people::PeopleFilter;

#[derive(Serialize)]
struct OpdPage {
    id: i64,
    version: i64,
    code: String,
    name: String,
    kind: String,
    independent: bool,
    active: bool,
    calendar: String,
    has_desk: bool,
    tier1: Vec<Agent>,
    people: String,
    yes_or_no: Vec<Choice>,
    edit: Draft,
    /// Whether the form that changes it was refused.
    open: bool,
    state: Draft,
}

impl Section for OpdPage {
    const TEMPLATE: &'static str = "pages/admin/opd";
    const PART: &'static str = "/admin/opd";

    fn title(&self) -> String {
        self.name.clone()
    }
}

/// `GET /admin/opd/{id}`
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    section::show(visitor, move |desk, caller| build(desk, caller, id, None)).await
}

fn build(desk: &Desk, caller: &Caller, id: i64, refused: Option<&Draft>) -> Result<OpdPage> {
    let all = appointments::list(desk, &caller.actor)?;
    let one = all.into_iter().find(|one| one.opd.id == id).ok_or(Error::NotFound)?;
    let (own, usual) = calendars_of(desk)?;
    let filter = PeopleFilter { opd: Some(OpdId(id)), active: Some(true), limit: 1, ..PeopleFilter::default() };
    let (_, people) = directory::find(desk, &caller.actor, &filter, 0)?;
    let today = desk.today();
    let row = one.opd;
    let edit = draft_of(refused, "ubah", || {
        Draft::with([
            ("name", row.name.clone()),
            ("kind", row.kind.clone()),
            ("independent_ict", row.independent_ict.to_string()),
        ])
    });
    Ok(OpdPage {
        id,
        version: row.version,
        calendar: own.into_iter().find(|(opd, _)| *opd == id).map_or(usual, |(_, name)| name),
        has_desk: one.has_desk,
        tier1: one.tier1.iter().map(|agent| Agent::of(agent, today)).collect(),
        people: number(people),
        yes_or_no: yes_or_no(),
        open: edit.problem.is_some(),
        edit,
        state: draft_of(refused, "status", Draft::default),
        code: row.code,
        name: row.name,
        kind: row.kind.replace('_', " "),
        independent: row.independent_ict,
        active: row.active,
    })
}

/// `POST /admin/opd/{id}/ubah`
pub async fn change(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            opds::change(desk, caller, OpdId(id), &form.input()?)?;
            Ok(Next::saying(format!("/admin/opd/{id}"), "disimpan"))
        },
        move |desk, caller, draft| build(desk, caller, id, Some(&draft)),
    )
    .await
}

/// `POST /admin/opd/{id}/status`: takes it out of use, or into use again.
pub async fn set_state(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            let active = typed(form, "active") == Some("true");
            let change = opds::Change { active: Some(active), ..opds::Change::default() };
            opds::change(desk, caller, OpdId(id), &change)?;
            Ok(Next::saying(format!("/admin/opd/{id}"), if active { "diaktifkan" } else { "dinonaktifkan" }))
        },
        move |desk, caller, draft| build(desk, caller, id, Some(&draft)),
    )
    .await
}
