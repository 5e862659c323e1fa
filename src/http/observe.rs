//! Around every request: an id, one log line, and the headers that every answer has.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use tracing::Instrument;

use crate::domain::chain::hex;

tokio::task_local! {
    /// The id of the request that this task serves.
    static REQUEST_ID: String;
}

/// The id of the request being answered on this task, or nothing outside of one.
pub fn current_request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// The name of the header with the request's id.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// Middleware: takes the proxy's request id or makes one, logs the outcome, sets headers.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = given_id(&request).unwrap_or_else(|| hex(&rand::random::<[u8; 8]>()));
    let span = tracing::info_span!("request", id);
    let (method, path) = (request.method().clone(), logged(request.path()));
    let browses_api = request.path().starts_with("/api/docs");
    let begun = Instant::now();
    // Handlers turn their errors into answers themselves, inside this scope, where the id is known.
    let served = REQUEST_ID.scope(id.clone(), next.call(request));
    let mut response = served.instrument(span.clone()).await?;
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    // The path holds ticket numbers, never text: queries are not logged.
    span.in_scope(|| tracing::info!(%method, path, status = response.status().as_u16(), ms = (milliseconds * 10.0).round() / 10.0));
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(REQUEST_ID_HEADER), value);
    }
    // The page to browse the API is Swagger UI, which styles its elements in place.
    let policy = if browses_api {
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// A path as it is logged: without the secret of a link to a new password.
fn logged(path: &str) -> String {
    let link = "/sandi-baru/";
    if path.starts_with(link) { format!("{link}***") } else { path.to_owned() }
}

/// A proxy's request id, if it is short and plain.
fn given_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID_HEADER)?.to_str().ok()?;
    let plain = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then(|| id.to_owned())
}
