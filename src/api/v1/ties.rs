//! Watchers, links, merging and tags.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::views::{Named, NamedList, TicketView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, act, done, ok};
use crate::domain::ids::{LinkId, PersonId, TicketId};
use crate::domain::ticket::{LinkKind, Status};
use crate::http::{Body, Problem, Request};
use crate::services::tickets as verbs;
use crate::services::{Desk, Error};
use crate::store::tickets::Link;

/// List a ticket's watchers
#[utoipa::path(tag = "ties", operation_id = "list_watchers", responses((status = 200, body = NamedList)))]
#[get("/tickets/{ticket}/watchers")]
pub async fn list_watchers(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let rows = request.run(READ_TICKETS, move |desk, caller| verbs::read::watchers(desk, &caller.actor, id)).await?;
    ok(NamedList { items: rows.into_iter().map(|(id, name)| Named { id: id.0, name }).collect() })
}

fn person(text: &str) -> Result<PersonId, Problem> {
    text.parse().map(PersonId).map_err(|_| Problem::not_found())
}

/// Add a watcher
#[utoipa::path(tag = "ties", operation_id = "add_watcher", responses((status = 204, description = "Watches")))]
#[put("/tickets/{ticket}/watchers/{person}")]
pub async fn watch(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (ticket, watcher) = path.into_inner();
    let (id, watcher) = (request.ticket(&ticket)?, person(&watcher)?);
    request.run(WRITE_TICKETS, move |desk, caller| verbs::watch::add(desk, caller, id, watcher)).await?;
    done()
}

/// Remove a watcher
#[utoipa::path(tag = "ties", operation_id = "remove_watcher", responses((status = 204, description = "Watches no longer")))]
#[delete("/tickets/{ticket}/watchers/{person}")]
pub async fn unwatch(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (ticket, watcher) = path.into_inner();
    let (id, watcher) = (request.ticket(&ticket)?, person(&watcher)?);
    request.run(WRITE_TICKETS, move |desk, caller| verbs::watch::remove(desk, caller, id, watcher)).await?;
    done()
}

/// A link, seen from the ticket that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    pub id: i64,
    pub kind: LinkKind,
    /// Whether this ticket is the one that has the link (`true`), or the one it points to.
    pub outgoing: bool,
    /// Null if the other ticket is not visible to the reader.
    pub other: Option<LinkedTicket>,
}

/// The other ticket of a link in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkedTicket {
    pub id: i64,
    pub number: String,
    pub subject: Option<String>,
    pub status: Status,
}

/// A list that is short by nature.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkList {
    pub items: Vec<LinkView>,
}

fn link_view(desk: &Desk, of: TicketId, link: Link, other: Option<&verbs::read::Seen>) -> LinkView {
    LinkView {
        id: link.id.0,
        kind: link.kind,
        outgoing: link.from == of,
        other: other.map(|seen| LinkedTicket {
            id: seen.listed.ticket.id.0,
            number: desk.prefix.number(seen.listed.ticket.id),
            subject: seen.listed.ticket.subject.clone().filter(|_| seen.has_content()),
            status: seen.listed.ticket.status,
        }),
    }
}

/// List a ticket's links
#[utoipa::path(tag = "ties", operation_id = "list_links", responses((status = 200, body = LinkList)))]
#[get("/tickets/{ticket}/links")]
pub async fn list_links(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let links = verbs::read::links(desk, &caller.actor, id)?;
            Ok(LinkList { items: links.iter().map(|(link, seen)| link_view(desk, id, *link, seen.as_ref())).collect() })
        })
        .await?;
    ok(view)
}

/// Link a ticket to another
///
/// `child_of` makes the other one a major incident.
#[utoipa::path(tag = "ties", operation_id = "link_ticket", request_body = verbs::link::Input, responses((status = 201, body = LinkView)))]
#[post("/tickets/{ticket}/links")]
pub async fn tie(request: Request, ticket: web::Path<String>, body: Body<verbs::link::Input>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let linked = verbs::link::run(desk, caller, id, &body.value)?;
            let links = verbs::read::links(desk, &caller.actor, id)?;
            let (link, seen) = links.iter().find(|(link, _)| link.id == linked.id).ok_or(Error::NotFound)?;
            Ok(link_view(desk, id, *link, seen.as_ref()))
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Remove a link
#[utoipa::path(tag = "ties", operation_id = "unlink_ticket", responses((status = 204, description = "Removed")))]
#[delete("/tickets/{ticket}/links/{link}")]
pub async fn untie(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (ticket, link) = path.into_inner();
    let id = request.ticket(&ticket)?;
    let link = link.parse().map(LinkId).map_err(|_| Problem::not_found())?;
    request.run(WRITE_TICKETS, move |desk, caller| verbs::link::remove(desk, caller, id, link)).await?;
    done()
}

/// Merge a ticket into another
///
/// It is closed; its requester and watchers follow the one that stays.
#[utoipa::path(tag = "ties", operation_id = "merge_ticket", request_body = verbs::merge::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[post("/tickets/{ticket}/merge")]
pub async fn merge(request: Request, ticket: web::Path<String>, body: Body<verbs::merge::Input>) -> Answer {
    act(request, &ticket, body, verbs::merge::run).await
}

/// Set a ticket's tags
#[utoipa::path(tag = "ties", operation_id = "tag_ticket", request_body = verbs::tag::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[put("/tickets/{ticket}/tags")]
pub async fn tag(request: Request, ticket: web::Path<String>, body: Body<verbs::tag::Input>) -> Answer {
    act(request, &ticket, body, verbs::tag::run).await
}
