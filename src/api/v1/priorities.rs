//! The priority table.

use actix_web::{get, put};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, ok};
use crate::http::{Body, Request};
use crate::services::admin::priorities::{self, Rule};

/// The table in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rules {
    pub rules: Vec<Rule>,
}

/// Read the priority table
#[utoipa::path(tag = "directory", operation_id = "read_priorities", responses((status = 200, body = Rules)))]
#[get("/priorities")]
pub async fn read(request: Request) -> Answer {
    let rules = request.run(READ_DIRECTORY, |desk, _| priorities::read(desk)).await?;
    ok(Rules { rules })
}

/// Replace the priority table
///
/// Tickets keep the priority that they have.
#[utoipa::path(tag = "directory", operation_id = "replace_priorities", request_body = priorities::Input, responses((status = 200, body = Rules)))]
#[put("/priorities")]
pub async fn replace(request: Request, body: Body<priorities::Input>) -> Answer {
    let rules = request
        .run(WRITE_DIRECTORY, move |desk, caller| {
            priorities::replace(desk, caller, &body.value)?;
            priorities::read(desk)
        })
        .await?;
    ok(Rules { rules })
}
