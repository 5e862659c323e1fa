//! Signing in and out.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::draft::Draft;
use super::form::Form;
use super::frame::Place;
use super::visitor::{Next, Page, Visitor};
use super::words::own_address;
use crate::http::limits::SignInLimit;
use crate::services::accounts::session;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    ke: Option<String>,
}

#[derive(Serialize)]
struct SignInPage {
    /// Where to go afterwards.
    to: String,
    draft: Draft,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "pages/sign_in";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Masuk".to_owned()
    }
}

/// `GET /masuk`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let to = query.into_inner().ke.unwrap_or_else(|| "/".to_owned());
    visitor.show_anybody(move |_| Ok(SignInPage { to, draft: Draft::default() })).await
}

/// `POST /masuk`
pub async fn submit(visitor: Visitor, form: Form, limit: web::Data<SignInLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let (client, before) = (visitor.client.clone(), visitor.secret().map(str::to_owned));
    let to = own_address(form.get("ke").unwrap_or("/")).to_owned();
    let shown = to.clone();
    visitor
        .submit_anybody(
            form,
            move |desk, form| {
                let input = form.input_of(|name| ["email", "password"].contains(&name))?;
                let secret = session::begin(desk, &input, &client, before.as_deref())?;
                Ok(Next::to(to).with_session(secret))
            },
            move |_, draft| Ok(SignInPage { to: shown, draft: without_password(draft) }),
        )
        .await
}

/// A password that was typed is not shown again.
fn without_password(mut draft: Draft) -> Draft {
    draft.values.remove("password");
    draft
}

/// `POST /keluar`
pub async fn sign_out(visitor: Visitor, form: Form) -> Answer {
    // Whoever has no session has none to lose.
    if visitor.secret().is_some() {
        form.require_session()?;
    }
    visitor.sign_out().await
}
