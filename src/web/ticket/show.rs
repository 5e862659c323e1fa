//! `GET /tiket/{number}`

use actix_web::web;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::visitor::Visitor;
use super::page::{self, Query};
use crate::services::notifications::seen;

/// Shows it.
pub async fn show(visitor: Visitor, number: web::Path<String>, query: web::Query<Query>) -> Answer {
    let (id, query) = (visitor.ticket(&number)?, query.into_inner());
    // A page that asks by itself may lie before nobody.
    let looks = !visitor.is_quiet();
    visitor
        .show(move |desk, caller| {
            let page = page::build(desk, &caller.actor, id, &query, &Draft::default())?;
            if looks {
                seen::of_ticket(desk, &caller.actor, id)?;
            }
            Ok(page)
        })
        .await
}
