//! Files on a ticket. They are given back as downloads only, never shown in place.

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use futures_util::{StreamExt, TryStreamExt};

use super::views::{AttachmentList, AttachmentView};
use super::{Answer, READ_TICKETS, WRITE_TICKETS, ok};
use crate::domain::ids::AttachmentId;
use crate::http::body::fingerprint;
use crate::http::{self, Problem, Request};
use crate::services::Error;
use crate::services::tickets::attach;

/// List a ticket's files
#[utoipa::path(tag = "attachments", operation_id = "list_attachments", responses((status = 200, body = AttachmentList)))]
#[get("/tickets/{ticket}/attachments")]
pub async fn list(request: Request, ticket: web::Path<String>) -> Answer {
    let id = request.ticket(&ticket)?;
    let rows = request.run(READ_TICKETS, move |desk, caller| attach::list(desk, &caller.actor, id)).await?;
    ok(AttachmentList { items: rows.into_iter().map(AttachmentView::from).collect() })
}

/// Attach a file
///
/// PDF, images, office documents, text or ZIP. The content must be what the ending says.
#[utoipa::path(tag = "attachments", operation_id = "attach_file",
    request_body(content = attach::Input, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentView)))]
#[post("/tickets/{ticket}/attachments")]
pub async fn add(request: Request, ticket: web::Path<String>, asked: HttpRequest, form: Multipart) -> Answer {
    let id = request.ticket(&ticket)?;
    // The right to attach is proved before megabytes are read.
    request.clone().run(WRITE_TICKETS, move |desk, caller| attach::may_attach(desk, &caller.actor, id)).await?;
    let input = read_form(form, request.desk().config.attachments.most_bytes).await?;
    let named = [input.name.as_bytes(), &[0, u8::from(input.internal)], &input.content].concat();
    let print = fingerprint(&asked, &named);
    let view = request
        .run_once(WRITE_TICKETS, Some(print), move |desk, caller| {
            let attached = attach::run(desk, caller, id, &input)?;
            attach::list(desk, &caller.actor, id)?
                .into_iter()
                .find(|row| row.id == attached.id.0)
                .map(AttachmentView::from)
                .ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed_multipart",
        "Kirim satu berkas sebagai multipart/form-data dengan nama isian \"file\".",
    )
}

pub(super) async fn read_form(mut form: Multipart, most: u32) -> Result<attach::Input, Problem> {
    let mut file = None;
    let mut internal = false;
    while let Some(field) = form.try_next().await.map_err(|_| malformed())? {
        let disposition = field.content_disposition().ok_or_else(malformed)?;
        let name = disposition.get_name().unwrap_or_default().to_owned();
        let file_name = disposition.get_filename().map(str::to_owned);
        let content = read_field(field, u64::from(most)).await?;
        match name.as_str() {
            "file" if file.is_none() => file = Some((file_name.unwrap_or_default(), content)),
            "internal" => internal = content == b"true",
            _ => return Err(malformed()),
        }
    }
    let (name, content) = file.ok_or_else(malformed)?;
    Ok(attach::Input { name, content, internal })
}

async fn read_field(mut field: actix_multipart::Field, most: u64) -> Result<Vec<u8>, Problem> {
    let mut content = Vec::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|_| malformed())?;
        if (content.len() + chunk.len()) as u64 > most {
            return Err(Error::TooLarge(most).into());
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// Download a file
#[utoipa::path(tag = "attachments", operation_id = "download_attachment",
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = String)))]
#[get("/tickets/{ticket}/attachments/{attachment}")]
pub async fn download(request: Request, path: web::Path<(String, String)>) -> Answer {
    let (ticket, attachment) = path.into_inner();
    let id = request.ticket(&ticket)?;
    let file = attachment.parse().map(AttachmentId).map_err(|_| Problem::not_found())?;
    let (row, content) =
        request.run(READ_TICKETS, move |desk, caller| attach::download(desk, &caller.actor, id, file)).await?;
    Ok(http::download::download(row, content))
}
