//! Tickets: listing, opening, reading, correcting, their history.

use actix_web::http::StatusCode;
use actix_web::{get, patch, post, web};
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::views::{EventPage, EventView, TicketCounts, TicketPage, TicketView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, act, ok, versioned};
use crate::domain::ids::{CategoryId, OpdId, PersonId, TeamId};
use crate::domain::priority::Priority;
use crate::domain::text::Tag;
use crate::domain::ticket::{Status, TicketType};
use crate::http::{Body, Query, Request, page};
use crate::services::tickets as verbs;
use crate::services::tickets::list::View;
use crate::services::{Error, Result};
use crate::store::history::EventRow;
use crate::store::queues::{Filter, Order, Pressing};

/// Which tickets, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Whose tickets; the widest that the roles allow if absent.
    #[param(inline)]
    view: Option<View>,
    /// `open` (as if absent), `ended` or `any`.
    #[param(pattern = "^(open|ended|any)$")]
    state: Option<String>,
    /// One or more of the statuses, separated by commas.
    #[param(example = "new,in_progress", pattern = "^[a-z_,]+$")]
    status: Option<String>,
    /// One or more of the types, separated by commas.
    #[param(example = "incident", pattern = "^[a-z,]+$")]
    r#type: Option<String>,
    /// One or more of p1 to p4, separated by commas.
    #[param(example = "p1,p2", pattern = "^[p1-4,]+$")]
    priority: Option<String>,
    opd_id: Option<i64>,
    team_id: Option<i64>,
    category_id: Option<i64>,
    /// A person's id, or `none` for what nobody works on.
    #[param(pattern = "^(none|[0-9]{1,18})$")]
    assignee: Option<String>,
    #[param(pattern = "^[a-z0-9-]{1,40}$")]
    tag: Option<String>,
    /// Only security incidents, or none of them.
    security: Option<bool>,
    opened_from: Option<DateTime<Utc>>,
    opened_before: Option<DateTime<Utc>>,
    /// `near`: a target is nearly used up; `breached`: one was missed. In queues that one works on.
    #[param(pattern = "^(near|breached)$")]
    sla: Option<String>,
    /// `updated` (as if absent): most recently changed first; `due`: least time left first, in queues that
    /// one works on.
    #[param(pattern = "^(updated|due)$")]
    sort: Option<String>,
    /// Words that must all occur; searches everything that one may read, newest first.
    #[param(max_length = 200)]
    q: Option<String>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

impl ListQuery {
    fn parse(self) -> Result<verbs::list::Input> {
        let is_open = match (self.state.as_deref(), &self.status, &self.q) {
            (Some("open"), _, _) | (None, None, None) => Some(true),
            (Some("ended"), _, _) => Some(false),
            (Some("any"), _, _) | (None, _, _) => None,
            (Some(_), _, _) => return Err(Error::field("/state", "invalid_value", "open, ended, atau any")),
        };
        let assignee = match self.assignee.as_deref() {
            None => None,
            Some("none") => Some(None),
            Some(id) => Some(Some(PersonId(
                id.parse().map_err(|_| Error::field("/assignee", "invalid_value", "nomor orang, atau none"))?,
            ))),
        };
        let tag = self.tag.as_deref().map(Tag::parse).transpose();
        let tag = tag.map_err(|problem| Error::field("/tag", problem.code, problem.message))?;
        if self.q.as_ref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("/q", "too_long", "paling banyak 200 karakter"));
        }
        for (pointer, at) in [("/opened_from", self.opened_from), ("/opened_before", self.opened_before)] {
            if at.is_some_and(|at| !(0..=9999).contains(&at.year())) {
                return Err(Error::field(pointer, "out_of_range", "tahun 0 sampai 9999"));
            }
        }
        let pressing = match self.sla.as_deref() {
            None => None,
            Some("near") => Some(Pressing::Near),
            Some("breached") => Some(Pressing::Breached),
            Some(_) => return Err(Error::field("/sla", "invalid_value", "near atau breached")),
        };
        let order = match self.sort.as_deref() {
            None | Some("updated") => Order::Updated,
            Some("due") => Order::Due,
            Some(_) => return Err(Error::field("/sort", "invalid_value", "updated atau due")),
        };
        Ok(verbs::list::Input {
            view: self.view,
            filter: Filter {
                open: is_open,
                statuses: words("/status", self.status.as_deref(), Status::parse)?,
                kinds: words("/type", self.r#type.as_deref(), TicketType::parse)?,
                priorities: words("/priority", self.priority.as_deref(), Priority::parse)?,
                opd: self.opd_id.map(OpdId),
                team: self.team_id.map(TeamId),
                category: self.category_id.map(CategoryId),
                assignee,
                tag,
                security: self.security,
                opened_from: self.opened_from,
                opened_before: self.opened_before,
                pressing,
                handed: None,
                ids: None,
            },
            text: self.q,
            order,
            after: self.cursor.as_deref().map(page::from_text).transpose()?,
            limit: page::limit(self.limit)?,
        })
    }
}

fn words<T>(pointer: &str, text: Option<&str>, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
    text.map_or(Ok(Vec::new()), |text| {
        text.split(',')
            .map(|word| {
                parse(word.trim())
                    .ok_or_else(|| Error::field(pointer, "invalid_value", format!("\"{word}\" tidak dikenal")))
            })
            .collect()
    })
}

/// List or search tickets
///
/// Without `q`: a queue, most recently changed first. With `q`: everything that one may read, newest first.
#[utoipa::path(tag = "tickets", operation_id = "list_tickets", params(ListQuery),
    responses((status = 200, body = TicketPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/tickets")]
pub async fn list(request: Request, query: Query<ListQuery>) -> Answer {
    let view = request
        .run(READ_TICKETS, |desk, caller| {
            let page = verbs::list::run(desk, &caller.actor, &query.0.parse()?)?;
            Ok(TicketPage {
                items: page.items.iter().map(|seen| TicketView::of(desk, seen)).collect(),
                next: page.next.map(page::to_text),
            })
        })
        .await?;
    ok(view)
}

/// Whose tickets to count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CountQuery {
    /// The widest that the roles allow if absent.
    #[param(inline)]
    view: Option<View>,
}

/// Count the open tickets of a view
#[utoipa::path(tag = "tickets", operation_id = "count_tickets", params(CountQuery),
    responses((status = 200, body = TicketCounts), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/tickets/counts")]
pub async fn counts(request: Request, query: Query<CountQuery>) -> Answer {
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            Ok(TicketCounts::from(verbs::list::counts(desk, &caller.actor, query.0.view)?))
        })
        .await?;
    ok(view)
}

/// Open a ticket
///
/// For oneself, or with `requester_id` on behalf of somebody. A security incident goes straight to CSIRT.
#[utoipa::path(tag = "tickets", operation_id = "open_ticket", request_body = verbs::open::Input,
    responses((status = 201, body = TicketView, headers(("ETag" = String), ("Location" = String)))))]
#[post("/tickets")]
pub async fn open(request: Request, body: Body<verbs::open::Input>) -> Answer {
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let opened = verbs::open::run(desk, caller, &body.value)?;
            let seen = verbs::read::run(desk, &caller.actor, opened.id)?;
            Ok(TicketView::of(desk, &seen))
        })
        .await?;
    let mut response = versioned(StatusCode::CREATED, view.version, &view)?;
    if let Ok(location) = actix_web::http::header::HeaderValue::from_str(&format!("/api/v1/tickets/{}", view.number)) {
        response.headers_mut().insert(actix_web::http::header::LOCATION, location);
    }
    Ok(response)
}

/// Read a ticket
#[utoipa::path(tag = "tickets", operation_id = "read_ticket",
    responses((status = 200, body = TicketView, headers(("ETag" = String)))))]
#[get("/tickets/{ticket}")]
pub async fn read(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| Ok(TicketView::of(desk, &verbs::read::run(desk, &caller.actor, id)?)))
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Correct a ticket
///
/// The priority follows impact and urgency; setting it otherwise needs a reason.
#[utoipa::path(tag = "tickets", operation_id = "edit_ticket", request_body = verbs::edit::Input,
    responses((status = 200, body = TicketView, headers(("ETag" = String))), (status = 204, description = "Done; no longer visible to you")))]
#[patch("/tickets/{ticket}")]
pub async fn edit(request: Request, ticket: web::Path<String>, body: Body<verbs::edit::Input>) -> Answer {
    act(request, &ticket, body, verbs::edit::run).await
}

/// A page of something below a ticket.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// From `next` of the page before.
    pub cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// Read a ticket's history
///
/// Append-only and hash-chained. A requester sees the public events.
#[utoipa::path(tag = "tickets", operation_id = "read_history", params(PageQuery),
    responses((status = 200, body = EventPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/tickets/{ticket}/history")]
pub async fn history(request: Request, ticket: web::Path<String>, query: Query<PageQuery>) -> Answer {
    let id = request.ticket(&ticket)?;
    let view = request
        .run(READ_TICKETS, move |desk, caller| {
            let limit = page::limit(query.0.limit)?;
            let after = page::after(query.0.cursor.as_deref())?;
            let (events, internal) = verbs::read::history(desk, &caller.actor, id, after, limit + 1)?;
            let (events, next) = page::split(events, limit, |event| event.seq);
            let shown = events.into_iter().filter(|event| internal || verbs::read::is_public_event(event));
            Ok(EventPage { items: shown.map(|event| event_view(event, internal)).collect(), next })
        })
        .await?;
    ok(view)
}

/// Outside eyes see which fields changed, but not tags, and no references to internal texts.
fn event_view(event: EventRow, internal: bool) -> EventView {
    let mut payload: Map<String, Value> = serde_json::from_str(&event.payload).unwrap_or_default();
    // Which ticket a link leads to is told by the list of links, to those who may see it.
    if let Some(Value::Object(link)) = payload.get_mut("link") {
        link.remove("to");
    }
    if !internal {
        payload.retain(|key, _| key == "set");
        if let Some(Value::Object(set)) = payload.get_mut("set") {
            set.remove("tags");
        }
    }
    EventView {
        seq: event.seq,
        kind: event.kind,
        actor_id: event.actor_id,
        at: event.at.and_utc(),
        payload: Value::Object(payload),
        hash: event.hash,
    }
}
