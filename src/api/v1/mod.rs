//! Version 1: handlers and what they show, one file per noun.

pub mod attachments;
pub mod audit;
pub mod auth;
pub mod bulk;
pub mod calendars;
pub mod categories;
pub mod clocks;
pub mod consultations;
mod evaluation_views;
pub mod evaluations;
pub mod handovers;
pub mod inbound;
pub mod keys;
pub mod mail;
pub mod me;
pub mod messages;
pub mod moves;
pub mod notifications;
pub mod opds;
pub mod people;
pub mod policy;
pub mod priorities;
pub mod ratings;
pub mod recipients;
pub mod reports;
pub mod service_levels;
pub mod signatures;
pub mod teams;
pub mod tickets;
pub mod ties;
mod versions;
mod views;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde::Serialize;

use crate::http::{Body, Problem, Request};
use crate::services::accounts::api_keys::Scope;
use crate::services::accounts::authenticate::Needs;
use crate::services::tickets::Done;
use crate::services::{Caller, Desk, Error, Result};

/// What a handler gives.
type Answer = std::result::Result<HttpResponse, Problem>;

const READ_TICKETS: Needs = Needs::Scope(Scope::TicketsRead);
const WRITE_TICKETS: Needs = Needs::Scope(Scope::TicketsWrite);
const READ_DIRECTORY: Needs = Needs::Scope(Scope::DirectoryRead);
const WRITE_DIRECTORY: Needs = Needs::Scope(Scope::DirectoryWrite);
const READ_AUDIT: Needs = Needs::Scope(Scope::AuditRead);

/// 200 with a view.
fn ok(view: impl Serialize) -> Answer {
    Ok(HttpResponse::Ok().json(view))
}

/// 200 with a view that has a version.
fn versioned(status: StatusCode, version: i64, view: impl Serialize) -> Answer {
    Ok(HttpResponse::build(status).insert_header((header::ETAG, format!("\"{version}\""))).json(view))
}

/// 204: done, nothing to show.
fn done() -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

/// Runs a verb on a ticket once and shows the ticket as the actor now sees it; 204 if they do not.
async fn act<I: Send + 'static>(
    request: Request,
    ticket: &str,
    body: Body<I>,
    verb: impl Fn(&Desk, &Caller, crate::domain::ids::TicketId, &I) -> Result<Done> + Send + 'static,
) -> Answer {
    let id = request.ticket(ticket)?;
    let seen = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            verb(desk, caller, id, &body.value)?;
            match crate::services::tickets::read::run(desk, &caller.actor, id) {
                Ok(seen) => Ok(Some(views::TicketView::of(desk, &seen))),
                Err(Error::NotFound) => Ok(None),
                Err(error) => {
                    // It is done and committed: not being able to show it must not read as a failure.
                    tracing::error!(%error, "cannot show what was done");
                    Ok(None)
                }
            }
        })
        .await?;
    match seen {
        Some(view) => versioned(StatusCode::OK, view.version, view),
        None => done(),
    }
}
