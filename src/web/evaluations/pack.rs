//! `GET /evaluasi/bukti`: the package of evidence of a year.

use std::sync::Arc;

use actix_web::web;
use serde::Deserialize;

use super::super::Answer;
use super::super::visitor::Visitor;
use crate::http;
use crate::reports::evidence;

/// Of which year; the present one if absent.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    tahun: Option<String>,
}

/// `GET /evaluasi/bukti`
pub async fn download(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let (desk, year) = (Arc::clone(visitor.desk()), query.into_inner().tahun);
    let year = year.unwrap_or_else(|| desk.today().format("%Y").to_string());
    let package = visitor.give(move |desk, caller| evidence::pack(desk, &caller.actor, &year)).await?;
    let name = package.file_name();
    Ok(http::download::streamed(&name, "application/zip", move |out| package.write(&desk, out)))
}
