//! Personal API keys.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, done, ok};
use crate::domain::ids::ApiKeyId;
use crate::http::{Body, Problem, Request};
use crate::services::accounts::api_keys::{self, Scope};
use crate::services::accounts::authenticate::Needs;
use crate::store::access::ApiKeyRow;

/// An API key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    pub id: i64,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    /// To the hour.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<ApiKeyRow> for KeyView {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            scopes: row.scopes.split(' ').filter_map(Scope::parse).collect(),
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.map(|at| at.and_utc()),
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
        }
    }
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub struct NewKeyView {
    /// Shown this once.
    pub secret: String,
    pub key: KeyView,
}

/// All keys of oneself.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    pub items: Vec<KeyView>,
}

/// List one's API keys
#[utoipa::path(tag = "access", operation_id = "list_api_keys", responses((status = 200, body = KeyList)))]
#[get("/me/api-keys")]
pub async fn list(request: Request) -> Answer {
    let rows = request.run(Needs::SignIn, |desk, caller| api_keys::list(desk, &caller.actor)).await?;
    ok(KeyList { items: rows.into_iter().map(KeyView::from).collect() })
}

/// Make an API key
///
/// The secret is shown this once. Not repeatable by idempotency key, since the secret is not kept.
#[utoipa::path(tag = "access", operation_id = "create_api_key", request_body = api_keys::Input, responses((status = 201, body = NewKeyView)))]
#[post("/me/api-keys")]
pub async fn create(request: Request, body: Body<api_keys::Input>) -> Answer {
    let (row, secret) =
        request.run(Needs::SignIn, move |desk, caller| api_keys::create(desk, caller, &body.value)).await?;
    Ok(HttpResponse::Created().json(NewKeyView { secret, key: KeyView::from(row) }))
}

/// Revoke an API key
#[utoipa::path(tag = "access", operation_id = "revoke_api_key", responses((status = 204, description = "Revoked")))]
#[delete("/me/api-keys/{key}")]
pub async fn revoke(request: Request, key: web::Path<String>) -> Answer {
    let id = key.parse().map(ApiKeyId).map_err(|_| Problem::not_found())?;
    request.run(Needs::SignIn, move |desk, caller| api_keys::revoke(desk, caller, id)).await?;
    done()
}
