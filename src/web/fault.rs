//! A problem on its way to a browser: a page that says what happened and what to do, or the way to sign in.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use super::templates;
use super::visitor::{forget_news, html};
use crate::http::Problem;
use crate::http::observe::current_request_id;
use crate::services::Error;

/// Why there is no page.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Whoever asks has to sign in first, and wanted to go here.
    SignIn(String),
    /// Nobody is known yet.
    Begin,
    Problem(Problem),
}

impl Fault {
    /// No such thing.
    pub fn not_found() -> Self {
        Self::Problem(Problem::not_found())
    }

    /// Not signed in, on the way to an address.
    pub fn sign_in(address: &str) -> Self {
        Self::SignIn(address.to_owned())
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Problem(error.into())
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SignIn(_) => f.write_str("not signed in"),
            Self::Begin => f.write_str("nobody is known yet"),
            Self::Problem(problem) => problem.fmt(f),
        }
    }
}

#[derive(Serialize)]
struct FaultPage {
    status: u16,
    title: &'static str,
    detail: String,
    errors: Vec<String>,
    code: &'static str,
    request_id: String,
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn(_) | Self::Begin => StatusCode::SEE_OTHER,
            Self::Problem(problem) => problem.status,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let problem = match self {
            Self::SignIn(address) => {
                let back = serde_html_form::to_string([("ke", address)]).unwrap_or_default();
                return HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/masuk?{back}"))).finish();
            }
            Self::Begin => {
                return HttpResponse::SeeOther().insert_header((header::LOCATION, "/mulai")).finish();
            }
            Self::Problem(problem) => problem,
        };
        let page = FaultPage {
            status: problem.status.as_u16(),
            title: problem.title(),
            detail: problem.detail.clone(),
            errors: problem.errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail)).collect(),
            code: problem.code,
            request_id: current_request_id(),
        };
        let text = templates::render("pages/fault", &page).unwrap_or_else(|error| {
            tracing::error!(%error, "cannot show what went wrong");
            page.detail.clone()
        });
        let mut builder = HttpResponse::build(problem.status);
        if let Some(seconds) = problem.retry_after {
            builder.insert_header((header::RETRY_AFTER, seconds));
        }
        // What was just done is not told here, and on the next page it would be late.
        let mut response = html(&mut builder, text);
        forget_news(&mut response);
        response
    }
}
