//! `GET /logo`: the logo of the local government. For everybody: it stands on the page to sign in, too.

use actix_web::HttpResponse;
use actix_web::http::header;

use super::Answer;
use super::fault::Fault;
use super::visitor::Visitor;

/// What an image may do if somebody opens it by itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// `GET /logo`
pub async fn serve(visitor: Visitor) -> Answer {
    let logo = visitor.desk().logo.as_ref().ok_or_else(Fault::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(logo.media_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((header::ETAG, format!("\"{}\"", logo.version)))
        .body(logo.content.clone()))
}
