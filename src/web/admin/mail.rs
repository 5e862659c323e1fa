//! `/admin/surat`: the mail log, with what was given up.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::{Spoken, When, number};
use super::addresses::id;
use super::section::{self, Section};
use crate::domain::event::EventKind;
use crate::services::admin::mail::{self, Counts, Delivery};
use crate::services::{Caller, Desk, Result};
use crate::store::outbox::OutboxRow;

/// How many lines a page has.
const LINES: i64 = 50;

/// Which of them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    keadaan: Option<Delivery>,
    sebelum: Option<i64>,
}

/// Which state one can look at.
#[derive(Serialize)]
struct Tab {
    href: String,
    label: &'static str,
    count: String,
    current: bool,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    notice: &'static str,
    recipient: String,
    recipient_id: i64,
    address: String,
    state: &'static str,
    tone: &'static str,
    dead: bool,
    due: When,
    attempts: i64,
    answer: Option<String>,
}

#[derive(Serialize)]
struct MailPage {
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    shown: String,
    next: Option<String>,
    dead: Option<String>,
    server: String,
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

fn address(state: Option<Delivery>, before: Option<i64>) -> String {
    let state = state.map(|state| format!("keadaan={state}"));
    let before = before.map(|before| format!("sebelum={before}"));
    let query: Vec<_> = [state, before].into_iter().flatten().collect();
    if query.is_empty() { "/admin/surat".to_owned() } else { format!("/admin/surat?{}", query.join("&")) }
}

fn build(desk: &Desk, caller: &Caller, query: &Query) -> Result<MailPage> {
    let (mut rows, counts) = mail::list(desk, &caller.actor, query.keadaan, query.sebelum, LINES + 1)?;
    let more = rows.len() > LINES as usize;
    rows.truncate(LINES as usize);
    let next = rows.last().filter(|_| more).map(|row| address(query.keadaan, Some(row.id)));
    let url = desk.config.mail.url.reveal();
    Ok(MailPage {
        tabs: tabs(query.keadaan, counts),
        shown: number(i64::try_from(rows.len()).unwrap_or(0)),
        rows: rows.into_iter().map(|row| told(desk, row)).collect(),
        next,
        dead: (counts.dead > 0).then(|| number(counts.dead)),
        // Only the scheme: the rest may hold a password.
        server: url.split("://").next().unwrap_or_default().to_owned(),
    })
}

fn tabs(current: Option<Delivery>, counts: Counts) -> Vec<Tab> {
    let all = counts.queued + counts.sent + counts.dead;
    let tab = |state: Option<Delivery>, label, count| Tab {
        href: address(state, None),
        label,
        count: number(count),
        current: state == current,
    };
    vec![
        tab(None, "Semua", all),
        tab(Some(Delivery::Queued), Delivery::Queued.label(), counts.queued),
        tab(Some(Delivery::Sent), Delivery::Sent.label(), counts.sent),
        tab(Some(Delivery::Dead), Delivery::Dead.label(), counts.dead),
    ]
}

fn told(desk: &Desk, row: OutboxRow) -> Row {
    let state = Delivery::parse(&row.state);
    Row {
        id: row.id,
        notice: notice(&row.notice),
        recipient: row.recipient,
        recipient_id: row.recipient_id,
        address: row.address,
        state: state.map_or("Tidak dikenal", Spoken::label),
        tone: match state {
            Some(Delivery::Sent) => "good",
            Some(Delivery::Queued) => "calm",
            Some(Delivery::Dead) | None => "over",
        },
        dead: state == Some(Delivery::Dead),
        due: When::of(row.due_at.and_utc(), desk.now(), desk.zone),
        attempts: row.attempts,
        answer: row.answer,
    }
}

/// What a notice tells.
fn notice(word: &str) -> &'static str {
    let Some(kind) = EventKind::parse(word) else { return "Rangkuman alarm" };
    match kind {
        EventKind::Opened => "Tiket baru",
        EventKind::Edited | EventKind::Tagged | EventKind::Linked | EventKind::Unlinked => "Tiket diubah",
        EventKind::Classified => "Klasifikasi diubah",
        EventKind::Assigned => "Tiket ditugaskan",
        EventKind::Replied => "Balasan",
        EventKind::Noted => "Catatan internal",
        EventKind::Held => "Tiket menunggu",
        EventKind::Resumed => "Tiket dilanjutkan",
        EventKind::Resolved => "Tiket selesai",
        EventKind::Reopened => "Tiket dibuka kembali",
        EventKind::Closed => "Tiket ditutup",
        EventKind::Cancelled => "Tiket dibatalkan",
        EventKind::Rejected => "Tiket ditolak",
        EventKind::HandedOver => "Tiket diserahkan",
        EventKind::HandoverAccepted => "Serah terima diterima",
        EventKind::HandoverReturned => "Tiket dikembalikan",
        EventKind::HandoverWithdrawn => "Serah terima ditarik",
        EventKind::Consulted => "Konsultasi",
        EventKind::ConsultationAnswered => "Jawaban konsultasi",
        EventKind::WatcherAdded | EventKind::WatcherRemoved => "Pengamat diubah",
        EventKind::Merged | EventKind::MergeReceived => "Tiket digabung",
        EventKind::Attached => "Lampiran",
        EventKind::TextErased => "Isi dihapus",
        EventKind::Alarmed => "Peringatan tenggat",
        EventKind::ClocksAdjusted => "Tenggat disesuaikan",
        EventKind::BreachExplained => "Penyebab diusulkan",
        EventKind::BreachDecided => "Penyebab diputuskan",
        EventKind::Reminded => "Pengingat meja",
        EventKind::Rated => "Penilaian pelapor",
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
            Ok(Next::saying(address(Some(Delivery::Dead), None), "surat-diantrekan"))
        },
        |desk, caller, _| build(desk, caller, &Query::default()),
    )
    .await
}
