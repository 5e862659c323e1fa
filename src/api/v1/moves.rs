//! Moving a ticket through its life.

use actix_web::{post, web};

use super::views::TicketView;
use super::{Answer, act};
use crate::http::{Body, Request};
use crate::services::tickets::{self as verbs, Nothing, Reason};

/// Assign a ticket, or take it
///
/// Without `assignee_id` to oneself. On the desk this names the owner as well.
#[utoipa::path(tag = "tickets", operation_id = "assign_ticket", request_body = verbs::assign::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/assign")]
pub async fn assign(request: Request, ticket: web::Path<String>, body: Body<verbs::assign::Input>) -> Answer {
    act(request, &ticket, body, verbs::assign::run).await
}

/// Put a ticket back into its queue
#[utoipa::path(tag = "tickets", operation_id = "release_ticket", request_body = Nothing,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/release")]
pub async fn release(request: Request, ticket: web::Path<String>, body: Body<Nothing>) -> Answer {
    act(request, &ticket, body, verbs::release::run).await
}

/// Wait for the requester, a third party or an approval
#[utoipa::path(tag = "tickets", operation_id = "hold_ticket", request_body = verbs::hold::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/hold")]
pub async fn hold(request: Request, ticket: web::Path<String>, body: Body<verbs::hold::Input>) -> Answer {
    act(request, &ticket, body, verbs::hold::run).await
}

/// Go on after waiting
#[utoipa::path(tag = "tickets", operation_id = "resume_ticket", request_body = Nothing,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/resume")]
pub async fn resume(request: Request, ticket: web::Path<String>, body: Body<Nothing>) -> Answer {
    act(request, &ticket, body, verbs::resume::run).await
}

/// Resolve a ticket
#[utoipa::path(tag = "tickets", operation_id = "resolve_ticket", request_body = verbs::resolve::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/resolve")]
pub async fn resolve(request: Request, ticket: web::Path<String>, body: Body<verbs::resolve::Input>) -> Answer {
    act(request, &ticket, body, verbs::resolve::run).await
}

/// Take up a resolved ticket again
#[utoipa::path(tag = "tickets", operation_id = "reopen_ticket", request_body = Reason,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/reopen")]
pub async fn reopen(request: Request, ticket: web::Path<String>, body: Body<Reason>) -> Answer {
    act(request, &ticket, body, verbs::reopen::run).await
}

/// Close a resolved ticket, or confirm it as its requester
#[utoipa::path(tag = "tickets", operation_id = "close_ticket", request_body = Nothing,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/close")]
pub async fn close(request: Request, ticket: web::Path<String>, body: Body<Nothing>) -> Answer {
    act(request, &ticket, body, verbs::close::run).await
}

/// Cancel a ticket that is no longer needed
#[utoipa::path(tag = "tickets", operation_id = "cancel_ticket", request_body = Reason,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/cancel")]
pub async fn cancel(request: Request, ticket: web::Path<String>, body: Body<Reason>) -> Answer {
    act(request, &ticket, body, verbs::cancel::run).await
}

/// Reject a ticket
#[utoipa::path(tag = "tickets", operation_id = "reject_ticket", request_body = Reason,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/reject")]
pub async fn reject(request: Request, ticket: web::Path<String>, body: Body<Reason>) -> Answer {
    act(request, &ticket, body, verbs::reject::run).await
}
