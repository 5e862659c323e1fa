//! Keeping a view of a queue under a name, and forgetting it.

use actix_web::web;

use super::super::Answer;
use super::super::form::Form;
use super::super::frame::has_queue;
use super::super::visitor::{Next, Visitor};
use super::list::build;
use super::query::Query;
use crate::services::Error;
use crate::services::accounts::views;

/// `POST /antrean/tampilan`
pub async fn save(visitor: Visitor, form: Form) -> Answer {
    let query: Query = serde_html_form::from_str(form.get("saringan").unwrap_or_default()).unwrap_or_default();
    let kept = query.clone();
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                if !has_queue(&caller.actor) {
                    return Err(Error::Forbidden);
                }
                views::save(desk, caller, form.get("name").unwrap_or_default(), &kept.text())?;
                Ok(Next::saying(kept.address(), "tampilan-disimpan"))
            },
            move |desk, caller, draft| build(desk, &caller.actor, &query, draft),
        )
        .await
}

/// `POST /antrean/tampilan/{id}/hapus`
pub async fn remove(visitor: Visitor, path: web::Path<i64>, form: Form) -> Answer {
    let id = path.into_inner();
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                views::remove(desk, caller, id)?;
                Ok(Next::saying("/antrean", "tampilan-dihapus"))
            },
            |desk, caller, draft| build(desk, &caller.actor, &Query::default(), draft),
        )
        .await
}
