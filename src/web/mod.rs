//! The web: pages that are whole on the server and work without JavaScript. `routes` is the table; a page
//! is a struct that computes everything and a template of the same name.

mod account;
mod admin;
mod assets;
mod draft;
mod entry;
mod evaluations;
mod fault;
mod filing;
mod first;
mod forgotten;
mod form;
mod frame;
mod help;
mod live;
mod logo;
mod notices;
mod queue;
mod reports;
mod requester;
mod routes;
mod search;
mod sign_in;
mod supervision;
mod templates;
mod terms;
mod ticket;
mod visitor;
mod words;

pub use routes::{configure, nothing_here};

use actix_web::HttpResponse;

use fault::Fault;

/// What a handler gives.
type Answer = Result<HttpResponse, Fault>;
