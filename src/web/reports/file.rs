//! `GET /laporan/{period}/unduh`: a report as a file.

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::super::Answer;
use super::super::fault::Fault;
use super::super::visitor::Visitor;
use crate::domain::ticket::word_enum;
use crate::services::Error;
use crate::services::reports::{csv, read};

word_enum! {
    /// How it is written.
    Form {
        Csv = "csv",
        Json = "json",
    }
}

/// Whose report, and how it is written.
#[derive(Debug, Deserialize)]
pub struct Query {
    opd: Option<String>,
    bentuk: Option<String>,
    tabel: Option<String>,
}

/// `GET /laporan/{period}/unduh`
pub async fn download(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>) -> Answer {
    let Query { opd, bentuk, tabel } = query.into_inner();
    let form = bentuk.as_deref().map_or(Some(Form::Csv), Form::parse).ok_or_else(Fault::not_found)?;
    let (name, content) = visitor
        .give(move |desk, caller| {
            let opd = opd.as_deref().filter(|code| !code.is_empty());
            let report = read::run(desk, &caller.actor, &period, opd)?;
            let content = match (form, tabel.as_deref()) {
                (Form::Json, _) => report.json.into_bytes(),
                (Form::Csv, None) => csv::whole(&report.snapshot)?,
                (Form::Csv, Some(table)) => csv::table(&report.snapshot, table)?.ok_or(Error::NotFound)?,
            };
            let parts = [report.snapshot.scope.opd.map(|opd| opd.code), tabel];
            let parts = parts.into_iter().flatten().map(|part| format!("-{part}")).collect::<String>();
            Ok((format!("laporan-{}{parts}.{form}", report.period).to_lowercase(), content))
        })
        .await?;
    let kind = match form {
        Form::Csv => "text/csv; charset=utf-8",
        Form::Json => "application/json",
    };
    let parameters = vec![DispositionParam::Filename(name)];
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    Ok(HttpResponse::Ok().content_type(kind).insert_header(disposition).body(content))
}
