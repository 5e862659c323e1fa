//! Perangkat Daerah.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, patch, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::tickets::PageQuery;
use super::views::{OpdPage, OpdView};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, WRITE_TICKETS, ok, versioned};
use crate::domain::ids::OpdId;
use crate::http::{Body, Problem, Query, Request, page};
use crate::reports::{form, reminder};
use crate::services::admin::opds;
use crate::services::supervision::letter;

/// List OPDs
#[utoipa::path(tag = "directory", operation_id = "list_opds", params(PageQuery),
    responses((status = 200, body = OpdPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/opds")]
pub async fn list(request: Request, query: Query<PageQuery>) -> Answer {
    let view = request
        .run(READ_DIRECTORY, move |desk, _| {
            let limit = page::limit(query.0.limit)?;
            let rows = opds::list(desk, page::after(query.0.cursor.as_deref())?, limit + 1)?;
            let (rows, next) = page::split(rows, limit, |row| row.id);
            Ok(OpdPage { items: rows.into_iter().map(OpdView::from).collect(), next })
        })
        .await?;
    ok(view)
}

fn id(text: &str) -> Result<OpdId, Problem> {
    text.parse().map(OpdId).map_err(|_| Problem::not_found())
}

/// Read an OPD
#[utoipa::path(tag = "directory", operation_id = "read_opd", responses((status = 200, body = OpdView, headers(("ETag" = String)))))]
#[get("/opds/{opd}")]
pub async fn read(request: Request, opd: web::Path<String>) -> Answer {
    let id = id(&opd)?;
    let row = request.run(READ_DIRECTORY, move |desk, _| opds::read(desk, id)).await?;
    versioned(StatusCode::OK, row.version, OpdView::from(row))
}

/// Add an OPD
#[utoipa::path(tag = "directory", operation_id = "add_opd", request_body = opds::Input, responses((status = 201, body = OpdView, headers(("ETag" = String)))))]
#[post("/opds")]
pub async fn add(request: Request, body: Body<opds::Input>) -> Answer {
    let row = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = opds::add(desk, caller, &body.value)?;
            opds::read(desk, OpdId(added.id))
        })
        .await?;
    versioned(StatusCode::CREATED, row.version, OpdView::from(row))
}

/// Change an OPD
#[utoipa::path(tag = "directory", operation_id = "change_opd", request_body = opds::Change, responses((status = 200, body = OpdView, headers(("ETag" = String)))))]
#[patch("/opds/{opd}")]
pub async fn change(request: Request, opd: web::Path<String>, body: Body<opds::Change>) -> Answer {
    let id = id(&opd)?;
    let row = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            opds::change(desk, caller, id, &body.value)?;
            opds::read(desk, id)
        })
        .await?;
    versioned(StatusCode::OK, row.version, OpdView::from(row))
}

/// What stands on a reminder letter.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReminderLetter {
    /// The number of the letter; without it the place stays blank.
    #[serde(default)]
    #[schema(max_length = 60)]
    pub number: Option<String>,
}

/// Make a reminder letter to the head of an OPD
///
/// For supervisors. An official letter as PDF about what the desk of the OPD has missed: tickets beyond their target, no
/// activity for seven days while tickets are open, nobody appointed. The audit trail notes it. 409 `nothing_to_remind`
/// if there is nothing to say.
#[utoipa::path(tag = "directory", operation_id = "make_reminder_letter", request_body = ReminderLetter,
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf"),
    (status = 409, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[post("/opds/{opd}/reminder-letters")]
pub async fn make_reminder_letter(request: Request, opd: web::Path<String>, body: Body<ReminderLetter>) -> Answer {
    let id = id(&opd)?;
    let file = request
        .run(WRITE_TICKETS, move |desk, caller| {
            let number = body.value.number.unwrap_or_default();
            form::check_number(Some(&number))?;
            reminder::pdf(desk, &letter::run(desk, caller, id)?, &number)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file.name)))
        .content_type("application/pdf")
        .body(file.content))
}
