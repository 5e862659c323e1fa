//! People and their roles.

use actix_web::http::StatusCode;
use actix_web::{delete, get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::{PersonPage, PersonView};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, done, ok, versioned};
use crate::domain::ids::{OpdId, PersonId};
use crate::domain::people::Role;
use crate::http::{Body, Problem, Query, Request, page};
use crate::services::admin::{people, roles};
use crate::services::{Caller, Desk, Error};
use crate::store::people::PeopleFilter;

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    opd_id: Option<i64>,
    #[param(inline)]
    role: Option<Role>,
    /// Part of name or e-mail address.
    #[param(max_length = 120)]
    q: Option<String>,
    active: Option<bool>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// List or find people
///
/// The Dinas sees everybody; a desk and a head see their own OPD.
#[utoipa::path(tag = "directory", operation_id = "list_people", params(PeopleQuery),
    responses((status = 200, body = PersonPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/people")]
pub async fn list(request: Request, query: Query<PeopleQuery>) -> Answer {
    let view = request
        .run(READ_DIRECTORY, move |desk, caller| {
            let query = query.0;
            if query.q.as_ref().is_some_and(|q| q.chars().count() > 120) {
                return Err(Error::field("/q", "too_long", "paling banyak 120 karakter"));
            }
            let limit = page::limit(query.limit)?;
            let filter = PeopleFilter {
                opd: query.opd_id.map(OpdId),
                role: query.role,
                text: query.q,
                active: query.active,
                after: page::after(query.cursor.as_deref())?,
                limit: limit + 1,
            };
            let rows = people::list(desk, &caller.actor, filter)?;
            let (rows, next) = page::split(rows, limit, |row| row.person.id);
            Ok(PersonPage { items: rows.into_iter().map(PersonView::from).collect(), next })
        })
        .await?;
    ok(view)
}

fn id(text: &str) -> Result<PersonId, Problem> {
    text.parse().map(PersonId).map_err(|_| Problem::not_found())
}

fn view(desk: &Desk, caller: &Caller, id: PersonId) -> crate::services::Result<PersonView> {
    people::read(desk, &caller.actor, id).map(PersonView::from)
}

/// Read a person
#[utoipa::path(tag = "directory", operation_id = "read_person", responses((status = 200, body = PersonView, headers(("ETag" = String)))))]
#[get("/people/{person}")]
pub async fn read(request: Request, person: web::Path<String>) -> Answer {
    let id = id(&person)?;
    let view = request.run(READ_DIRECTORY, move |desk, caller| view(desk, caller, id)).await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Add a person
#[utoipa::path(tag = "directory", operation_id = "add_person", request_body = people::Input, responses((status = 201, body = PersonView, headers(("ETag" = String)))))]
#[post("/people")]
pub async fn add(request: Request, body: Body<people::Input>) -> Answer {
    let view = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = people::add(desk, caller, &body.value)?;
            view(desk, caller, PersonId(added.id))
        })
        .await?;
    versioned(StatusCode::CREATED, view.version, view)
}

/// Change a person
#[utoipa::path(tag = "directory", operation_id = "change_person", request_body = people::Change, responses((status = 200, body = PersonView, headers(("ETag" = String)))))]
#[patch("/people/{person}")]
pub async fn change(request: Request, person: web::Path<String>, body: Body<people::Change>) -> Answer {
    let id = id(&person)?;
    let view = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            people::change(desk, caller, id, &body.value)?;
            view(desk, caller, id)
        })
        .await?;
    versioned(StatusCode::OK, view.version, view)
}

/// Deactivate a person and hand on open work
#[utoipa::path(tag = "directory", operation_id = "deactivate_person", request_body = people::Deactivation, responses((status = 204, description = "Deactivated")))]
#[post("/people/{person}/deactivation")]
pub async fn deactivate(request: Request, person: web::Path<String>, body: Body<people::Deactivation>) -> Answer {
    let id = id(&person)?;
    request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            people::deactivate(desk, caller, id, &body.value)
        })
        .await?;
    done()
}

fn grantee(path: &(String, String)) -> Result<(PersonId, Role), Problem> {
    Ok((id(&path.0)?, Role::parse(&path.1).ok_or_else(Problem::not_found)?))
}

/// Give a role
///
/// For `tier1_agent` with the letter of appointment.
#[utoipa::path(tag = "directory", operation_id = "grant_role", request_body = roles::Input, responses((status = 204, description = "Given")))]
#[put("/people/{person}/roles/{role}")]
pub async fn grant(request: Request, path: web::Path<(String, String)>, body: Body<roles::Input>) -> Answer {
    let (person, role) = grantee(&path)?;
    request.run(WRITE_DIRECTORY, move |desk, caller| roles::grant(desk, caller, person, role, &body.value)).await?;
    done()
}

/// Take a role away
#[utoipa::path(tag = "directory", operation_id = "revoke_role", responses((status = 204, description = "Taken away")))]
#[delete("/people/{person}/roles/{role}")]
pub async fn revoke(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (person, role) = grantee(&path)?;
    request.run(WRITE_DIRECTORY, move |desk, caller| roles::revoke(desk, caller, person, role)).await?;
    done()
}
