//! One move on many tickets.

use actix_web::post;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, WRITE_TICKETS, ok};
use crate::http::{Body, Problem, Request};
use crate::services::tickets::bulk;

/// The outcome for one ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkOutcome)]
pub struct Outcome {
    /// As it was asked for.
    pub ticket: String,
    pub ok: bool,
    /// The new version, if it was done.
    pub version: Option<i64>,
    /// The stable code of the problem, if it was not.
    pub code: Option<String>,
    /// What happened and what to do, in Bahasa Indonesia.
    pub detail: Option<String>,
}

/// The outcomes, in the order asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkOutcomes)]
pub struct Outcomes {
    pub items: Vec<Outcome>,
}

/// Do the same to many tickets
///
/// Each in a transaction of its own: what fails does not keep the others from being done.
#[utoipa::path(tag = "tickets", operation_id = "bulk_move", request_body = bulk::Input, responses((status = 200, body = Outcomes)))]
#[post("/tickets/bulk")]
pub async fn run(request: Request, body: Body<bulk::Input>) -> Answer {
    let outcomes = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| bulk::run(desk, caller, &body.value))
        .await?;
    let items = outcomes.into_iter().map(|(ticket, outcome)| match outcome {
        Ok(done) => Outcome { ticket, ok: true, version: Some(done.version), code: None, detail: None },
        Err(error) => {
            let problem = Problem::from(error);
            let detail = problem.errors.first().map_or(problem.detail, |field| field.detail.clone());
            Outcome { ticket, ok: false, version: None, code: Some(problem.code.to_owned()), detail: Some(detail) }
        }
    });
    ok(Outcomes { items: items.collect() })
}
