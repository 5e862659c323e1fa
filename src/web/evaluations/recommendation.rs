//! `/evaluasi/{id}/rekomendasi` and `/evaluasi/rekomendasi/{id}/ubah`: recommending something, and changing it.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::{Choice, evaluation, opds, recommendation_id};
use crate::domain::evaluation::Right;
use crate::domain::ids::{EvaluationId, RecommendationId};
use crate::domain::people::Actor;
use crate::services::evaluations::{read, recommend, revise};
use crate::services::{Desk, Error, Result};

/// On which finding it rests.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    temuan: Option<i64>,
}

#[derive(Serialize)]
struct RecommendationPage {
    heading: String,
    action: String,
    back: String,
    /// None where that is settled already.
    findings: Vec<Choice>,
    opds: Vec<Choice>,
    version: Option<i64>,
    /// The first day that can be chosen.
    today: String,
    button: &'static str,
    draft: Draft,
}

impl Page for RecommendationPage {
    const TEMPLATE: &'static str = "pages/evaluations/recommendation";
    const PLACE: Place = Place::Evaluations;

    fn title(&self) -> String {
        format!("{} · Evaluasi", self.heading)
    }
}

/// `GET /evaluasi/{id}/rekomendasi`
pub async fn show(visitor: Visitor, id: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, finding) = (evaluation(&id)?, query.temuan);
    visitor
        .show(move |desk, caller| {
            let draft = Draft::with(finding.map(|finding| ("finding_id", finding.to_string())));
            build(desk, &caller.actor, id, draft)
        })
        .await
}

fn build(desk: &Desk, actor: &Actor, id: EvaluationId, draft: Draft) -> Result<RecommendationPage> {
    let read = read::run(desk, actor, id)?;
    if !read.writes {
        return Err(Error::Forbidden);
    }
    let finding = |row: crate::store::evaluations::FindingRow| {
        let text: String = row.body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
        Choice { code: row.id.to_string(), label: format!("{}: {text}", row.title) }
    };
    Ok(RecommendationPage {
        heading: format!("Rekomendasi baru, evaluasi {}", read.period.name()),
        action: format!("/evaluasi/{id}/rekomendasi"),
        back: format!("/evaluasi/{id}"),
        findings: read.findings.into_iter().map(finding).collect(),
        opds: opds(desk)?,
        version: None,
        today: desk.today().to_string(),
        button: "Sampaikan rekomendasi",
        draft,
    })
}

/// `POST /evaluasi/{id}/rekomendasi`
pub async fn submit(visitor: Visitor, id: web::Path<String>, form: Form) -> Answer {
    let id = evaluation(&id)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let added = recommend::run(desk, caller, id, &form.input()?)?;
                Ok(Next::saying(format!("/evaluasi/{id}#r-{}", added.id), "rekomendasi-ditambah"))
            },
            move |desk, caller, draft| build(desk, &caller.actor, id, draft),
        )
        .await
}

/// `GET /evaluasi/rekomendasi/{id}/ubah`
pub async fn edit(visitor: Visitor, id: web::Path<String>) -> Answer {
    let id = recommendation_id(&id)?;
    visitor.show(move |desk, caller| build_edit(desk, &caller.actor, id, None)).await
}

fn build_edit(desk: &Desk, actor: &Actor, id: RecommendationId, draft: Option<Draft>) -> Result<RecommendationPage> {
    let traced = read::one(desk, actor, id)?;
    if !traced.followed.loaded.may(Right::Write) {
        return Err(Error::Forbidden);
    }
    let row = traced.row();
    let present = || {
        Draft::with([("text", row.body.clone()), ("owner", row.owner_code.clone()), ("due_on", row.due_on.to_string())])
    };
    let mut opds = opds(desk)?;
    // Its owner can stay, even if it is not active any more.
    if opds.iter().all(|opd| opd.code != row.owner_code) {
        opds.push(Choice { code: row.owner_code.clone(), label: row.owner_name.clone() });
    }
    Ok(RecommendationPage {
        heading: format!("Ubah rekomendasi R-{id}"),
        action: format!("/evaluasi/rekomendasi/{id}/ubah"),
        back: format!("/evaluasi/{}#r-{id}", row.evaluation_id),
        findings: Vec::new(),
        opds,
        version: Some(row.version),
        // A day that is over already can stay.
        today: row.due_on.min(desk.today()).to_string(),
        button: "Simpan",
        draft: draft.unwrap_or_else(present),
    })
}

/// `POST /evaluasi/rekomendasi/{id}/ubah`
pub async fn save(visitor: Visitor, id: web::Path<String>, form: Form) -> Answer {
    let id = recommendation_id(&id)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                revise::run(desk, caller, id, &form.input()?)?;
                let of = read::one(desk, &caller.actor, id)?.row().evaluation_id;
                Ok(Next::saying(format!("/evaluasi/{of}#r-{id}"), "disimpan"))
            },
            move |desk, caller, draft| build_edit(desk, &caller.actor, id, Some(draft)),
        )
        .await
}
