//! Asking a Tier 2 team without handing over.

use actix_web::{HttpResponse, get, post, web};

use super::views::{ConsultationList, ConsultationView, TicketView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, act, ok};
use crate::domain::ids::ConsultationId;
use crate::http::{Body, Problem, Request};
use crate::services::Error;
use crate::services::tickets as verbs;

/// List a ticket's consultations
#[utoipa::path(tag = "consultations", operation_id = "list_consultations", responses((status = 200, body = ConsultationList)))]
#[get("/tickets/{ticket}/consultations")]
pub async fn list(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let rows = verbs::read::consultations(desk, &caller.actor, id)?;
            Ok(ConsultationList { items: rows.into_iter().map(ConsultationView::from).collect() })
        })
        .await?;
    ok(view)
}

/// Ask a team
#[utoipa::path(tag = "consultations", operation_id = "ask_team", request_body = verbs::consult::Input,
    responses((status = 201, body = ConsultationView)))]
#[post("/tickets/{ticket}/consultations")]
pub async fn ask(request: Request, ticket: web::Path<String>, body: Body<verbs::consult::Input>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let asked = verbs::consult::run(desk, caller, id, &body.value)?;
            verbs::read::consultations(desk, &caller.actor, id)?
                .into_iter()
                .map(ConsultationView::from)
                .find(|consultation| consultation.id == asked.id.0)
                .ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Answer a question
#[utoipa::path(tag = "consultations", operation_id = "answer_consultation", request_body = verbs::answer::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/consultations/{consultation}/answer")]
pub async fn answer(request: Request, path: web::Path<(String, String)>, body: Body<verbs::answer::Input>) -> Answer {
    let (ticket, consultation) = path.into_inner();
    let consultation = consultation.parse().map(ConsultationId).map_err(|_| Problem::not_found())?;
    act(request, &ticket, body, move |desk, caller, id, input| {
        verbs::answer::run(desk, caller, id, consultation, input)
    })
    .await
}
