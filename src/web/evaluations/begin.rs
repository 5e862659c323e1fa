//! `/evaluasi/baru` and `/evaluasi/{id}/ubah`: beginning an evaluation, and wording its summary.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::{Choice, evaluation, opds};
use crate::domain::evaluation::{reader, writes};
use crate::domain::ids::EvaluationId;
use crate::domain::people::Actor;
use crate::services::evaluations::{begin, read, word};
use crate::services::reports::list as reports;
use crate::services::{Desk, Error, Result};

/// Which report is to be evaluated.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    periode: Option<String>,
    opd: Option<String>,
}

#[derive(Serialize)]
struct BeginPage {
    heading: String,
    action: String,
    back: String,
    /// Empty where the report is settled already.
    periods: Vec<Choice>,
    opds: Vec<Choice>,
    /// What stands for all of them.
    all: String,
    version: Option<i64>,
    button: &'static str,
    draft: Draft,
}

impl Page for BeginPage {
    const TEMPLATE: &'static str = "pages/evaluations/begin";
    const PLACE: Place = Place::Evaluations;

    fn title(&self) -> String {
        format!("{} · Evaluasi", self.heading)
    }
}

/// `GET /evaluasi/baru`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let Query { periode, opd } = query.into_inner();
    visitor
        .show(move |desk, caller| {
            let draft = Draft::with([("period", periode.unwrap_or_default()), ("opd", opd.unwrap_or_default())]);
            build(desk, &caller.actor, draft)
        })
        .await
}

fn build(desk: &Desk, actor: &Actor, draft: Draft) -> Result<BeginPage> {
    // For whom there is nothing here, there is no form either.
    reader(actor).ok_or(Error::NotFound)?;
    if !writes(actor) {
        return Err(Error::Forbidden);
    }
    let months = reports::run(desk, actor, None)?.months;
    let mut periods: Vec<Choice> = Vec::new();
    // Longer ones stand before the months in which they end.
    for month in months.iter().map(|month| month.period) {
        for period in month.longer().into_iter().rev().chain([month]) {
            if period.first_day() <= desk.today() && !periods.iter().any(|known| known.code == period.to_string()) {
                periods.push(Choice { code: period.to_string(), label: period.name() });
            }
        }
    }
    Ok(BeginPage {
        heading: "Evaluasi baru".to_owned(),
        action: "/evaluasi/baru".to_owned(),
        back: "/evaluasi".to_owned(),
        periods,
        opds: opds(desk)?,
        all: desk.config.tenant.all_opds(),
        version: None,
        button: "Buat evaluasi",
        draft,
    })
}

/// `POST /evaluasi/baru`
pub async fn submit(visitor: Visitor, form: Form) -> Answer {
    visitor
        .submit(
            form,
            |desk, caller, form| {
                let added = begin::run(desk, caller, &form.input()?)?;
                Ok(Next::saying(format!("/evaluasi/{}", added.id), "evaluasi-ditambah"))
            },
            |desk, caller, draft| build(desk, &caller.actor, draft),
        )
        .await
}

/// `GET /evaluasi/{id}/ubah`
pub async fn edit(visitor: Visitor, id: web::Path<String>) -> Answer {
    let id = evaluation(&id)?;
    visitor.show(move |desk, caller| build_edit(desk, &caller.actor, id, None)).await
}

fn build_edit(desk: &Desk, actor: &Actor, id: EvaluationId, draft: Option<Draft>) -> Result<BeginPage> {
    let read = read::run(desk, actor, id)?;
    if !read.writes {
        return Err(Error::Forbidden);
    }
    Ok(BeginPage {
        heading: format!("Ringkasan evaluasi {}", read.period.name()),
        action: format!("/evaluasi/{id}/ubah"),
        back: format!("/evaluasi/{id}"),
        periods: Vec::new(),
        opds: Vec::new(),
        all: String::new(),
        version: Some(read.row.version),
        button: "Simpan",
        draft: draft.unwrap_or_else(|| Draft::with([("summary", read.row.summary)])),
    })
}

/// `POST /evaluasi/{id}/ubah`
pub async fn save(visitor: Visitor, id: web::Path<String>, form: Form) -> Answer {
    let id = evaluation(&id)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                word::run(desk, caller, id, &form.input()?)?;
                Ok(Next::saying(format!("/evaluasi/{id}"), "disimpan"))
            },
            move |desk, caller, draft| build_edit(desk, &caller.actor, id, Some(draft)),
        )
        .await
}
