//! Rating the help: the panel that a ticket's page can show, and a page of its own at `/tiket/{no}/nilai`.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::When;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::{Action, may};
use crate::domain::ticket::Status;
use crate::services::tickets::rate;
use crate::services::tickets::read::{self, Seen};
use crate::services::{Desk, Error, Result};
use crate::store::ratings::RatingRow;

/// What each number of stars says, from one on.
const WORDS: [&str; 5] = ["Sangat buruk", "Buruk", "Cukup", "Baik", "Sangat baik"];

/// A number of stars that can be chosen.
#[derive(Clone, Debug, Serialize)]
struct Star {
    value: String,
    label: &'static str,
}

/// A rating as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    pub stars: i64,
    /// As people say it.
    pub label: &'static str,
    /// One for each of the five, whether it shines.
    shine: Vec<bool>,
    pub word: Option<String>,
    pub when: When,
}

/// What a ticket's page shows of its rating.
#[derive(Clone, Debug, Serialize)]
pub struct Panel {
    number: String,
    stars: Vec<Star>,
    /// Whether whoever looks can rate it now.
    pub open: bool,
    /// Whether rating confirms, too, that it is resolved.
    confirms: bool,
    /// The rating of the last time that it was resolved.
    pub given: Option<Given>,
    draft: Draft,
}

/// The panel of a ticket for somebody who sees it; nothing if there is nothing to show or to do. The draft is
/// the form's, if it was refused.
pub fn panel(desk: &Desk, actor: &Actor, seen: &Seen, draft: Draft) -> Result<Option<Panel>> {
    let ticket = &seen.listed.ticket;
    if ticket.check_rateable().is_err() || !seen.has_content() {
        return Ok(None);
    }
    let given = rate::list(desk, actor, ticket.id)?.into_iter().find(|rating| rating.round == ticket.reopenings);
    let open = given.is_none() && may(&seen.relations, Action::Rate).is_ok();
    if !open && given.is_none() {
        return Ok(None);
    }
    let stars = WORDS.iter().zip(1..).map(|(label, value): (_, i64)| Star { value: value.to_string(), label });
    Ok(Some(Panel {
        number: desk.prefix.number(ticket.id),
        stars: stars.collect(),
        open,
        confirms: ticket.status == Status::Resolved,
        given: given.map(|row| Given::of(desk, row)),
        draft,
    }))
}

impl Given {
    fn of(desk: &Desk, row: RatingRow) -> Self {
        let place = usize::try_from(row.stars - 1).unwrap_or(0);
        Self {
            stars: row.stars,
            label: WORDS.get(place).copied().unwrap_or_default(),
            shine: (1..=5).map(|star| star <= row.stars).collect(),
            word: row.word,
            when: When::of(row.at.and_utc(), desk.now(), desk.zone),
        }
    }
}

#[derive(Serialize)]
struct RatePage {
    number: String,
    subject: Option<String>,
    /// Nothing if it cannot be rated, not yet or not by whoever looks.
    rating: Option<Panel>,
}

impl Page for RatePage {
    const TEMPLATE: &'static str = "pages/requester/rate";
    const PLACE: Place = Place::Tickets;

    fn title(&self) -> String {
        format!("Nilai {}", self.number)
    }
}

fn build(desk: &Desk, actor: &Actor, id: TicketId, draft: Draft) -> Result<RatePage> {
    let seen = read::run(desk, actor, id)?;
    may(&seen.relations, Action::Rate).map_err(Error::from)?;
    Ok(RatePage {
        number: desk.prefix.number(id),
        subject: seen.listed.ticket.subject.clone(),
        rating: panel(desk, actor, &seen, draft)?,
    })
}

/// `GET /tiket/{no}/nilai`
pub async fn show(visitor: Visitor, number: web::Path<String>) -> Answer {
    let id = visitor.ticket(&number)?;
    visitor.show(move |desk, caller| build(desk, &caller.actor, id, Draft::default())).await
}

/// The form: nothing is said of a star that was not chosen but that one has to be.
#[derive(Deserialize)]
struct Input {
    stars: Option<i64>,
    word: Option<String>,
    #[serde(default)]
    confirm: bool,
}

/// `POST /tiket/{no}/nilai`
pub async fn submit(visitor: Visitor, form: Form, number: web::Path<String>) -> Answer {
    let id = visitor.ticket(&number)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let Input { stars, word, confirm } = form.input()?;
                let none = || Error::field("/stars", "required", "Pilih satu sampai lima bintang.");
                let input = rate::Input { stars: stars.ok_or_else(none)?, word, confirm };
                rate::run(desk, caller, id, &input)?;
                let number = desk.prefix.number(id);
                Ok(Next::saying(format!("/tiket/{number}"), format!("dinilai:{number}")))
            },
            move |desk, caller, draft| build(desk, &caller.actor, id, draft),
        )
        .await
}
