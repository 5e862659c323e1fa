//! Perangkat Daerah.

use actix_web::http::StatusCode;
use actix_web::{get, patch, post, web};

use super::tickets::PageQuery;
use super::views::{OpdPage, OpdView};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, ok, versioned};
use crate::domain::ids::OpdId;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::admin::opds;

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
