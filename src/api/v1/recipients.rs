//! Who gets reports by mail.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, READ_DIRECTORY, WRITE_DIRECTORY, done, ok};
use crate::http::{Body, Problem, Request};
use crate::services::Error;
use crate::services::reports::recipients::{self, Attached};
use crate::services::reports::schedule::Moment;
use crate::store::report_recipients::RecipientRow;

/// A recipient.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecipientView {
    pub id: i64,
    /// The code of the OPD; null for the report of all OPDs together.
    pub opd: Option<String>,
    /// Of the desk; null for an office beside it.
    pub person_id: Option<i64>,
    pub name: String,
    pub email: String,
    pub formats: Vec<Attached>,
    /// When they get it.
    pub moment: Option<Moment>,
    pub added_at: DateTime<Utc>,
}

impl From<RecipientRow> for RecipientView {
    fn from(row: RecipientRow) -> Self {
        Self {
            id: row.id,
            name: row.called().to_owned(),
            opd: row.opd_code,
            person_id: row.person_id,
            email: row.email.or(row.address).unwrap_or_default(),
            formats: row.forms.split(' ').filter_map(Attached::parse).collect(),
            moment: Moment::parse(&row.moment),
            added_at: row.added_at.and_utc(),
        }
    }
}

/// All recipients.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecipientList {
    /// Those of all OPDs together first, then by OPD.
    pub items: Vec<RecipientView>,
}

/// List the recipients of reports
///
/// For supervision, audit and administration.
#[utoipa::path(tag = "reports", operation_id = "list_report_recipients", responses((status = 200, body = RecipientList)))]
#[get("/report-recipients")]
pub async fn list(request: Request) -> Answer {
    let rows = request.run(READ_DIRECTORY, |desk, caller| recipients::list(desk, &caller.actor)).await?;
    ok(RecipientList { items: rows.into_iter().map(Into::into).collect() })
}

/// Add a recipient of reports
///
/// For supervisors and admins. Somebody of the desk must be allowed to read the report; offices beside the desk need
/// an address within `reports.recipient_domains`. Each paper goes to each recipient once, as a mail with the files.
#[utoipa::path(tag = "reports", operation_id = "add_report_recipient", request_body = recipients::Input,
    responses((status = 201, body = RecipientView)))]
#[post("/report-recipients")]
pub async fn add(request: Request, body: Body<recipients::Input>) -> Answer {
    let view = request
        .run_once(WRITE_DIRECTORY, Some(body.fingerprint), move |desk, caller| {
            let added = recipients::add(desk, caller, &body.value)?;
            let rows = recipients::list(desk, &caller.actor)?;
            let row = rows.into_iter().find(|row| row.id == added.id).ok_or(Error::NotFound)?;
            Ok(RecipientView::from(row))
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}

/// Remove a recipient of reports
///
/// What was queued for them and has not left, leaves no more.
#[utoipa::path(tag = "reports", operation_id = "remove_report_recipient", responses((status = 204, description = "Removed")))]
#[delete("/report-recipients/{recipient}")]
pub async fn remove(request: Request, recipient: web::Path<String>) -> Answer {
    let id = recipient.parse().map_err(|_| Problem::not_found())?;
    request.run_once(WRITE_DIRECTORY, None, move |desk, caller| recipients::remove(desk, caller, id)).await?;
    done()
}
