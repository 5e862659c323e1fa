//! Around every request: an id, one log line, and the headers that every answer has.

use std::cell::RefCell;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use tracing::Instrument;

use crate::domain::chain::hex;

tokio::task_local! {
    /// The id of the request that this task serves.
    static REQUEST_ID: RefCell<String>;
}

/// The id of the request being answered on this task, or nothing outside of one.
pub fn current_request_id() -> String {
    REQUEST_ID.try_with(|id| id.borrow().clone()).unwrap_or_default()
}

/// The name of the header with the request's id.
pub const REQUEST_ID_HEADER: &str = "x-request-id";

/// Middleware: takes the proxy's request id or makes one, logs the outcome, sets headers.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = given_id(&request).unwrap_or_else(|| hex(&rand::random::<[u8; 8]>()));
    let span = tracing::info_span!("request", id);
    let (method, path) = (request.method().clone(), request.path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let begun = Instant::now();
    let served = REQUEST_ID.scope(RefCell::new(id.clone()), async {
        // Errors become answers here, while the id is known.
        let request_for_errors = request.request().clone();
        match next.call(request).await {
            Ok(response) => response.map_into_boxed_body(),
            Err(error) => ServiceResponse::from_err(error, request_for_errors).map_into_boxed_body(),
        }
    });
    let mut response = served.instrument(span.clone()).await;
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    // The path holds ticket numbers, never text: queries are not logged.
    span.in_scope(|| tracing::info!(%method, path, status = response.status().as_u16(), ms = (milliseconds * 10.0).round() / 10.0));
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(REQUEST_ID_HEADER), value);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// The id of a request, as handlers find it.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// A proxy's request id, if it is short and plain.
fn given_id(request: &ServiceRequest) -> Option<String> {
    let id = request.headers().get(REQUEST_ID_HEADER)?.to_str().ok()?;
    let plain = (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then(|| id.to_owned())
}
