//! Handing over to Tier 2, and what Tier 2 does with it.

use actix_web::http::StatusCode;
use actix_web::{get, post, web};

use super::views::{HandoverList, HandoverView, TicketView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, act, ok, versioned};
use crate::domain::ids::HandoverId;
use crate::http::{Body, Problem, Request};
use crate::services::tickets::{self as verbs, Nothing, Reason};

/// List a ticket's handovers
#[utoipa::path(tag = "handovers", operation_id = "list_handovers", responses((status = 200, body = HandoverList)))]
#[get("/tickets/{ticket}/handovers")]
pub async fn list(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let handovers = verbs::read::handovers(desk, &caller.actor, id)?;
            Ok(HandoverList { items: handovers.into_iter().filter_map(HandoverView::of).collect() })
        })
        .await?;
    ok(view)
}

/// Hand a ticket over to Tier 2
///
/// The team, the reason and what was tried. The desk stays the owner towards the requester.
#[utoipa::path(tag = "handovers", operation_id = "hand_over_ticket", request_body = verbs::hand_over::Input,
    responses((status = 201, body = HandoverView)))]
#[post("/tickets/{ticket}/handovers")]
pub async fn hand_over(request: Request, ticket: web::Path<String>, body: Body<verbs::hand_over::Input>) -> Answer {
    let id = request.ticket(&ticket)?;
    let (version, view) = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let made = verbs::hand_over::run(desk, caller, id, &body.value)?;
            let seen = verbs::read::run(desk, &caller.actor, id)?;
            let view = verbs::read::handovers(desk, &caller.actor, id)?
                .into_iter()
                .filter_map(HandoverView::of)
                .find(|handover| handover.id == made.id.0)
                .ok_or(crate::services::Error::NotFound)?;
            Ok((seen.listed.ticket.version, view))
        })
        .await?;
    versioned(StatusCode::CREATED, version, view)
}

fn handover_id(text: &str) -> Result<HandoverId, Problem> {
    text.parse().map(HandoverId).map_err(|_| Problem::not_found())
}

/// Accept a handover
///
/// As a member of the team; whoever accepts works on it.
#[utoipa::path(tag = "handovers", operation_id = "accept_handover", request_body = Nothing,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/handovers/{handover}/accept")]
pub async fn accept(request: Request, path: web::Path<(String, String)>, body: Body<Nothing>) -> Answer {
    let (ticket, handover) = path.into_inner();
    let handover = handover_id(&handover)?;
    act(request, &ticket, body, move |desk, caller, id, input| verbs::accept::run(desk, caller, id, handover, input))
        .await
}

/// Return a ticket to Tier 1
///
/// With an instruction for the desk; counts as a bounce.
#[utoipa::path(tag = "handovers", operation_id = "return_handover", request_body = verbs::give_back::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/handovers/{handover}/return")]
pub async fn give_back(
    request: Request,
    path: web::Path<(String, String)>,
    body: Body<verbs::give_back::Input>,
) -> Answer {
    let (ticket, handover) = path.into_inner();
    let handover = handover_id(&handover)?;
    act(request, &ticket, body, move |desk, caller, id, input| verbs::give_back::run(desk, caller, id, handover, input))
        .await
}

/// Withdraw a handover that nobody has answered
#[utoipa::path(tag = "handovers", operation_id = "withdraw_handover", request_body = Reason,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/handovers/{handover}/withdraw")]
pub async fn withdraw(request: Request, path: web::Path<(String, String)>, body: Body<Reason>) -> Answer {
    let (ticket, handover) = path.into_inner();
    let handover = handover_id(&handover)?;
    act(request, &ticket, body, move |desk, caller, id, input| verbs::withdraw::run(desk, caller, id, handover, input))
        .await
}
