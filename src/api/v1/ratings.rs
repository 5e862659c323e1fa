//! What requesters think of the help.

use actix_web::{get, post, web};

use super::views::{RatingList, TicketView};
use super::{Answer, READ_TICKETS, act, ok};
use crate::http::{Body, Request};
use crate::services::tickets as verbs;

/// Read a ticket's ratings
///
/// In order: at most one for each time that it was resolved.
#[utoipa::path(tag = "conversation", operation_id = "list_ratings", responses((status = 200, body = RatingList)))]
#[get("/tickets/{ticket}/rating")]
pub async fn list(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let rows = verbs::rate::list(desk, &caller.actor, id)?;
            Ok(RatingList { items: rows.into_iter().map(Into::into).collect() })
        })
        .await?;
    ok(view)
}

/// Rate the help
///
/// For the requester of a resolved or closed ticket, once for each time that it was resolved.
#[utoipa::path(tag = "conversation", operation_id = "rate_ticket", request_body = verbs::rate::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/rating")]
pub async fn rate(request: Request, ticket: web::Path<String>, body: Body<verbs::rate::Input>) -> Answer {
    act(request, &ticket, body, verbs::rate::run).await
}
