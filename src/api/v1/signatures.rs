//! Electronic signatures on reports.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::reports::OpdQuery;
use super::views::Named;
use super::{Answer, READ_TICKETS, WRITE_TICKETS, ok};
use crate::http::body::fingerprint;
use crate::http::{Body, Problem, Query, Request};
use crate::reports;
use crate::services::Error;
use crate::services::reports::sign::{self, By};
use crate::store::report_signatures::SignatureRow;

/// A signed paper of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignatureView {
    pub id: i64,
    /// Of the signed PDF.
    pub sha256: String,
    /// Of the signed PDF, in bytes.
    pub size: i64,
    /// Whose certificate it is by, who issued that, and its serial number in hexadecimal.
    pub subject: String,
    pub issuer: String,
    #[schema(example = "0A:1B:2C")]
    pub serial: String,
    /// Until when the certificate holds.
    pub certificate_valid_until: DateTime<Utc>,
    /// How many addenda the paper has: after another one the report can be signed again.
    pub addenda: i64,
    /// Who had it signed; null if that was done on the command line.
    pub signed_by: Option<Named>,
    pub signed_at: DateTime<Utc>,
}

impl From<SignatureRow> for SignatureView {
    fn from(row: SignatureRow) -> Self {
        Self {
            id: row.id,
            sha256: row.sha256,
            size: row.size,
            subject: row.subject,
            issuer: row.issuer,
            serial: row.serial,
            certificate_valid_until: row.valid_until.and_utc(),
            addenda: row.addenda,
            signed_by: row.signed_by.zip(row.signer).map(|(id, name)| Named { id, name }),
            signed_at: row.signed_at.and_utc(),
        }
    }
}

/// The signed papers of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignatureList {
    /// In order; none while it is provisional.
    pub items: Vec<SignatureView>,
}

/// List the signatures of a report
#[utoipa::path(tag = "reports", operation_id = "list_signatures", params(OpdQuery), responses((status = 200, body = SignatureList)))]
#[get("/reports/{period}/signatures")]
pub async fn list(request: Request, period: web::Path<String>, query: Query<OpdQuery>) -> Answer {
    let rows =
        request.run(READ_TICKETS, move |desk, caller| sign::list(desk, &caller.actor, &period, query.0.opd())).await?;
    ok(SignatureList { items: rows.into_iter().map(Into::into).collect() })
}

/// Sign a report
///
/// For supervisors and admins, on behalf of the signatory. Only a frozen report is signed, each paper of it once;
/// after an addendum there is another paper. From then on reading the report as PDF gives the signed file.
#[utoipa::path(tag = "reports", operation_id = "sign_report", params(OpdQuery), request_body = sign::Input,
    responses((status = 201, body = SignatureView),
        (status = 503, body = crate::http::status::ProblemDocument, content_type = "application/problem+json")))]
#[post("/reports/{period}/signatures")]
pub async fn add(
    asked: HttpRequest,
    request: Request,
    period: web::Path<String>,
    query: Query<OpdQuery>,
    body: Body<sign::Input>,
) -> Answer {
    // Without the passphrase: whoever has a copy of the database could try out which one fits what is remembered.
    let print = fingerprint(&asked, body.value.number.as_deref().unwrap_or_default().as_bytes());
    let view = request
        .run_once(WRITE_TICKETS, Some(print), move |desk, caller| {
            let opd = query.0.opd();
            let kept = reports::sign::run(desk, By::Caller(caller), &period, opd, &body.value)?;
            let rows = sign::list(desk, &caller.actor, &period, opd)?;
            let row = rows.into_iter().find(|row| row.id == kept.id).ok_or(Error::NotFound)?;
            Ok(SignatureView::from(row))
        })
        .await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(view))
}

/// Download a signed paper
#[utoipa::path(tag = "reports", operation_id = "download_signature", params(OpdQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
#[get("/reports/{period}/signatures/{signature}")]
pub async fn download(request: Request, path: web::Path<(String, String)>, query: Query<OpdQuery>) -> Answer {
    let (period, id) = path.into_inner();
    let id = id.parse().map_err(|_| Problem::not_found())?;
    let content = request
        .run(READ_TICKETS, move |desk, caller| sign::paper(desk, &caller.actor, &period, query.0.opd(), id))
        .await?;
    let disposition = (header::CONTENT_DISPOSITION, "attachment; filename=\"laporan-ditandatangani.pdf\"");
    Ok(HttpResponse::Ok().content_type("application/pdf").insert_header(disposition).body(content))
}
