//! `GET /ketentuan`: what whoever signs in agrees to.

use serde::Serialize;

use super::Answer;
use super::frame::Place;
use super::visitor::{Page, Visitor};

#[derive(Serialize)]
struct TermsPage {}

impl Page for TermsPage {
    const TEMPLATE: &'static str = "pages/terms";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        "Ketentuan penggunaan".to_owned()
    }
}

/// `GET /ketentuan`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show_anybody(|_| Ok(TermsPage {})).await
}
