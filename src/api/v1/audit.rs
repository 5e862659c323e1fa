//! The audit trail.

use actix_web::get;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, READ_AUDIT, ok};
use crate::domain::ids::PersonId;
use crate::http::{Query, Request, page};
use crate::services::Error;
use crate::services::admin::audit;
use crate::store::history::{AuditFilter, AuditRow};

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Who did it.
    actor_id: Option<i64>,
    /// What was done, for example `role_granted`.
    #[param(max_length = 60)]
    action: Option<String>,
    /// From this instant on (RFC 3339).
    from: Option<DateTime<Utc>>,
    /// Before this instant (RFC 3339).
    to: Option<DateTime<Utc>>,
    /// From `next` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A row of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditView {
    pub seq: i64,
    #[schema(example = "role_granted")]
    pub action: String,
    /// Null for the program itself and the command line.
    pub actor_id: Option<i64>,
    pub at: DateTime<Utc>,
    /// To whom or what, by ids.
    pub payload: Value,
    /// SHA-256 of the row before and this one.
    pub hash: String,
}

impl From<AuditRow> for AuditView {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            action: row.kind,
            actor_id: row.actor_id,
            at: row.at.and_utc(),
            payload: serde_json::from_str(&row.payload).unwrap_or_default(),
            hash: row.hash,
        }
    }
}

/// A page of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditView>,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

/// Read the audit trail
///
/// Everything that is not a ticket: sign-ins, keys, people, organisation, erasures. The newest first; for
/// admins and auditors. Append-only and hash-chained.
#[utoipa::path(tag = "audit", operation_id = "read_audit", params(AuditQuery),
    responses((status = 200, body = AuditPage), (status = 422, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/audit")]
pub async fn list(request: Request, query: Query<AuditQuery>) -> Answer {
    let view = request
        .run(READ_AUDIT, move |desk, caller| {
            let query = query.0;
            if query.action.as_ref().is_some_and(|action| action.chars().count() > 60) {
                return Err(Error::field("/action", "too_long", "paling banyak 60 karakter"));
            }
            let limit = page::limit(query.limit)?;
            let filter = AuditFilter {
                actor: query.actor_id.map(PersonId),
                kind: query.action,
                from: query.from,
                to: query.to,
                before: query.cursor.map(|cursor| page::after(Some(&cursor))).transpose()?,
                limit: limit + 1,
            };
            let rows = audit::list(desk, &caller.actor, &filter)?;
            let (rows, next) = page::split(rows, limit, |row| row.seq);
            Ok(AuditPage { items: rows.into_iter().map(AuditView::from).collect(), next })
        })
        .await?;
    ok(view)
}
