//! Categories of tickets.

use actix_web::http::StatusCode;
use actix_web::{get, patch, post, web};

use super::tickets::PageQuery;
use super::views::{CategoryPage, CategoryView};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, ok, versioned};
use crate::domain::ids::CategoryId;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::admin::categories;

/// List categories
#[utoipa::path(tag = "directory", operation_id = "list_categories", params(PageQuery),
    responses((status = 200, body = CategoryPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/categories")]
pub async fn list(request: Request, query: Query<PageQuery>) -> Answer {
    let view = request
        .run(READ_DIRECTORY, move |desk, _| {
            let limit = page::limit(query.0.limit)?;
            let rows = categories::list(desk, page::after(query.0.cursor.as_deref())?, limit + 1)?;
            let (rows, next) = page::split(rows, limit, |row| row.id);
            Ok(CategoryPage { items: rows.into_iter().map(CategoryView::from).collect(), next })
        })
        .await?;
    ok(view)
}

fn id(text: &str) -> Result<CategoryId, Problem> {
    text.parse().map(CategoryId).map_err(|_| Problem::not_found())
}

/// Read a category
#[utoipa::path(tag = "directory", operation_id = "read_category", responses((status = 200, body = CategoryView, headers(("ETag" = String)))))]
#[get("/categories/{category}")]
pub async fn read(request: Request, category: web::Path<String>) -> Answer {
    let id = id(&category)?;
    let row = request.run(READ_DIRECTORY, move |desk, _| categories::read(desk, id)).await?;
    versioned(StatusCode::OK, row.version, CategoryView::from(row))
}

/// Add a category
#[utoipa::path(tag = "directory", operation_id = "add_category", request_body = categories::Input, responses((status = 201, body = CategoryView, headers(("ETag" = String)))))]
#[post("/categories")]
pub async fn add(request: Request, body: Body<categories::Input>) -> Answer {
    let row = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = categories::add(desk, caller, &body.value)?;
            categories::read(desk, CategoryId(added.id))
        })
        .await?;
    versioned(StatusCode::CREATED, row.version, CategoryView::from(row))
}

/// Change a category
#[utoipa::path(tag = "directory", operation_id = "change_category", request_body = categories::Change, responses((status = 200, body = CategoryView, headers(("ETag" = String)))))]
#[patch("/categories/{category}")]
pub async fn change(request: Request, category: web::Path<String>, body: Body<categories::Change>) -> Answer {
    let id = id(&category)?;
    let row = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            categories::change(desk, caller, id, &body.value)?;
            categories::read(desk, id)
        })
        .await?;
    versioned(StatusCode::OK, row.version, CategoryView::from(row))
}
