//! `POST /evaluasi/rekomendasi/{id}/{verb}`: what is done to a recommendation; and its evidence.

use actix_web::web;

use super::super::Answer;
use super::super::fault::Fault;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::{number, recommendation_id, show};
use crate::domain::evaluation::Step;
use crate::domain::ids::{EvaluationId, EvidenceId, RecommendationId};
use crate::http;
use crate::services::evaluations::{attach, read, step};
use crate::services::tickets::attach::Input as File;
use crate::services::{Caller, Desk, Error, Result};

/// The last part of the address of a step.
pub(super) fn verb(step: Step) -> &'static str {
    match step {
        Step::Progress => "kemajuan",
        Step::Submit => "ajukan",
        Step::Accept => "terima",
        Step::Return => "kembalikan",
        Step::Drop => "hentikan",
    }
}

/// The last part of the address of evidence.
pub(super) const EVIDENCE: &str = "bukti";

/// `POST /evaluasi/rekomendasi/{id}/{verb}`
pub async fn submit(visitor: Visitor, path: web::Path<(String, String)>, form: Form) -> Answer {
    let (id, asked) = path.into_inner();
    let id = recommendation_id(&id)?;
    let step = Step::ALL.iter().copied().find(|step| verb(*step) == asked);
    if step.is_none() && asked != EVIDENCE {
        return Err(Fault::not_found());
    }
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let of = read::one(desk, &caller.actor, id)?.row().evaluation_id;
                let news = match step {
                    Some(step) => act(desk, caller, form, id, step)?,
                    None => prove(desk, caller, form, id)?,
                };
                Ok(Next::saying(format!("/evaluasi/{of}#r-{id}"), news))
            },
            move |desk, caller, draft| {
                let of = read::one(desk, &caller.actor, id)?.row().evaluation_id;
                show::build(desk, &caller.actor, EvaluationId(of), draft, Some(id.0))
            },
        )
        .await
}

fn act(desk: &Desk, caller: &Caller, form: &Form, id: RecommendationId, step: Step) -> Result<String> {
    let note = form.get("note").map(str::to_owned);
    step::run(desk, caller, id, &step::Input { step, note })?;
    Ok(format!("r-{}", verb(step)))
}

fn prove(desk: &Desk, caller: &Caller, form: &Form, id: RecommendationId) -> Result<String> {
    let [file] = form.files.as_slice() else {
        return Err(Error::field("/files", "required", "pilih satu berkas"));
    };
    let input = File { name: file.name.clone(), content: file.content.clone(), internal: false };
    attach::run(desk, caller, id, &input)?;
    Ok("bukti-ditambah".to_owned())
}

/// `GET /evaluasi/rekomendasi/{id}/bukti/{file}`
pub async fn download(visitor: Visitor, path: web::Path<(String, String)>) -> Answer {
    let (id, file) = path.into_inner();
    let (id, file) = (recommendation_id(&id)?, EvidenceId(number(&file)?));
    let (row, content) = visitor.give(move |desk, caller| attach::download(desk, &caller.actor, id, file)).await?;
    Ok(http::download::give(row.name, &row.sha256, content))
}
