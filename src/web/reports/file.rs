//! `GET /laporan/{period}/unduh` and `/tiket`: a report, and the list of its tickets, as files.

use std::sync::Arc;

use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::super::Answer;
use super::super::fault::Fault;
use super::super::visitor::Visitor;
use crate::http;
use crate::reports::form::{self, File, Form, Wish};
use crate::reports::listing::{self, ListForm};
use crate::services::reports::{read, sign};

/// Whose report, and how it is written.
#[derive(Debug, Deserialize)]
pub struct Query {
    opd: Option<String>,
    bentuk: Option<String>,
    tabel: Option<String>,
    /// Of the letter.
    nomor: Option<String>,
    /// A paper that was signed: the signature's id.
    paraf: Option<i64>,
}

/// `GET /laporan/{period}/unduh`
pub async fn download(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>) -> Answer {
    let Query { opd, bentuk, tabel, nomor, paraf } = query.into_inner();
    let form = bentuk.as_deref().map_or(Some(Form::Pdf), Form::parse).ok_or_else(Fault::not_found)?;
    let file = visitor
        .give(move |desk, caller| {
            let opd = opd.as_deref().filter(|code| !code.is_empty());
            let report = read::run(desk, &caller.actor, &period, opd)?;
            if let (Some(id), Form::Pdf) = (paraf, form) {
                let content = sign::bytes_of(desk, &report, id)?;
                return Ok(File { name: form::file_name(&report, form), content });
            }
            form::write(desk, &report, form, &Wish { table: tabel, number: nomor })
        })
        .await?;
    Ok(saved(file, form.media_type()))
}

/// `GET /laporan/{period}/tiket`
pub async fn tickets(visitor: Visitor, period: web::Path<String>, query: web::Query<Query>) -> Answer {
    let Query { opd, bentuk, .. } = query.into_inner();
    let form = bentuk.as_deref().map_or(Some(ListForm::Xlsx), ListForm::parse).ok_or_else(Fault::not_found)?;
    let desk = Arc::clone(visitor.desk());
    let list = visitor
        .give(move |desk, caller| {
            let opd = opd.as_deref().filter(|code| !code.is_empty());
            listing::begin(desk, Some(&caller.actor), (&period, opd), form)
        })
        .await?;
    let name = list.name.clone();
    Ok(http::download::streamed(&name, form.media_type(), move |out| list.write(&desk, out)))
}

/// A file to be saved.
pub fn saved(file: File, media_type: &'static str) -> HttpResponse {
    let parameters = vec![DispositionParam::Filename(file.name)];
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    HttpResponse::Ok().content_type(media_type).insert_header(disposition).body(file.content)
}
