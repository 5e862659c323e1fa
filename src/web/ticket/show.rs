//! `GET /tiket/{number}`

use actix_web::web;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::visitor::Visitor;
use super::page::{self, Query};

/// Shows it.
pub async fn show(visitor: Visitor, number: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, query) = (visitor.ticket(&number)?, query.into_inner());
    visitor.show(move |desk, caller| page::build(desk, &caller.actor, id, &query, &Draft::default())).await
}
