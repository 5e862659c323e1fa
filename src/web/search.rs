//! `GET /cari`: finds tickets by words among all that whoever asks may read; a number leads straight to it.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::Answer;
use super::frame::Place;
use super::queue::row::{Among, Row};
use super::templates::Lines;
use super::visitor::{Page, Visitor};
use super::words::number;
use crate::domain::people::Actor;
use crate::http::page;
use crate::services::sla::times;
use crate::services::tickets::{list, read};
use crate::services::{Desk, Result};

/// How many lines a page has.
const LINES: i64 = 30;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    q: Option<String>,
    sesudah: Option<String>,
}

#[derive(Serialize)]
struct SearchPage {
    q: String,
    rows: Lines<Row>,
    count: String,
    next: Option<String>,
}

impl Page for SearchPage {
    const TEMPLATE: &'static str = "pages/search";
    const PLACE: Place = Place::Nowhere;

    fn title(&self) -> String {
        if self.q.is_empty() { "Cari".to_owned() } else { format!("Cari: {}", self.q) }
    }
}

/// Shows what is found.
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let Query { q, sesudah } = query.into_inner();
    let q: String = q.unwrap_or_default().trim().chars().filter(|c| *c != '\0').take(200).collect();
    if let Some(id) = visitor.desk().prefix.read(&q) {
        let seen = visitor.clone().give(move |desk, caller| Ok(read::run(desk, &caller.actor, id).is_ok())).await?;
        if seen {
            let to = format!("/tiket/{}", visitor.desk().prefix.number(id));
            return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish());
        }
    }
    visitor.show(move |desk, caller| build(desk, &caller.actor, q, sesudah.as_deref())).await
}

fn build(desk: &Desk, actor: &Actor, q: String, after: Option<&str>) -> Result<SearchPage> {
    let after = after.map(page::from_text).transpose()?;
    let input = list::Input { text: Some(q.clone()), after, limit: LINES, ..list::Input::default() };
    let found = list::run(desk, actor, &input)?;
    let ids: Vec<_> = found.items.iter().map(|seen| seen.listed.ticket.id).collect();
    let mut left = times::left(desk, &ids)?;
    let now = desk.now();
    let rows = found.items.iter().map(|seen| {
        let mut times = left.remove(&seen.listed.ticket.id).unwrap_or_default();
        times.retain(|time| seen.sees(time.kind));
        Row::of(desk, now, seen, &times, Among { ticks: false, one_opd: false })
    });
    let rows: Vec<Row> = rows.collect();
    let next = found.next.map(page::to_text).map(|next| {
        let query = serde_html_form::to_string([("q", q.as_str()), ("sesudah", &next)]).unwrap_or_default();
        format!("/cari?{query}")
    });
    Ok(SearchPage { count: number(rows.len() as i64), next, rows: Lines(rows), q })
}
