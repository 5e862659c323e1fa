//! The conversation on a ticket.

use actix_web::{get, post, web};

use super::tickets::PageQuery;
use super::views::{MessagePage, MessageView, TicketView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, act, done, ok};
use crate::domain::ids::MessageId;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::tickets::{self as verbs, Reason};

/// Read a ticket's conversation
///
/// In order. A requester gets what is public; those who work on the ticket get everything.
#[utoipa::path(tag = "conversation", operation_id = "list_messages", params(PageQuery),
    responses((status = 200, body = MessagePage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/tickets/{ticket}/messages")]
pub async fn list(request: Request, ticket: web::Path<String>, query: Query<PageQuery>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let limit = page::limit(query.0.limit)?;
            let after = page::after(query.0.cursor.as_deref())?;
            let rows = verbs::read::conversation(desk, &caller.actor, id, after, limit + 1)?;
            let (rows, next) = page::split(rows, limit, |row| row.id);
            Ok(MessagePage { items: rows.into_iter().filter_map(MessageView::of).collect(), next })
        })
        .await?;
    ok(view)
}

/// Reply to the requester, or as the requester
#[utoipa::path(tag = "conversation", operation_id = "reply", request_body = verbs::reply::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/replies")]
pub async fn reply(request: Request, ticket: web::Path<String>, body: Body<verbs::reply::Input>) -> Answer {
    act(request, &ticket, body, verbs::reply::run).await
}

/// Write an internal note
///
/// Never readable by a requester.
#[utoipa::path(tag = "conversation", operation_id = "note", request_body = verbs::reply::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/notes")]
pub async fn note(request: Request, ticket: web::Path<String>, body: Body<verbs::reply::Input>) -> Answer {
    act(request, &ticket, body, verbs::note::run).await
}

/// Erase a text for ever
///
/// For admins, where the law on personal data demands it. The history stays verifiable.
#[utoipa::path(tag = "conversation", operation_id = "erase_message", request_body = Reason,
    responses((status = 204, description = "Erased")))]
#[post("/tickets/{ticket}/messages/{message}/erasure")]
pub async fn erase(request: Request, path: web::Path<(String, String)>, body: Body<Reason>) -> Answer {
    let (ticket, message) = path.into_inner();
    let id = request.ticket(&ticket)?;
    let message = message.parse().map(MessageId).map_err(|_| Problem::not_found())?;
    request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            verbs::erase::run(desk, caller, id, message, &body.value)
        })
        .await?;
    done()
}
