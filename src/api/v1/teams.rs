//! Tier 2 teams and their members.

use actix_web::http::StatusCode;
use actix_web::{delete, get, patch, post, put, web};

use super::tickets::PageQuery;
use super::views::{Named, NamedList, TeamPage, TeamView};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, done, ok, versioned};
use crate::domain::ids::{PersonId, TeamId};
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::admin::teams;

/// List teams
#[utoipa::path(tag = "directory", operation_id = "list_teams", params(PageQuery),
    responses((status = 200, body = TeamPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/teams")]
pub async fn list(request: Request, query: Query<PageQuery>) -> Answer {
    let view = request
        .run(READ_DIRECTORY, move |desk, _| {
            let limit = page::limit(query.0.limit)?;
            let rows = teams::list(desk, page::after(query.0.cursor.as_deref())?, limit + 1)?;
            let (rows, next) = page::split(rows, limit, |row| row.id);
            Ok(TeamPage { items: rows.into_iter().map(TeamView::from).collect(), next })
        })
        .await?;
    ok(view)
}

fn id(text: &str) -> Result<TeamId, Problem> {
    text.parse().map(TeamId).map_err(|_| Problem::not_found())
}

/// Read a team
#[utoipa::path(tag = "directory", operation_id = "read_team", responses((status = 200, body = TeamView, headers(("ETag" = String)))))]
#[get("/teams/{team}")]
pub async fn read(request: Request, team: web::Path<String>) -> Answer {
    let id = id(&team)?;
    let row = request.run(READ_DIRECTORY, move |desk, _| teams::read(desk, id)).await?;
    versioned(StatusCode::OK, row.version, TeamView::from(row))
}

/// Add a team
#[utoipa::path(tag = "directory", operation_id = "add_team", request_body = teams::Input, responses((status = 201, body = TeamView, headers(("ETag" = String)))))]
#[post("/teams")]
pub async fn add(request: Request, body: Body<teams::Input>) -> Answer {
    let row = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = teams::add(desk, caller, &body.value)?;
            teams::read(desk, TeamId(added.id))
        })
        .await?;
    versioned(StatusCode::CREATED, row.version, TeamView::from(row))
}

/// Change a team
#[utoipa::path(tag = "directory", operation_id = "change_team", request_body = teams::Change, responses((status = 200, body = TeamView, headers(("ETag" = String)))))]
#[patch("/teams/{team}")]
pub async fn change(request: Request, team: web::Path<String>, body: Body<teams::Change>) -> Answer {
    let id = id(&team)?;
    let row = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            teams::change(desk, caller, id, &body.value)?;
            teams::read(desk, id)
        })
        .await?;
    versioned(StatusCode::OK, row.version, TeamView::from(row))
}

/// List a team's members
#[utoipa::path(tag = "directory", operation_id = "list_team_members", responses((status = 200, body = NamedList)))]
#[get("/teams/{team}/members")]
pub async fn members(request: Request, team: web::Path<String>) -> Answer {
    let id = id(&team)?;
    let rows = request.run(READ_DIRECTORY, move |desk, caller| teams::members(desk, &caller.actor, id)).await?;
    ok(NamedList { items: rows.into_iter().map(|(id, name)| Named { id: id.0, name }).collect() })
}

fn member(path: &(String, String)) -> Result<(TeamId, PersonId), Problem> {
    Ok((id(&path.0)?, path.1.parse().map(PersonId).map_err(|_| Problem::not_found())?))
}

/// Put a Tier 2 agent into a team
#[utoipa::path(tag = "directory", operation_id = "join_team", responses((status = 204, description = "Is a member")))]
#[put("/teams/{team}/members/{person}")]
pub async fn join(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (team, person) = member(&path)?;
    request.run(WRITE_DIRECTORY, move |desk, caller| teams::join(desk, caller, team, person)).await?;
    done()
}

/// Take somebody out of a team
#[utoipa::path(tag = "directory", operation_id = "leave_team", responses((status = 204, description = "Is no member")))]
#[delete("/teams/{team}/members/{person}")]
pub async fn leave(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (team, person) = member(&path)?;
    request.run(WRITE_DIRECTORY, move |desk, caller| teams::leave(desk, caller, team, person)).await?;
    done()
}
