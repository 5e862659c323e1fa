//! What happens while a page is open: `GET /peristiwa`, a stream of server-sent events, and
//! `POST /tiket/{number}/hadir`, by which a page says that somebody looks at a ticket. For pages that are
//! whole without: see static/js.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, http};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Interval, interval};

use super::Answer;
use super::form::Form;
use super::visitor::Visitor;
use crate::domain::ids::{PersonId, TicketId};
use crate::domain::people::Actor;
use crate::http::live::{Heard, Listener, Live};
use crate::services::tickets::follow::Happening;
use crate::services::tickets::presence;
use crate::store::presence::Present;

/// How often a silent stream says that it is there, and looks whether its session is.
const BEAT: Duration = Duration::from_secs(15);

/// What a page asks to hear.
#[derive(Debug, Deserialize)]
pub struct Query {
    /// The ticket that is open: who else looks at it is told too.
    tiket: Option<String>,
}

/// A stream to a browser.
struct Stream {
    visitor: Visitor,
    actor: Actor,
    ticket: Option<TicketId>,
    listener: Listener,
    beat: Interval,
    /// What the stream begins with.
    first: Option<String>,
    over: bool,
}

/// `GET /peristiwa`
pub async fn stream(visitor: Visitor, query: web::Query<Query>, live: web::Data<Live>) -> Answer {
    let ticket = query.tiket.as_deref().map(|number| visitor.ticket(number)).transpose()?;
    let session = visitor.look(|_, session| Ok(session)).await?;
    let listener = live.into_inner().listen(session.id, ticket);
    listener.ready().await;
    let actor = session.actor;
    let mut first = "retry: 3000\n\n".to_owned();
    if let Some(ticket) = ticket {
        let present = visitor.look(move |desk, session| presence::of(desk, &session.actor, ticket)).await?;
        first += &viewers(&present, actor.id);
    }
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    beat.reset();
    let begun = Stream { visitor, actor, ticket, listener, beat, first: Some(first), over: false };
    let events = stream::unfold(begun, |mut stream| async move {
        let text = stream.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), stream))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Pressing would hold events back; so would a proxy that gathers.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

impl Stream {
    /// What to send next; nothing when the stream is over.
    async fn next(&mut self) -> Option<String> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while !self.over {
            let heard = tokio::select! {
                heard = self.listener.next() => heard,
                _ = self.beat.tick() => match self.prove().await {
                    Ok(()) => return Some(":\n\n".to_owned()),
                    Err(end) => return Some(end),
                },
            };
            match heard {
                Heard::Stopping => return None,
                Heard::Crowded => return Some(self.end("penuh")),
                Heard::Missed | Heard::Happening(Happening::Lost) => return Some(event("ulang", &json!({}))),
                Heard::Happening(happening) => {
                    if self.tell(&happening).is_none() {
                        continue;
                    }
                    // Before anything is told: that the session is there, and what its roles are now.
                    if let Err(end) = self.prove().await {
                        return Some(end);
                    }
                    if let Some(text) = self.tell(&happening) {
                        return Some(text);
                    }
                }
            }
        }
        None
    }

    /// What whoever listens may know of it.
    fn tell(&self, happening: &Happening) -> Option<String> {
        match happening {
            Happening::Changed(about, kind) => {
                let kind = about.kind_for(&self.actor, *kind)?;
                let number = self.visitor.desk().prefix.number(about.ticket.id);
                Some(event("tiket", &json!({"number": number, "kind": kind})))
            }
            Happening::Viewed(about, people) => {
                let asked = self.ticket == Some(about.ticket.id) && about.shows_viewers(&self.actor);
                asked.then(|| viewers(people, self.actor.id))
            }
            Happening::Lost => None,
        }
    }

    /// Looks who is signed in now; the last event, if nobody is.
    async fn prove(&mut self) -> Result<(), String> {
        match self.visitor.look(|_, session| Ok(session)).await {
            Ok(session) => self.actor = session.actor,
            Err(problem) if problem.status == http::StatusCode::UNAUTHORIZED => return Err(self.end("keluar")),
            // Nothing is told unproved: the page asks again by itself.
            Err(_) => return Err(event("ulang", &json!({}))),
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> String {
        self.over = true;
        event(name, &json!({}))
    }
}

fn event(name: &str, value: &serde_json::Value) -> String {
    format!("event: {name}\ndata: {value}\n\n")
}

/// Who else looks at a ticket.
fn viewers(people: &[Present], own: PersonId) -> String {
    let others = people.iter().filter(|present| present.person != own);
    let others: Vec<_> = others.map(|p| json!({"name": p.name, "typing": p.typing})).collect();
    event("hadir", &json!({"people": others}))
}

/// `POST /tiket/{number}/hadir`
pub async fn present(visitor: Visitor, number: web::Path<String>, form: Form) -> Answer {
    let ticket = visitor.ticket(&number)?;
    visitor.heed(form, move |desk, caller, form| presence::note(desk, &caller.actor, ticket, &form.input()?)).await?;
    Ok(HttpResponse::NoContent().finish())
}
