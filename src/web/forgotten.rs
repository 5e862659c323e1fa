//! A new password for whoever has forgotten theirs: asking for a link, and following it.

use std::time::Duration;

use actix_web::web;
use serde::Serialize;

use super::Answer;
use super::draft::Draft;
use super::form::Form;
use super::frame::Place;
use super::visitor::{Next, Page, Visitor};
use crate::http::limits::LinkLimit;
use crate::services::Error;
use crate::services::accounts::reset;

/// How long an answer takes at least, so that it does not tell whether anybody has the address.
const AT_LEAST: Duration = Duration::from_millis(250);

#[derive(Serialize)]
struct AskPage {
    draft: Draft,
}

impl Page for AskPage {
    const TEMPLATE: &'static str = "pages/forgotten";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Lupa kata sandi".to_owned()
    }
}

/// `GET /lupa-sandi`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show_anybody(|_| Ok(AskPage { draft: Draft::default() })).await
}

/// `POST /lupa-sandi`
pub async fn submit(visitor: Visitor, form: Form, limit: web::Data<LinkLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let asked = visitor.submit_anybody(
        form,
        |desk, form| {
            reset::ask(desk, &form.input()?)?;
            Ok(Next::saying("/lupa-sandi", "sandi-diminta"))
        },
        |_, draft| Ok(AskPage { draft }),
    );
    let (answer, ()) = futures_util::future::join(asked, actix_web::rt::time::sleep(AT_LEAST)).await;
    answer
}

#[derive(Serialize)]
struct LinkPage {
    /// Whether the link leads somewhere.
    good: bool,
    address: String,
    draft: Draft,
}

impl Page for LinkPage {
    const TEMPLATE: &'static str = "pages/new_password";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Kata sandi baru".to_owned()
    }
}

/// `GET /sandi-baru/{secret}`
pub async fn show_link(visitor: Visitor, path: web::Path<String>) -> Answer {
    let secret = path.into_inner();
    visitor
        .show_anybody(move |desk| {
            let good = reset::is_good(desk, &secret)?;
            Ok(LinkPage { good, address: format!("/sandi-baru/{secret}"), draft: Draft::default() })
        })
        .await
}

/// `POST /sandi-baru/{secret}`
pub async fn submit_link(visitor: Visitor, path: web::Path<String>, form: Form, limit: web::Data<LinkLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let secret = path.into_inner();
    let address = format!("/sandi-baru/{secret}");
    let back = address.clone();
    visitor
        .submit_anybody(
            form,
            move |desk, form| match reset::run(desk, &secret, &form.input()?) {
                Ok(()) => Ok(Next::saying("/masuk", "sandi-baru")),
                // The page itself says that the link leads nowhere any more.
                Err(Error::NotFound) => Ok(Next::to(back)),
                Err(error) => Err(error),
            },
            move |_, mut draft| {
                draft.values.clear();
                Ok(LinkPage { good: true, address, draft })
            },
        )
        .await
}
