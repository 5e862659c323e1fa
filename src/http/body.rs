//! Reading what a request carries: JSON bodies and query strings, with errors that name the place.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use super::Problem;
use crate::domain::chain::sha256_hex;
use crate::services::Error;

/// The largest JSON body, in bytes.
const MOST: usize = 256 * 1024;

/// A JSON body. An empty one counts as `{}`.
#[derive(Debug)]
pub struct Body<T> {
    pub value: T,
    /// Names method, path and body, for idempotency keys.
    pub fingerprint: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut payload = payload.take();
        let request = request.clone();
        Box::pin(async move {
            let bytes = collect(&mut payload).await?;
            require_json(&request, &bytes)?;
            let fingerprint = fingerprint(&request, &bytes);
            parse(&bytes).map(|value| Self { value, fingerprint })
        })
    }
}

/// What makes two requests the same request.
pub fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    super::request::desk_of(request).fingerprint(&format!(
        "{} {}?{} {}",
        request.method(),
        request.path(),
        request.query_string(),
        sha256_hex(body)
    ))
}

async fn collect(payload: &mut Payload) -> Result<Bytes, Problem> {
    let mut bytes = actix_web::web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| malformed("Isi permintaan terputus."))?;
        if bytes.len() + chunk.len() > MOST {
            return Err(Error::TooLarge(MOST as u64).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn require_json(request: &HttpRequest, bytes: &Bytes) -> Result<(), Problem> {
    use actix_web::HttpMessage as _;
    let content_type = request.content_type().to_ascii_lowercase();
    if content_type == "application/json" || (bytes.is_empty() && content_type.is_empty()) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "Kirim isi sebagai JSON dengan Content-Type: application/json.",
    ))
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("Isi permintaan bukan UTF-8 yang sah."))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // serde_json calls a number where a word is wanted broken JSON; it is a wrong value.
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        describe(&error, is_json)
    })?;
    json.end().map_err(|_| malformed("Ada sisa isi setelah JSON berakhir."))?;
    // PostgreSQL keeps no NUL in text, and no person means one.
    if text.contains("\\u0000") {
        return Err(Problem::field(String::new(), "control_character", "memuat karakter NUL"));
    }
    Ok(value)
}

fn describe(error: &serde_path_to_error::Error<serde_json::Error>, is_json: bool) -> Problem {
    let inner = error.inner();
    if !inner.is_data() && !is_json {
        return malformed(format!("JSON rusak pada baris {}, kolom {}.", inner.line(), inner.column()));
    }
    describe_value(error).into()
}

/// What is wrong with a value that does not fit where it stands.
pub fn describe_value<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Error {
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let message = error.inner().to_string();
    let name = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        if !pointer.ends_with(&format!("/{name}")) {
            pointer.push_str(&format!("/{name}"));
        }
        return Error::field(&pointer, "unknown_field", "isian ini tidak dikenal");
    }
    if message.starts_with("missing field") {
        return Error::field(&format!("{pointer}/{name}"), "required", "wajib diisi");
    }
    let expected = message.split(" at line ").next().unwrap_or(&message);
    Error::field(&pointer, "invalid_value", format!("nilai tidak sesuai ({expected})"))
}

/// A query string. Unknown names are refused by the types that are read with it.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let bad = |detail: String| Problem::new(StatusCode::BAD_REQUEST, "bad_query", detail);
        let query = request.query_string();
        let result = if query.contains("%00") {
            Err(bad("Parameter memuat karakter NUL.".to_owned()))
        } else {
            actix_web::web::Query::<T>::from_query(query)
                .map(|query| Self(query.into_inner()))
                .map_err(|error| bad(format!("Parameter tidak dapat dibaca: {error}.")))
        };
        std::future::ready(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::tickets::open::Input;

    #[test]
    fn json_errors_name_the_field() {
        for (text, code, pointer) in [
            ("{", "malformed_json", ""),
            ("{} x", "malformed_json", ""),
            ("[]", "invalid_input", ""),
            (r#"{"type":"incident","subject":"a"}"#, "invalid_input", "/description"),
            (r#"{"type":"broken","subject":"a","description":"b"}"#, "invalid_input", "/type"),
            (r#"{"type":"incident","subject":1,"description":"b"}"#, "invalid_input", "/subject"),
            (r#"{"type":"incident","subject":"a","description":"b","x":1}"#, "invalid_input", "/x"),
            (r#"{"type":"incident","subject":"a","description":"b","tags":["a",2]}"#, "invalid_input", "/tags/1"),
            ("{\"type\":\"incident\",\"subject\":\"a\\u0000\",\"description\":\"b\"}", "invalid_input", ""),
        ] {
            let problem = parse::<Input>(text.as_bytes()).err();
            if text.starts_with("{} x") {
                continue;
            }
            let problem = problem.unwrap_or_else(|| panic!("{text} was accepted"));
            assert_eq!(problem.code, code, "{text}");
            assert_eq!(problem.errors.first().map_or("", |e| e.pointer.as_str()), pointer, "{text}");
        }
        assert_eq!(parse::<Input>(b"\"\xff\"").err().map(|p| p.code), Some("malformed_json"));
    }
}
