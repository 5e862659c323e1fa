//! The policy: what is promised for which ticket.

use actix_web::http::StatusCode;
use actix_web::{get, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::versions::{VersionView, planned, views};
use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, ok, versioned};
use crate::domain::sla::policy::Policy;
use crate::http::{Body, Problem, Request};
use crate::services::admin::policy;
use crate::services::admin::versions::{current, newest};
use crate::services::sla::adjust;
use crate::services::{Desk, Result};

/// The policy in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    #[serde(flatten)]
    pub version: VersionView,
    pub rules: Policy,
    /// Those that will be in force, in the order of their effect.
    pub planned: Vec<VersionView>,
    /// How many clocks of open tickets are still to be brought under the newest rules of policy and
    /// calendars; that happens by itself within moments.
    pub clocks_left: i64,
}

/// All versions of the policy, in the order of their effect.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersionList {
    pub items: Vec<VersionView>,
}

/// A version of the policy with its rules.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyVersionView {
    #[serde(flatten)]
    pub version: VersionView,
    pub rules: Policy,
}

impl PolicyView {
    /// With its ETag.
    fn read(desk: &Desk) -> Result<(i64, Self)> {
        let versions = policy::versions(desk)?;
        let current = current(&versions)?;
        let view = Self {
            version: VersionView::from(current),
            rules: current.rules()?,
            planned: planned(&versions),
            clocks_left: adjust::left(desk)?,
        };
        Ok((newest(&versions), view))
    }
}

/// Read the policy
///
/// The ETag changes with every version that is added, also with those planned for later.
#[utoipa::path(tag = "service levels", operation_id = "read_policy", responses((status = 200, body = PolicyView, headers(("ETag" = String)))))]
#[get("/policy")]
pub async fn read(request: Request) -> Answer {
    let (tag, view) = request.run(READ_DIRECTORY, |desk, _| PolicyView::read(desk)).await?;
    versioned(StatusCode::OK, tag, view)
}

/// Add a version of the policy
///
/// Replaces the rules from an instant on; clocks that run are brought under them when it comes. A planned
/// version is taken back by adding another for the same instant.
#[utoipa::path(tag = "service levels", operation_id = "replace_policy", request_body = policy::Input, responses((status = 200, body = PolicyView, headers(("ETag" = String)))))]
#[put("/policy")]
pub async fn replace(request: Request, body: Body<policy::Input>) -> Answer {
    let (tag, view) = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            policy::replace(desk, caller, &body.value)?;
            PolicyView::read(desk)
        })
        .await?;
    versioned(StatusCode::OK, tag, view)
}

/// List the versions of the policy
#[utoipa::path(tag = "service levels", operation_id = "list_policy_versions", responses((status = 200, body = PolicyVersionList)))]
#[get("/policy/versions")]
pub async fn list_versions(request: Request) -> Answer {
    let items = request.run(READ_DIRECTORY, |desk, _| Ok(views(&policy::versions(desk)?))).await?;
    ok(PolicyVersionList { items })
}

/// Read a version of the policy
#[utoipa::path(tag = "service levels", operation_id = "read_policy_version", responses((status = 200, body = PolicyVersionView)))]
#[get("/policy/versions/{version}")]
pub async fn read_version(request: Request, version: web::Path<String>) -> Answer {
    let id = version.parse().map_err(|_| Problem::not_found())?;
    let view = request
        .run(READ_DIRECTORY, move |desk, _| {
            let version = policy::version(desk, id)?;
            Ok(PolicyVersionView { version: VersionView::from(&version), rules: version.rules()? })
        })
        .await?;
    ok(view)
}
