//! `/admin/tim`: the Tier 2 teams, and adding one.

use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::section::{self, Choice, Section, yes_or_no};
use crate::services::admin::{directory, teams};
use crate::services::{Caller, Desk, Result};

#[derive(Serialize)]
struct Row {
    id: i64,
    code: String,
    name: String,
    csirt: bool,
    active: bool,
    members: Vec<String>,
}

#[derive(Serialize)]
struct TeamsPage {
    rows: Vec<Row>,
    csirt_missing: bool,
}

impl Section for TeamsPage {
    const TEMPLATE: &'static str = "pages/admin/teams";
    const PART: &'static str = "/admin/tim";

    fn title(&self) -> String {
        "Tim Tier 2".to_owned()
    }
}

/// `GET /admin/tim`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, list).await
}

fn list(desk: &Desk, caller: &Caller) -> Result<TeamsPage> {
    let members = directory::members(desk, &caller.actor)?;
    let all = teams::list(desk, 0, i64::MAX)?;
    let of = |team: i64| members.iter().filter(|(id, ..)| id.0 == team).map(|(.., name)| name.clone()).collect();
    Ok(TeamsPage {
        csirt_missing: !all.iter().any(|row| row.csirt && row.active),
        rows: all
            .into_iter()
            .map(|row| Row {
                members: of(row.id),
                id: row.id,
                code: row.code,
                name: row.name,
                csirt: row.csirt,
                active: row.active,
            })
            .collect(),
    })
}

#[derive(Serialize)]
struct NewTeamPage {
    draft: Draft,
    yes_or_no: Vec<Choice>,
}

impl Section for NewTeamPage {
    const TEMPLATE: &'static str = "pages/admin/team_new";
    const PART: &'static str = "/admin/tim";

    fn title(&self) -> String {
        "Tambah tim".to_owned()
    }
}

/// `GET /admin/tim/baru`
pub async fn begin(visitor: Visitor) -> Answer {
    section::edit(visitor, |_, _| {
        Ok(NewTeamPage { draft: Draft::with([("csirt", "false".to_owned())]), yes_or_no: yes_or_no() })
    })
    .await
}

/// `POST /admin/tim/baru`
pub async fn add(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            let added = teams::add(desk, caller, &form.input()?)?;
            Ok(Next::saying(format!("/admin/tim/{}", added.id), "tim-ditambah"))
        },
        |_, _, draft| Ok(NewTeamPage { draft, yes_or_no: yes_or_no() }),
    )
    .await
}
