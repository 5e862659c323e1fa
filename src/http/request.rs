//! Who asks: reads the headers, proves the token, and runs the work on a blocking thread.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};

use super::Problem;
use crate::domain::ids::TicketId;
use crate::services::accounts::authenticate::{self, Needs};
use crate::services::{AuthProblem, Caller, Desk, Error, Idempotency, Result};

/// A request with a bearer token.
#[derive(Clone)]
pub struct Request {
    desk: Arc<Desk>,
    token: String,
    idempotency_key: Option<String>,
    if_match: Option<i64>,
}

impl FromRequest for Request {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Request {
    fn read(request: &HttpRequest) -> std::result::Result<Self, Problem> {
        let missing = || Problem::from(Error::Unauthenticated(AuthProblem::Missing));
        let authorization = text(request, header::AUTHORIZATION.as_str())?.ok_or_else(missing)?;
        let (scheme, token) = authorization.split_once(' ').ok_or_else(missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
            return Err(missing());
        }
        let idempotency_key = text(request, "idempotency-key")?;
        let usable = |key: &String| (1..=200).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if idempotency_key.as_ref().is_some_and(|key| !usable(key)) {
            return Err(bad_header("Idempotency-Key harus 1-200 karakter ASCII tanpa spasi."));
        }
        let if_match = text(request, header::IF_MATCH.as_str())?.map(|tag| version(&tag)).transpose()?.flatten();
        Ok(Self { desk: desk_of(request), token: token.trim().to_owned(), idempotency_key, if_match })
    }

    /// The desk.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The ticket that a path names; what is no number of ours names none.
    pub fn ticket(&self, number: &str) -> std::result::Result<TicketId, Problem> {
        self.desk.prefix.read(number).ok_or_else(Problem::not_found)
    }

    /// Proves the token and runs reads or work without idempotency.
    pub async fn run<T: Send + 'static>(
        self,
        needs: Needs,
        work: impl FnOnce(&Desk, &Caller) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        self.run_once(needs, None, work).await
    }

    /// Proves the token and runs work; with an idempotency key and the request's fingerprint once only.
    pub async fn run_once<T: Send + 'static>(
        self,
        needs: Needs,
        fingerprint: Option<String>,
        work: impl FnOnce(&Desk, &Caller) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        blocking(move || {
            let actor = authenticate::run(&self.desk, &self.token, needs)?;
            let idempotency =
                self.idempotency_key.zip(fingerprint).map(|(key, fingerprint)| Idempotency { key, fingerprint });
            work(&self.desk, &Caller { actor, idempotency, if_match: self.if_match })
        })
        .await
    }
}

/// A request that needs no token.
pub struct Public {
    pub desk: Arc<Desk>,
    /// The client's network address, as the proxy tells it if there is one.
    pub peer: String,
}

impl FromRequest for Public {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let desk = desk_of(request);
        let peer = peer_of(request, &desk);
        ready(Ok(Self { desk, peer }))
    }
}

/// The client's network address, as the proxy tells it if there is one.
pub fn peer_of(request: &HttpRequest, desk: &Desk) -> String {
    let peer = request.peer_addr().map_or_else(String::new, |address| address.ip().to_string());
    // What a client writes into the header stands before what the proxy adds.
    let forwarded = request.headers().get_all("x-forwarded-for").next_back().and_then(|value| value.to_str().ok());
    let forwarded = forwarded.and_then(|list| list.rsplit(',').next()).map(|address| address.trim().to_owned());
    forwarded.filter(|_| desk.config.server.behind_proxy).unwrap_or(peer)
}

impl Public {
    /// Runs work on a blocking thread.
    pub async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Desk) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        blocking(move || work(&self.desk)).await
    }
}

/// Runs blocking work beside the threads that take connections, keeping the request's id for its logs.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> std::result::Result<T, Problem> {
    let span = tracing::Span::current();
    web::block(move || span.in_scope(work))
        .await
        .map_err(|_| Problem::from(Error::Internal("the work panicked".to_owned())))?
        .map_err(Problem::from)
}

/// The desk that the server was built with.
pub fn desk_of(request: &HttpRequest) -> Arc<Desk> {
    Arc::clone(request.app_data::<web::Data<Desk>>().expect("the server is built with its desk"))
}

fn text(request: &HttpRequest, name: &str) -> std::result::Result<Option<String>, Problem> {
    match request.headers().get(name) {
        None => Ok(None),
        Some(value) => value
            .to_str()
            .map(|text| Some(text.trim().to_owned()))
            .map_err(|_| bad_header(&format!("Header {name} memuat karakter yang tidak sah."))),
    }
}

fn bad_header(detail: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_header", detail)
}

/// The version in an entity tag as we give them out: `"12"`. `*` matches whatever there is.
fn version(tag: &str) -> std::result::Result<Option<i64>, Problem> {
    if tag == "*" {
        return Ok(None);
    }
    tag.strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'))
        .and_then(|digits| digits.parse().ok())
        .map(Some)
        .ok_or_else(|| bad_header("If-Match harus berisi ETag yang Anda terima, misalnya \"12\"."))
}
