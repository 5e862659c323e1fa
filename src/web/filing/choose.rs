//! `GET /tiket/baru`: what kind of ticket.

use serde::Serialize;

use super::super::Answer;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};

#[derive(Serialize)]
struct ChoosePage {}

impl Page for ChoosePage {
    const TEMPLATE: &'static str = "pages/filing/choose";
    const PLACE: Place = Place::Tickets;

    fn title(&self) -> String {
        "Tiket baru".to_owned()
    }
}

/// `GET /tiket/baru`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|_, _| Ok(ChoosePage {})).await
}
