//! Evaluations of reports and the follow-up of what they recommend.

use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::attachments::read_form;
use super::evaluation_views::{
    EvaluationList, EvaluationView, EvidenceList, EvidenceView, FindingView, ListedEvaluationView, RecommendationList,
    RecommendationView,
};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, done, ok, versioned};
use crate::domain::ids::{EvaluationId, EvidenceId, FindingId, RecommendationId};
use crate::http::body::fingerprint;
use crate::http::{self, Body, Problem, Query, Request};
use crate::reports::evidence;
use crate::services::evaluations::read;
use crate::services::evaluations::{attach, begin, find, list, recommend, revise, step, word};
use crate::services::tickets::attach::Input as AttachmentForm;
use crate::services::{Caller, Desk, Error, Result};

/// Which recommendations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RecommendationQuery {
    /// `true`: only those that are not over; `false`: only those that are.
    open: Option<bool>,
    /// Only those for the OPD with this code.
    #[param(max_length = 32)]
    owner: Option<String>,
}

fn id(text: &str) -> std::result::Result<i64, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// List evaluations
///
/// All of them for supervision, audit and administration. Head and Tier 1 of an OPD see those of their OPD's
/// reports, and those that recommend something to it.
#[utoipa::path(tag = "evaluations", operation_id = "list_evaluations",
    responses((status = 200, body = EvaluationList), (status = 404, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/evaluations")]
pub async fn list_all(request: Request) -> Answer {
    let list = request.run(READ_TICKETS, |desk, caller| list::run(desk, &caller.actor)).await?;
    ok(EvaluationList { items: list.evaluations.into_iter().map(ListedEvaluationView::from).collect() })
}

/// Begin an evaluation
///
/// For supervisors and admins: one for each period and OPD, or all OPDs together.
#[utoipa::path(tag = "evaluations", operation_id = "begin_evaluation", request_body = begin::Input,
    responses((status = 201, body = EvaluationView), (status = 404, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[post("/evaluations")]
pub async fn begin_one(request: Request, body: Body<begin::Input>) -> Answer {
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let added = begin::run(desk, caller, &body.value)?;
            shown(desk, caller, EvaluationId(added.id))
        })
        .await?;
    versioned(StatusCode::CREATED, view.version, view)
}

fn shown(desk: &Desk, caller: &Caller, id: EvaluationId) -> Result<EvaluationView> {
    EvaluationView::of(read::run(desk, &caller.actor, id)?)
}

/// Read an evaluation
///
/// As a whole, or what it recommends to one's OPD with the findings on which that rests.
#[utoipa::path(tag = "evaluations", operation_id = "read_evaluation", responses((status = 200, body = EvaluationView)))]
#[get("/evaluations/{evaluation}")]
pub async fn read_one(request: Request, evaluation: web::Path<String>) -> Answer {
    let id = EvaluationId(id(&evaluation)?);
    let view = request.run(READ_TICKETS, move |desk, caller| shown(desk, caller, id)).await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Word the summary of an evaluation
#[utoipa::path(tag = "evaluations", operation_id = "word_evaluation", request_body = word::Input,
    responses((status = 200, body = EvaluationView)))]
#[patch("/evaluations/{evaluation}")]
pub async fn reword(request: Request, evaluation: web::Path<String>, body: Body<word::Input>) -> Answer {
    let id = EvaluationId(id(&evaluation)?);
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            word::run(desk, caller, id, &body.value)?;
            shown(desk, caller, id)
        })
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Note a finding
///
/// In a figure of the report; the value is remembered as it is seen now.
#[utoipa::path(tag = "evaluations", operation_id = "add_finding", request_body = find::Input,
    responses((status = 201, body = FindingView)))]
#[post("/evaluations/{evaluation}/findings")]
pub async fn note(request: Request, evaluation: web::Path<String>, body: Body<find::Input>) -> Answer {
    let id = EvaluationId(id(&evaluation)?);
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let added = find::run(desk, caller, id, &body.value)?;
            let findings = shown(desk, caller, id)?.findings;
            findings.into_iter().find(|finding| finding.id == added.id).ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Take a finding back
///
/// As long as no recommendation rests on it.
#[utoipa::path(tag = "evaluations", operation_id = "remove_finding", responses((status = 204)))]
#[delete("/evaluations/{evaluation}/findings/{finding}")]
pub async fn unnote(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (evaluation, finding) = path.into_inner();
    let (of, finding) = (EvaluationId(id(&evaluation)?), FindingId(id(&finding)?));
    request.run(WRITE_TICKETS, move |desk, caller| find::remove(desk, caller, of, finding)).await?;
    done()
}

/// Recommend something to an OPD
#[utoipa::path(tag = "evaluations", operation_id = "add_recommendation", request_body = recommend::Input,
    responses((status = 201, body = RecommendationView)))]
#[post("/evaluations/{evaluation}/recommendations")]
pub async fn advise(request: Request, evaluation: web::Path<String>, body: Body<recommend::Input>) -> Answer {
    let of = EvaluationId(id(&evaluation)?);
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let added = recommend::run(desk, caller, of, &body.value)?;
            Ok(RecommendationView::from(read::one(desk, &caller.actor, RecommendationId(added.id))?))
        })
        .await?;
    versioned(StatusCode::CREATED, view.version, view)
}

/// List recommendations
///
/// Overdue ones first, then by due date. All for supervision, audit and administration; for head and Tier 1 of an
/// OPD those that are for it, and those from evaluations of its reports.
#[utoipa::path(tag = "evaluations", operation_id = "list_recommendations", params(RecommendationQuery),
    responses((status = 200, body = RecommendationList), (status = 404, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/recommendations")]
pub async fn list_recommendations(request: Request, query: Query<RecommendationQuery>) -> Answer {
    let RecommendationQuery { open, owner } = query.0;
    let items = request
        .run(READ_TICKETS, move |desk, caller| {
            let all = list::recommendations(desk, &caller.actor, open, owner.as_deref())?;
            Ok(all.into_iter().map(RecommendationView::from).collect::<Vec<_>>())
        })
        .await?;
    ok(RecommendationList { items })
}

/// Read a recommendation
#[utoipa::path(tag = "evaluations", operation_id = "read_recommendation", responses((status = 200, body = RecommendationView)))]
#[get("/recommendations/{recommendation}")]
pub async fn read_recommendation(request: Request, recommendation: web::Path<String>) -> Answer {
    let id = RecommendationId(id(&recommendation)?);
    let view = request
        .run(READ_TICKETS, move |desk, caller| Ok(RecommendationView::from(read::one(desk, &caller.actor, id)?)))
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Change a recommendation
///
/// For supervisors and admins, while it is not over. Another due date is reminded of, and if it passes told, anew.
#[utoipa::path(tag = "evaluations", operation_id = "change_recommendation", request_body = revise::Input,
    responses((status = 200, body = RecommendationView)))]
#[patch("/recommendations/{recommendation}")]
pub async fn change_one(request: Request, recommendation: web::Path<String>, body: Body<revise::Input>) -> Answer {
    let id = RecommendationId(id(&recommendation)?);
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            revise::run(desk, caller, id, &body.value)?;
            // It may be for another OPD now; whoever may change it sees it all the same.
            Ok(RecommendationView::from(read::one(desk, &caller.actor, id)?))
        })
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Take a step in the follow-up of a recommendation
///
/// The OPD that is to follow it tells what was done (`progress`) and that it is done (`submit`); supervision agrees
/// (`accept`), does not agree (`return`), or gives it up (`drop`).
#[utoipa::path(tag = "evaluations", operation_id = "follow_up_recommendation", request_body = step::Input,
    responses((status = 200, body = RecommendationView)))]
#[post("/recommendations/{recommendation}/steps")]
pub async fn follow_up(request: Request, recommendation: web::Path<String>, body: Body<step::Input>) -> Answer {
    let id = RecommendationId(id(&recommendation)?);
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            step::run(desk, caller, id, &body.value)?;
            Ok(RecommendationView::from(read::one(desk, &caller.actor, id)?))
        })
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// List the evidence of a recommendation
#[utoipa::path(tag = "evaluations", operation_id = "list_evidence", responses((status = 200, body = EvidenceList)))]
#[get("/recommendations/{recommendation}/evidence")]
pub async fn list_evidence(request: Request, recommendation: web::Path<String>) -> Answer {
    let id = RecommendationId(id(&recommendation)?);
    let rows = request.run(READ_TICKETS, move |desk, caller| attach::list(desk, &caller.actor, id)).await?;
    ok(EvidenceList { items: rows.into_iter().map(EvidenceView::from).collect() })
}

/// Add evidence to a recommendation
///
/// PDF, images, office documents, text or ZIP, as on tickets.
#[utoipa::path(tag = "evaluations", operation_id = "add_evidence",
    request_body(content = AttachmentForm, content_type = "multipart/form-data"),
    responses((status = 201, body = EvidenceView)))]
#[post("/recommendations/{recommendation}/evidence")]
pub async fn add_evidence(
    request: Request,
    recommendation: web::Path<String>,
    asked: HttpRequest,
    form: Multipart,
) -> Answer {
    let id = RecommendationId(id(&recommendation)?);
    // The right to add is proved before megabytes are read.
    request.clone().run(WRITE_TICKETS, move |desk, caller| attach::may_attach(desk, &caller.actor, id)).await?;
    let input = read_form(form, request.desk().config.attachments.most_bytes).await?;
    let print = fingerprint(&asked, &[input.name.as_bytes(), &[0], &input.content].concat());
    let view = request
        .run_once(WRITE_TICKETS, Some(print), move |desk, caller| {
            let added = attach::run(desk, caller, id, &input)?;
            let rows = attach::list(desk, &caller.actor, id)?;
            rows.into_iter().find(|row| row.id == added.id).map(EvidenceView::from).ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Download evidence
#[utoipa::path(tag = "evaluations", operation_id = "download_evidence",
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = String)))]
#[get("/recommendations/{recommendation}/evidence/{file}")]
pub async fn download(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (recommendation, file) = path.into_inner();
    let (of, file) = (RecommendationId(id(&recommendation)?), EvidenceId(id(&file)?));
    let (row, content) =
        request.run(READ_TICKETS, move |desk, caller| attach::download(desk, &caller.actor, of, file)).await?;
    Ok(http::download::give(row.name, &row.sha256, content))
}

/// Download the package of evidence of a year
///
/// For supervision, audit and administration: one ZIP for assessors with an index by criteria and a manifest of
/// SHA-256. It has the catalogue, targets, policies and calendars, forms, statistics, frozen reports, evaluations with
/// their follow-up and evidence, appointments of Tier 1, and SOPs. Equal data gives equal bytes.
#[utoipa::path(tag = "evaluations", operation_id = "download_evidence_package",
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
#[get("/evidence-packages/{year}")]
pub async fn download_package(request: Request, year: web::Path<String>) -> Answer {
    let desk = Arc::clone(request.desk());
    let package = request.run(READ_TICKETS, move |desk, caller| evidence::pack(desk, &caller.actor, &year)).await?;
    let name = package.file_name();
    Ok(http::download::streamed(&name, "application/zip", move |out| package.write(&desk, out)))
}
