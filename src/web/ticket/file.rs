//! `GET /tiket/{number}/lampiran/{id}`

use actix_web::web;

use super::super::Answer;
use super::super::fault::Fault;
use super::super::visitor::Visitor;
use crate::domain::ids::AttachmentId;
use crate::http;
use crate::services::tickets::attach;

/// Gives a file.
pub async fn download(visitor: Visitor, path: web::Path<(String, String)>) -> Answer {
    let (number, file) = path.into_inner();
    let id = visitor.ticket(&number)?;
    let file = file.parse().map(AttachmentId).map_err(|_| Fault::not_found())?;
    let (row, content) = visitor.give(move |desk, caller| attach::download(desk, &caller.actor, id, file)).await?;
    Ok(http::download::download(row, content))
}
