//! Reports of months, quarters, semesters and years.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::views::Named;
use super::{Answer, READ_DIRECTORY, READ_TICKETS, WRITE_TICKETS, ok};
use crate::domain::report::{self, Snapshot, Span};
use crate::http::{self, Body, Query, Request};
use crate::reports::form::{self, Form, Wish};
use crate::reports::listing::{self as tickets, ListForm};
use crate::services::Error;
use crate::services::reports::{addend, grouped, list as listing, read as reading};
use crate::store::reports::AddendumRow;

/// Whose reports.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OpdQuery {
    /// The code of an OPD. If absent: all OPDs together, or your own OPD if you may read that alone.
    #[param(max_length = 32)]
    opd: Option<String>,
}

impl OpdQuery {
    /// The code.
    pub(super) fn opd(&self) -> Option<&str> {
        self.opd.as_deref()
    }
}

/// Whose report, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// The code of an OPD. If absent: all OPDs together, or your own OPD if you may read that alone.
    #[param(max_length = 32)]
    opd: Option<String>,
    /// If absent, the first that `Accept` names; else `json`.
    format: Option<Form>,
    /// CSV only: this table as people see it, instead of a line for each cell of all tables.
    #[param(max_length = 60)]
    table: Option<String>,
    /// PDF only: the number of the letter; without it the place stays blank. A signed paper stays as it was signed.
    #[param(max_length = 60)]
    number: Option<String>,
}

/// Whose tickets, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The code of an OPD. If absent: all OPDs together, or your own OPD if you may read that alone.
    #[param(max_length = 32)]
    opd: Option<String>,
    /// If absent, `csv`. `xlsx` has room for 1,048,575 tickets.
    format: Option<ListForm>,
}

/// Whether figures still follow the tickets.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    Provisional,
    Frozen,
}

/// A month with its report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedReportView {
    #[schema(example = "2026-10")]
    pub period: String,
    /// In Bahasa Indonesia.
    #[schema(example = "Oktober 2026")]
    pub name: String,
    pub span: Span,
    pub state: ReportState,
    /// Of the bytes that reading the report as JSON gives; null while it is provisional.
    pub sha256: Option<String>,
    /// By which anybody can prove the paper at `/verifikasi/{code}`; null while it is provisional.
    pub code: Option<String>,
    pub frozen_at: Option<DateTime<Utc>>,
    pub addenda: i64,
}

/// The reports there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportList {
    /// Every month from the first ticket to the present one, the newest first.
    pub items: Vec<ListedReportView>,
}

/// Something said about a report after it was frozen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AddendumView {
    pub id: i64,
    pub author: Named,
    pub reason: String,
    pub text: String,
    pub at: DateTime<Utc>,
}

impl From<AddendumRow> for AddendumView {
    fn from(row: AddendumRow) -> Self {
        Self {
            id: row.id,
            author: Named { id: row.author_id, name: row.author },
            reason: row.reason,
            text: row.body,
            at: row.at.and_utc(),
        }
    }
}

/// The addenda of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AddendumList {
    /// In order.
    pub items: Vec<AddendumView>,
}

impl From<listing::Listed> for ListedReportView {
    fn from(listed: listing::Listed) -> Self {
        let (period, frozen) = (listed.period, listed.frozen);
        Self {
            period: period.to_string(),
            name: period.name(),
            span: period.span(),
            state: if frozen.is_some() { ReportState::Frozen } else { ReportState::Provisional },
            sha256: frozen.as_ref().map(|row| row.sha256.clone()),
            code: frozen.as_ref().map(|row| grouped(&row.code)),
            frozen_at: frozen.map(|row| row.frozen_at.and_utc()),
            addenda: listed.addenda,
        }
    }
}

/// List reports
///
/// Of all OPDs for supervision, audit and administration; of one's own OPD for its head and its Tier 1 agents.
#[utoipa::path(tag = "reports", operation_id = "list_reports", params(OpdQuery),
    responses((status = 200, body = ReportList), (status = 404, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[get("/reports")]
pub async fn list(request: Request, query: Query<OpdQuery>) -> Answer {
    let list = request
        .run(READ_TICKETS, move |desk, caller| listing::run(desk, &caller.actor, query.0.opd.as_deref()))
        .await?;
    ok(ReportList { items: list.months.into_iter().map(Into::into).collect() })
}

/// Read the JSON Schema of reports
#[utoipa::path(tag = "reports", operation_id = "read_report_schema",
    responses((status = 200, body = serde_json::Value, content_type = "application/schema+json")))]
#[get("/reports/schema")]
pub async fn schema(request: Request) -> Answer {
    let schema = request.run(READ_DIRECTORY, |_, _| Ok(report::schema::document())).await?;
    Ok(HttpResponse::Ok().content_type("application/schema+json").body(schema.to_string()))
}

/// Read a report
///
/// Of a month (`2026-10`), quarter (`2026-Q4`), semester (`2026-S2`) or year (`2026`). A month is frozen some days
/// after it is over; before that, and of longer periods, the figures are computed now. `X-Report-State` says which
/// it is. The JSON of a frozen report is, byte for byte, what its SHA-256 is of; that hash is the ETag.
#[utoipa::path(tag = "reports", operation_id = "read_report", params(ReportQuery),
    responses((status = 200, content((Snapshot = "application/json"), (String = "text/csv"), (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "text/html")),
        headers(("ETag" = String), ("X-Report-State" = ReportState), ("X-Report-Code" = String)))))]
#[get("/reports/{period}")]
pub async fn read(http: HttpRequest, request: Request, period: web::Path<String>, query: Query<ReportQuery>) -> Answer {
    let query = query.0;
    let form = query.format.unwrap_or_else(|| accepted(&http));
    let wish = Wish { table: query.table, number: query.number };
    let (report, file) = request
        .run(READ_TICKETS, move |desk, caller| {
            let report = reading::run(desk, &caller.actor, &period, query.opd.as_deref())?;
            let file = form::write(desk, &report, form, &wish)?;
            Ok((report, file))
        })
        .await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(("X-Report-State", if report.frozen.is_some() { "frozen" } else { "provisional" }));
    if let Some(frozen) = &report.frozen {
        response.insert_header(("X-Report-Code", grouped(&frozen.code)));
        if form == Form::Json {
            response.insert_header((header::ETAG, format!("\"{}\"", frozen.sha256)));
        }
    }
    if form != Form::Json {
        let disposition = format!("attachment; filename=\"{}\"", file.name);
        response.insert_header((header::CONTENT_DISPOSITION, disposition));
    }
    response.content_type(form.media_type());
    response.insert_header((header::VARY, "Accept"));
    Ok(response.body(file.content))
}

/// List the tickets behind a report
///
/// Every ticket that the report of the period counts, in the order of their numbers, as it is now: a frozen report
/// keeps its figures while its tickets go on. For supervision, audit, and the desk and head of the OPD; who only
/// administers gets the figures. Subject and category of confidential tickets and security incidents are left out;
/// for supervision and audit also their type, channel, Tier 2 and reopenings.
#[utoipa::path(tag = "reports", operation_id = "list_report_tickets", params(ListQuery),
    responses((status = 200, content((String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/reports/{period}/tickets")]
pub async fn list_tickets(request: Request, period: web::Path<String>, query: Query<ListQuery>) -> Answer {
    let ListQuery { opd, format } = query.0;
    let form = format.unwrap_or(ListForm::Csv);
    let desk = Arc::clone(request.desk());
    let file = request
        .run(READ_TICKETS, move |desk, caller| {
            tickets::begin(desk, Some(&caller.actor), (&period, opd.as_deref()), form)
        })
        .await?;
    let name = file.name.clone();
    Ok(http::download::streamed(&name, form.media_type(), move |out| file.write(&desk, out)))
}

/// How a client wants it who did not say so in the address.
fn accepted(http: &HttpRequest) -> Form {
    let accept = http.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let named = accept.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    let known = |kind: &str| Form::ALL.iter().copied().find(|form| form.media_type().split(';').next() == Some(kind));
    named.filter_map(known).next().unwrap_or(Form::Json)
}

/// Read the addenda of a report
#[utoipa::path(tag = "reports", operation_id = "list_addenda", params(OpdQuery),
    responses((status = 200, body = AddendumList)))]
#[get("/reports/{period}/addenda")]
pub async fn list_addenda(request: Request, period: web::Path<String>, query: Query<OpdQuery>) -> Answer {
    let rows = request
        .run(READ_TICKETS, move |desk, caller| addend::list(desk, &caller.actor, &period, query.0.opd.as_deref()))
        .await?;
    ok(AddendumList { items: rows.into_iter().map(Into::into).collect() })
}

/// Add an addendum to a report
///
/// For supervisors and admins. A frozen report is never changed: what is to be corrected is said beside it, and
/// the reason is shown to whoever proves the paper.
#[utoipa::path(tag = "reports", operation_id = "add_addendum", params(OpdQuery), request_body = addend::Input,
    responses((status = 201, body = AddendumView)))]
#[post("/reports/{period}/addenda")]
pub async fn add_addendum(
    request: Request,
    period: web::Path<String>,
    query: Query<OpdQuery>,
    body: Body<addend::Input>,
) -> Answer {
    let view = request
        .run_once(WRITE_TICKETS, Some(body.fingerprint), move |desk, caller| {
            let opd = query.0.opd.as_deref();
            let added = addend::run(desk, caller, &period, opd, &body.value)?;
            let rows = addend::list(desk, &caller.actor, &period, opd)?;
            let row = rows.into_iter().find(|row| row.id == added.id).ok_or(Error::NotFound)?;
            Ok(AddendumView::from(row))
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}
