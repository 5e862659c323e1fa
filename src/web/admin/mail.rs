//! `/admin/surat`: the mail log, with what was given up.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::{Spoken, When, number};
use super::addresses::id;
use super::section::{self, Section};
use crate::domain::notice::{Notice, Urgency};
use crate::domain::people::Role;
use crate::services::admin::mail::{self, Delivery, Input};
use crate::services::admin::mail_files;
use crate::services::{Caller, Desk, Result};
use crate::store::mail_log::{Counts, MailRow};

/// How many lines a page has.
const LINES: i64 = 50;

/// Which of them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    #[serde(skip_serializing_if = "Option::is_none")]
    keadaan: Option<String>,
    /// Part of a name, or an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    penerima: Option<String>,
    /// Behind this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    setelah: Option<i64>,
}

impl Query {
    fn state(&self) -> Option<Delivery> {
        self.keadaan.as_deref().and_then(Delivery::parse)
    }

    fn recipient(&self) -> Option<String> {
        self.penerima.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// The address of the same, in a state, behind a line.
    fn address(&self, state: Option<Delivery>, behind: Option<i64>) -> String {
        let query =
            Self { keadaan: state.map(|state| state.as_str().to_owned()), penerima: self.recipient(), setelah: behind };
        let query = serde_html_form::to_string(query).unwrap_or_default();
        if query.is_empty() { "/admin/surat".to_owned() } else { format!("/admin/surat?{query}") }
    }
}

/// Which state one can look at.
#[derive(Serialize)]
struct Tab {
    href: String,
    label: &'static str,
    count: Option<String>,
    /// Somebody has to do something about it.
    pressing: bool,
    current: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    notice: String,
    urgency: Option<&'static str>,
    recipient: String,
    recipient_id: Option<i64>,
    address: Option<String>,
    state: &'static str,
    tone: &'static str,
    dead: bool,
    /// What the instant is of.
    of: &'static str,
    at: When,
    attempts: i64,
    answer: Option<String>,
}

#[derive(Serialize)]
struct MailPage {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    shown: String,
    order: &'static str,
    next: Option<String>,
    dead: Option<String>,
    /// Who is looked for.
    recipient: String,
    /// The state that is looked at.
    state: &'static str,
    sent_hours: i64,
    server: String,
    /// Whether mails are written as files, which whoever looks may read.
    files: bool,
}

impl Section for MailPage {
    const TEMPLATE: &'static str = "pages/admin/mail";
    const PART: &'static str = "/admin/surat";

    fn title(&self) -> String {
        "Surat".to_owned()
    }
}

/// `GET /admin/surat`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    section::show(visitor, move |desk, caller| build(desk, caller, &query)).await
}

fn build(desk: &Desk, caller: &Caller, query: &Query) -> Result<MailPage> {
    let (state, recipient) = (query.state(), query.recipient());
    let input = Input { state, recipient: recipient.clone(), behind: query.setelah, limit: LINES + 1 };
    let mut rows = mail::list(desk, &caller.actor, &input)?;
    let counts = mail::counts(desk, &caller.actor)?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > LINES;
    rows.truncate(LINES as usize);
    let url = desk.config.mail.url.reveal();
    Ok(MailPage {
        tabs: tabs(query, counts),
        shown: number(i64::try_from(rows.len()).unwrap_or(0)),
        order: if state == Some(Delivery::Queued) && recipient.is_none() {
            "yang berangkat berikutnya dahulu"
        } else {
            "terbaru dahulu"
        },
        next: rows.last().filter(|_| more).map(|row| query.address(state, Some(row.id))),
        rows: rows.into_iter().map(|row| told(desk, row)).collect(),
        dead: (counts.dead > 0).then(|| number(counts.dead)),
        recipient: recipient.unwrap_or_default(),
        state: state.map(Delivery::as_str).unwrap_or_default(),
        sent_hours: mail::SENT_HOURS,
        // Only the scheme: the rest may hold a password.
        server: url.split("://").next().unwrap_or_default().to_owned(),
        files: mail_files::folder(desk).is_some() && caller.actor.has(Role::Admin),
    })
}

fn tabs(query: &Query, counts: Counts) -> Vec<Tab> {
    let current = query.state();
    let tab = |state: Option<Delivery>, label, count: Option<i64>| Tab {
        href: query.address(state, None),
        label,
        count: count.map(number),
        pressing: state == Some(Delivery::Dead) && counts.dead > 0,
        current: state == current,
    };
    let of = |state: Delivery, count| tab(Some(state), state.label(), count);
    vec![
        tab(None, "Semua", None),
        of(Delivery::Queued, Some(counts.queued)),
        of(Delivery::Dead, Some(counts.dead)),
        of(Delivery::Sent, Some(counts.sent)),
        of(Delivery::Collected, Some(counts.collected)),
        of(Delivery::Digested, None),
        of(Delivery::Kept, None),
    ]
}

fn told(desk: &Desk, row: MailRow) -> Row {
    let state = Delivery::parse(&row.state);
    let ended = row.ended_at.unwrap_or(row.due_at);
    let (of, at) = match state {
        Some(Delivery::Queued) => ("berangkat", row.due_at),
        Some(Delivery::Sent) => ("diterima server", ended),
        Some(Delivery::Dead) => ("berhenti dicoba", ended),
        Some(Delivery::Collected) => ("rangkuman", row.due_at),
        Some(Delivery::Digested | Delivery::Kept) | None => ("dibuat", row.queued_at),
    };
    Row {
        id: row.id,
        notice: Notice::parse(&row.notice).map_or(row.notice, |notice| notice.label().to_owned()),
        urgency: urgency(row.urgency),
        recipient: row.recipient.clone().or_else(|| row.address.clone()).unwrap_or_default(),
        recipient_id: row.recipient_id,
        address: if row.recipient.is_some() { row.email } else { None },
        state: state.map_or("Tidak dikenal", Spoken::label),
        tone: match state {
            Some(Delivery::Sent) => "good",
            Some(Delivery::Queued | Delivery::Collected | Delivery::Digested | Delivery::Kept) => "calm",
            Some(Delivery::Dead) | None => "over",
        },
        dead: state == Some(Delivery::Dead),
        of,
        at: When::of(at.and_utc(), desk.now(), desk.zone),
        attempts: row.attempts,
        answer: row.answer,
    }
}

/// What leaves before the usual; the rest has no word.
fn urgency(level: i64) -> Option<&'static str> {
    let level = Urgency::ALL.into_iter().find(|urgency| *urgency as i64 == level)?;
    match level {
        Urgency::Account => Some("paling dahulu"),
        Urgency::Urgent => Some("segera"),
        Urgency::Usual | Urgency::Digest => None,
    }
}

/// `POST /admin/surat/{id}/ulang`
pub async fn retry(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, _| {
            mail::retry(desk, caller, id)?;
            Ok(Next::saying(dead(), "surat-diantrekan"))
        },
        |desk, caller, _| build(desk, caller, &Query::default()),
    )
    .await
}

/// `POST /admin/surat/ulang`
pub async fn retry_all(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, _| {
            let count = mail::retry_all(desk, caller)?;
            Ok(Next::saying(dead(), format!("surat-semua-diantrekan:{count}")))
        },
        |desk, caller, _| build(desk, caller, &Query::default()),
    )
    .await
}

fn dead() -> String {
    Query::default().address(Some(Delivery::Dead), None)
}
