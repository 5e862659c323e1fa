//! The web: pages that are whole on the server and work without JavaScript. `routes` is the table; a page
//! is a struct that computes everything and a template of the same name.

mod admin;
mod assets;
mod draft;
mod fault;
mod form;
mod frame;
mod help;
mod live;
mod logo;
mod queue;
mod routes;
mod sign_in;
mod templates;
mod visitor;
mod words;

pub use routes::{configure, nothing_here};

use actix_web::HttpResponse;

use fault::Fault;

/// What a handler gives.
type Answer = Result<HttpResponse, Fault>;
