//! `/evaluasi/{id}/temuan`: noting what is found in a figure of the report, and taking it back.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::{Choice, evaluation, number, show as page};
use crate::domain::ids::{EvaluationId, FindingId};
use crate::domain::people::Actor;
use crate::reports::words::told;
use crate::services::evaluations::{figures, find};
use crate::services::{Desk, Result};

/// Of which table the figures are.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    tabel: Option<String>,
}

#[derive(Serialize)]
struct FindingPage {
    heading: String,
    address: String,
    back: String,
    tables: Vec<Choice>,
    table: String,
    figures: Vec<Choice>,
    draft: Draft,
}

impl Page for FindingPage {
    const TEMPLATE: &'static str = "pages/evaluations/finding";
    const PLACE: Place = Place::Evaluations;

    fn title(&self) -> String {
        format!("{} · Evaluasi", self.heading)
    }
}

/// `GET /evaluasi/{id}/temuan`
pub async fn show(visitor: Visitor, id: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, table) = (evaluation(&id)?, query.into_inner().tabel);
    visitor.show(move |desk, caller| build(desk, &caller.actor, id, table.as_deref(), Draft::default())).await
}

fn build(desk: &Desk, actor: &Actor, id: EvaluationId, table: Option<&str>, draft: Draft) -> Result<FindingPage> {
    let choices = figures::run(desk, actor, id, table)?;
    let choice = |(code, label): (String, String)| Choice { code, label };
    let figure = |figure: figures::Choice| {
        // Within its table, its table need not be named.
        let title = figure.title.split_once(": ").map_or(figure.title.as_str(), |(_, title)| title);
        Choice { label: format!("{title}: {}", told(&figure.value, figure.unit)), code: figure.key }
    };
    Ok(FindingPage {
        heading: "Temuan baru".to_owned(),
        address: format!("/evaluasi/{id}/temuan"),
        back: format!("/evaluasi/{id}"),
        tables: choices.tables.into_iter().map(choice).collect(),
        table: choices.table,
        figures: choices.figures.into_iter().map(figure).collect(),
        draft,
    })
}

/// `POST /evaluasi/{id}/temuan`
pub async fn submit(visitor: Visitor, id: web::Path<String>, form: Form) -> Answer {
    let id = evaluation(&id)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                find::run(desk, caller, id, &form.input_of(|name| name != "tabel")?)?;
                Ok(Next::saying(format!("/evaluasi/{id}"), "temuan-ditambah"))
            },
            move |desk, caller, draft| {
                let table = draft.values.get("tabel").cloned();
                build(desk, &caller.actor, id, table.as_deref(), draft)
            },
        )
        .await
}

/// `POST /evaluasi/{id}/temuan/{finding}/hapus`
pub async fn remove(visitor: Visitor, path: web::Path<(String, String)>, form: Form) -> Answer {
    let (id, finding) = path.into_inner();
    let (id, finding) = (evaluation(&id)?, FindingId(number(&finding)?));
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                find::remove(desk, caller, id, finding)?;
                Ok(Next::saying(format!("/evaluasi/{id}"), "temuan-dihapus"))
            },
            move |desk, caller, draft| page::build(desk, &caller.actor, id, draft, None),
        )
        .await
}
