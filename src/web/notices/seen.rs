//! Marking notices as seen.

use actix_web::web;
use serde::Deserialize;

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::list::{self, Query};
use crate::services::Error;
use crate::services::notifications::seen;

/// What the form of the page says.
#[derive(Debug, Deserialize)]
struct Shown {
    /// The newest notice that was on the page.
    sampai: Option<i64>,
    /// Which notices the page showed.
    tampil: Option<String>,
}

/// `POST /kabar/dibaca`: of everything up to the newest that the page showed.
pub async fn all(visitor: Visitor, form: Form) -> Answer {
    visitor
        .submit(
            form,
            |desk, caller, form| {
                let shown: Shown = form.input()?;
                seen::all(desk, caller, shown.sampai)?;
                Ok(Next::saying("/kabar", "kabar-semua-dibaca"))
            },
            |desk, caller, _| list::build(desk, caller, &Query::default()),
        )
        .await
}

/// `POST /kabar/{id}/dibaca`
pub async fn one(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let shown: Shown = form.input()?;
                seen::one(desk, caller, path.parse().map_err(|_| Error::NotFound)?)?;
                let query = Query { tampil: shown.tampil, sebelum: None };
                Ok(Next::saying(query.address(), "kabar-dibaca"))
            },
            |desk, caller, _| list::build(desk, caller, &Query::default()),
        )
        .await
}
