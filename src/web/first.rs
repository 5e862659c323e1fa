//! The first start: whoever has the code that the program printed names the Dinas and the first admin.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::draft::Draft;
use super::form::Form;
use super::frame::Place;
use super::visitor::{Next, Page, Visitor};
use crate::http::limits::SignInLimit;
use crate::services::accounts::first;

/// The code, as the printed address has it.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    kode: Option<String>,
}

#[derive(Serialize)]
struct FirstPage {
    /// The code, once it is known to be right.
    code: Option<String>,
    /// Whether there was one that is not.
    wrong: bool,
    draft: Draft,
    supervisor: bool,
}

impl Page for FirstPage {
    const TEMPLATE: &'static str = "pages/first";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Mulai".to_owned()
    }
}

/// `GET /mulai`
pub async fn show(visitor: Visitor, query: web::Query<Query>, limit: web::Data<SignInLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let given = query.into_inner().kode.filter(|code| !code.is_empty());
    visitor
        .show_first(move |desk| {
            let is_right = given.as_deref().is_some_and(|given| first::opens(desk, given));
            let begin = Draft::with([("opd_name", desk.config.tenant.dinas.clone())]);
            Ok(FirstPage {
                wrong: given.is_some() && !is_right,
                code: given.filter(|_| is_right),
                draft: begin,
                supervisor: true,
            })
        })
        .await
}

/// `POST /mulai`
pub async fn submit(visitor: Visitor, form: Form, limit: web::Data<SignInLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let code = form.get("kode").unwrap_or_default().to_owned();
    let (client, shown, supervisor) = (visitor.client.clone(), code.clone(), form.get("supervisor").is_some());
    visitor
        .submit_anybody(
            form,
            move |desk, form| {
                let input = form.input_of(|name| name != "kode")?;
                let secret = first::run(desk, &code, &input, &client)?;
                Ok(Next::saying("/", "dimulai").with_session(secret))
            },
            move |_, mut draft| {
                draft.values.remove("password");
                draft.values.remove("kode");
                Ok(FirstPage { code: Some(shown), wrong: false, draft, supervisor })
            },
        )
        .await
}
