//! `/admin/surat-masuk/{id}`: a mail that came in, and deciding about it.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::entry::who::{self, Person};
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::{Spoken, When};
use super::addresses::id;
use super::inbound::{HERE, reason, tone};
use super::section::{self, Choice, Section, typed};
use crate::domain::ticket::TicketType;
use crate::services::inbound::{show, triage};
use crate::services::tickets::read;
use crate::services::{Caller, Desk, Error, Result};

#[derive(Serialize)]
struct PersonChoice {
    #[serde(flatten)]
    person: Person,
    chosen: bool,
}

#[derive(Serialize)]
struct File {
    name: String,
    size: String,
}

#[derive(Serialize)]
pub struct MailPage {
    id: i64,
    /// Nothing if it is part of a ticket.
    sender: Option<String>,
    name: String,
    subject: String,
    mailbox: String,
    sent: Option<When>,
    found: When,
    outcome: &'static str,
    tone: &'static str,
    reason: Option<String>,
    text: Option<String>,
    files: Vec<File>,
    /// Whether it is there as it came.
    kept: bool,
    undecided: bool,
    people: Vec<PersonChoice>,
    kinds: Vec<Choice>,
    draft: Draft,
}

impl Section for MailPage {
    const TEMPLATE: &'static str = "pages/admin/inbound_mail";
    const PART: &'static str = HERE;

    fn title(&self) -> String {
        if self.subject.is_empty() { "Surat masuk".to_owned() } else { format!("{} · Surat masuk", self.subject) }
    }
}

/// `GET /admin/surat-masuk/{id}`
pub async fn show(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    section::show_to_postmasters(visitor, move |desk, caller| build(desk, caller, id, Draft::default(), None)).await
}

/// `GET /admin/surat-masuk/{id}/asli`: as it came, as a download.
pub async fn original(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    let raw = visitor.give(move |desk, caller| show::original(desk, &caller.actor, id)).await?;
    let name = format!("attachment; filename=\"surat-masuk-{id}.eml\"");
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .body(raw))
}

fn build(desk: &Desk, caller: &Caller, id: i64, mut draft: Draft, chosen: Option<i64>) -> Result<MailPage> {
    let shown = show::run(desk, &caller.actor, id)?;
    let row = shown.row;
    let outcome = row.outcome()?;
    draft.values.entry("type".to_owned()).or_insert_with(|| TicketType::Incident.as_str().to_owned());
    let typed = draft.values.get("requester").cloned().unwrap_or_default();
    let people = if shown.undecided { who::shown(desk, &caller.actor, &typed, chosen)? } else { Vec::new() };
    let only = people.len() == 1;
    let when = |at: chrono::NaiveDateTime| When::of(at.and_utc(), desk.now(), desk.zone);
    Ok(MailPage {
        id,
        sender: Some(row.sender).filter(|sender| !sender.is_empty()),
        name: shown.name,
        subject: row.subject,
        mailbox: row.mailbox,
        sent: row.sent_at.map(when),
        found: when(row.found_at),
        outcome: outcome.label(),
        tone: tone(outcome),
        reason: row.reason.as_deref().map(reason),
        text: shown.text,
        files: shown.files.into_iter().map(|(name, bytes)| File { name, size: size(bytes) }).collect(),
        kept: row.raw_sha256.is_some(),
        undecided: shown.undecided,
        people: people
            .into_iter()
            .map(|person| PersonChoice { chosen: only || chosen == Some(person.id), person })
            .collect(),
        kinds: TicketType::choices().into_iter().map(|word| Choice::new(word.code, word.label)).collect(),
        draft,
    })
}

fn size(bytes: usize) -> String {
    let kilobytes = bytes.div_ceil(1024);
    if kilobytes > 1024 { format!("{} MB", kilobytes.div_ceil(1024)) } else { format!("{kilobytes} KB") }
}

/// `POST /admin/surat-masuk/{id}/tiket`
pub async fn take(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    let chosen = who::chosen(&form);
    if form.get("aksi") == Some("cari") {
        return section::redraw_to_postmasters(visitor, form, move |desk, caller, draft| {
            build(desk, caller, id, draft, None)
        })
        .await;
    }
    section::submit_by_postmasters(
        visitor,
        form,
        move |desk, caller, form| {
            let kind = typed(form, "type").and_then(TicketType::parse);
            let kind = kind.ok_or_else(|| Error::field("/type", "required", "pilih satu jenis"))?;
            let requester = who::meant(desk, &caller.actor, form)?;
            let input = triage::Input { requester_id: requester.0, kind };
            // What is wrong with the person is said where the person is typed.
            let taken = triage::take(desk, caller, id, &input).map_err(|error| match error {
                Error::Invalid(mut fields) => {
                    for field in fields.iter_mut().filter(|field| field.pointer == "/requester_id") {
                        field.pointer = "/requester".to_owned();
                    }
                    Error::Invalid(fields)
                }
                other => other,
            })?;
            let number = desk.prefix.number(taken.ticket);
            let to = match read::run(desk, &caller.actor, taken.ticket) {
                Ok(_) => format!("/tiket/{number}"),
                Err(_) => HERE.to_owned(),
            };
            Ok(Next::saying(to, format!("surat-jadi-tiket:{number}")))
        },
        move |desk, caller, draft| build(desk, caller, id, draft, chosen),
    )
    .await
}

/// `POST /admin/surat-masuk/{id}/abaikan`
pub async fn discard(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit_by_postmasters(
        visitor,
        form,
        move |desk, caller, _| {
            triage::discard(desk, caller, id)?;
            Ok(Next::saying(HERE, "surat-diabaikan"))
        },
        move |desk, caller, draft| build(desk, caller, id, draft, None),
    )
    .await
}
