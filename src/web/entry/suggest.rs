//! `GET /saran/orang`: people by a part of their name or address, for typing ahead.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::visitor::Visitor;
use super::who::{Person, find};

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Query {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
struct List {
    items: Vec<Person>,
}

/// `GET /saran/orang?q=`
pub async fn people(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let items = visitor.give(move |desk, caller| find(desk, &caller.actor, &query.q)).await?;
    Ok(HttpResponse::Ok().json(List { items }))
}
