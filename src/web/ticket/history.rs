//! `GET /tiket/{number}/riwayat`: what happened, step by step, and whether that is still what was written.

use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Answer;
use super::super::frame::{Place, has_queue};
use super::super::visitor::{Page, Visitor};
use super::super::words::{Spoken, When};
use crate::domain::Instant;
use crate::domain::event::EventKind;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::domain::priority::Priority;
use crate::domain::ticket::{Classification, Status};
use crate::services::history::verify;
use crate::services::tickets::read::{self, Told};
use crate::services::{Desk, Result};
use crate::store::history::EventRow;

/// How many steps a page has.
const STEPS: i64 = 200;

/// Which page.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    sesudah: Option<i64>,
}

#[derive(Serialize)]
struct Step {
    seq: i64,
    at: When,
    who: String,
    what: &'static str,
    /// What it set, in words.
    details: String,
    hash: String,
}

#[derive(Serialize)]
struct HistoryPage {
    number: String,
    steps: Vec<Step>,
    next: Option<String>,
    /// Whether everything is as it was written.
    whole: bool,
    /// The step at which it is not.
    broken: Option<i64>,
    #[serde(skip)]
    place: Place,
}

impl Page for HistoryPage {
    const TEMPLATE: &'static str = "pages/ticket/history";
    const PLACE: Place = Place::Queue;

    fn title(&self) -> String {
        format!("Riwayat {}", self.number)
    }

    fn place(&self) -> Place {
        self.place
    }
}

/// Shows it.
pub async fn show(visitor: Visitor, number: web::Path<String>, query: web::Query<Query>) -> Answer {
    let id = visitor.ticket(&number)?;
    let after = query.sesudah.unwrap_or(0).max(0);
    visitor.show(move |desk, caller| build(desk, &caller.actor, id, after)).await
}

fn build(desk: &Desk, actor: &Actor, id: TicketId, after: i64) -> Result<HistoryPage> {
    let told = read::told(desk, actor, id, after, STEPS)?;
    let found = verify::ticket(desk, actor, id)?;
    let (number, now) = (desk.prefix.number(id), desk.now());
    Ok(HistoryPage {
        steps: told.events.iter().map(|event| step(desk, now, &told, event)).collect(),
        next: told.next.map(|seq| format!("/tiket/{number}/riwayat?sesudah={seq}")),
        whole: found.is_none(),
        broken: found.and_then(|finding| finding.seq),
        place: if has_queue(actor) { Place::Queue } else { Place::Tickets },
        number,
    })
}

fn step(desk: &Desk, now: Instant, told: &Told, event: &EventRow) -> Step {
    let name = |person: i64| told.names.get(&PersonId(person)).cloned().unwrap_or_default();
    Step {
        seq: event.seq,
        at: When::of(event.at.and_utc(), now, desk.zone),
        who: event.actor_id.map_or_else(|| "Sistem".to_owned(), name),
        what: EventKind::parse(&event.kind).map_or("", Spoken::label),
        details: details(&event.payload, name),
        hash: event.hash.chars().take(8).collect(),
    }
}

fn details(payload: &str, name: impl Fn(i64) -> String) -> String {
    let Ok(payload) = serde_json::from_str::<Value>(payload) else { return String::new() };
    let set = |field: &str| payload.pointer(&format!("/set/{field}"));
    let word = |field: &str| set(field).and_then(Value::as_str);
    let mut told = Vec::new();
    if let Some(status) = word("status").and_then(Status::parse) {
        told.push(format!("status {}", status.label()));
    }
    match set("assignee") {
        Some(Value::Null) if word("type").is_none() => told.push("petugas dilepas".to_owned()),
        Some(person) => told.extend(person.as_i64().map(|person| format!("petugas {}", name(person)))),
        None => {}
    }
    if let Some(priority) = word("priority").and_then(Priority::parse) {
        told.push(format!("prioritas {}", priority.label()));
    }
    if let Some(to) = word("classification").and_then(Classification::parse).filter(|_| word("type").is_none()) {
        told.push(format!("klasifikasi {}", to.label()));
    }
    told.join(" · ")
}
