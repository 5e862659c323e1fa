//! `/admin/surat-masuk`: how the mailboxes are read, what became of every mail, and what waits for a decision.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::visitor::Visitor;
use super::super::words::{Spoken, When, number};
use super::section::{self, Choice, Section};
use crate::domain::mail::outcome::{Outcome, Reason};
use crate::services::inbound::boxes::{self, Summary};
use crate::services::inbound::list;
use crate::services::{Caller, Desk, Result};
use crate::store::inbound_mail::InboundRow;

/// The address of the page.
pub const HERE: &str = "/admin/surat-masuk";

/// How many lines a page has.
const LINES: i64 = 50;

/// The word of the address for everything.
const ALL: &str = "semua";

/// Which of them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// An outcome, or everything; what waits for a decision, if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    hasil: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sebelum: Option<i64>,
}

impl Query {
    fn outcome(&self) -> Option<Outcome> {
        match self.hasil.as_deref() {
            None | Some("") => Some(Outcome::Triage),
            Some(ALL) => None,
            Some(word) => Outcome::parse(word).or(Some(Outcome::Triage)),
        }
    }

    fn address(outcome: Option<Outcome>, before: Option<i64>) -> String {
        let query = Self {
            hasil: match outcome {
                Some(Outcome::Triage) => None,
                Some(outcome) => Some(outcome.as_str().to_owned()),
                None => Some(ALL.to_owned()),
            },
            sebelum: before,
        };
        let query = serde_html_form::to_string(query).unwrap_or_default();
        if query.is_empty() { HERE.to_owned() } else { format!("{HERE}?{query}") }
    }
}

/// A mailbox and how it is read.
#[derive(Serialize)]
struct Mailbox {
    name: String,
    messages: String,
    taken: String,
    checked: Option<When>,
    tone: &'static str,
    verdict: String,
    problem: Option<String>,
}

#[derive(Serialize)]
struct Tab {
    href: String,
    label: &'static str,
    count: Option<String>,
    current: bool,
}

/// A mail that came in.
#[derive(Serialize)]
struct Row {
    id: i64,
    /// Nothing if it is part of a ticket.
    sender: Option<String>,
    subject: String,
    outcome: &'static str,
    tone: &'static str,
    reason: Option<String>,
    at: When,
}

#[derive(Serialize)]
pub struct InboundPage {
    mailboxes: Vec<Mailbox>,
    tabs: Vec<Tab>,
    /// Whether all outcomes are looked at, one of which can be chosen.
    choosing: bool,
    outcomes: Vec<Choice>,
    rows: Vec<Row>,
    shown: String,
    next: Option<String>,
    waiting: bool,
}

impl Section for InboundPage {
    const TEMPLATE: &'static str = "pages/admin/inbound";
    const PART: &'static str = HERE;

    fn title(&self) -> String {
        "Surat masuk".to_owned()
    }
}

/// `GET /admin/surat-masuk`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    section::show_to_postmasters(visitor, move |desk, caller| build(desk, caller, &query)).await
}

/// The page.
pub fn build(desk: &Desk, caller: &Caller, query: &Query) -> Result<InboundPage> {
    let outcome = query.outcome();
    let list::Log { mut rows, counts } = list::run(desk, &caller.actor, outcome, query.sebelum, LINES + 1)?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > LINES;
    rows.truncate(LINES as usize);
    let waiting = counts.iter().find(|(of, _)| *of == Outcome::Triage).map_or(0, |(_, count)| *count);
    let all = counts.iter().map(|(_, count)| count).sum();
    let choice = |of: &Outcome| {
        let count = counts.iter().find(|(known, _)| known == of).map_or(0, |(_, count)| *count);
        let label = format!("{} ({})", of.label(), number(count));
        Choice::or_chosen(of.as_str(), label, outcome.map(Outcome::as_str))
    };
    let tab = |of: Option<Outcome>, label, count: i64, current| Tab {
        href: Query::address(of, None),
        label,
        count: (count > 0).then(|| number(count)),
        current,
    };
    let is_triage = outcome == Some(Outcome::Triage);
    Ok(InboundPage {
        mailboxes: boxes::list(desk, &caller.actor)?.into_iter().map(|one| mailbox(desk, one)).collect(),
        tabs: vec![
            tab(Some(Outcome::Triage), "Menunggu keputusan", waiting, is_triage),
            tab(None, "Semua surat", all, !is_triage),
        ],
        choosing: !is_triage,
        outcomes: Outcome::EVERY.iter().map(choice).collect(),
        next: rows.last().filter(|_| more).map(|row| Query::address(outcome, Some(row.id))),
        shown: number(i64::try_from(rows.len()).unwrap_or(0)),
        rows: rows.into_iter().map(|row| told(desk, row)).collect::<Result<_>>()?,
        waiting: is_triage,
    })
}

fn mailbox(desk: &Desk, summary: Summary) -> Mailbox {
    let Summary { name, configured, found } = summary;
    let Some(row) = found else {
        let verdict = "Belum pernah dibuka".to_owned();
        return Mailbox {
            name,
            messages: "–".to_owned(),
            taken: "–".to_owned(),
            checked: None,
            tone: "near",
            verdict,
            problem: None,
        };
    };
    let left = row.messages - row.taken;
    let (tone, verdict) = match () {
        () if !configured => ("calm", "Tidak dibaca lagi".to_owned()),
        () if row.problem.is_some() => ("over", "Tidak dapat dibuka".to_owned()),
        () if left > 0 => ("near", format!("{} belum diproses", number(left))),
        () => ("good", "Semua diproses".to_owned()),
    };
    Mailbox {
        name,
        messages: number(row.messages),
        taken: number(row.taken),
        checked: Some(When::of(row.checked_at.and_utc(), desk.now(), desk.zone)),
        tone,
        verdict,
        problem: row.problem.filter(|_| configured),
    }
}

fn told(desk: &Desk, row: InboundRow) -> Result<Row> {
    let outcome = row.outcome()?;
    Ok(Row {
        id: row.id,
        sender: Some(row.sender).filter(|sender| !sender.is_empty()),
        subject: row.subject,
        outcome: outcome.label(),
        tone: tone(outcome),
        reason: row.reason.as_deref().map(reason),
        at: When::of(row.found_at.and_utc(), desk.now(), desk.zone),
    })
}

/// How pressing an outcome is.
pub fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Reply | Outcome::Ticket => "good",
        Outcome::Triage => "near",
        Outcome::Broken | Outcome::Bounce => "over",
        Outcome::Rejected
        | Outcome::Discarded
        | Outcome::Automatic
        | Outcome::List
        | Outcome::Own
        | Outcome::Loop
        | Outcome::Repeated => "calm",
    }
}

/// A reason as it is stored, in words.
pub fn reason(stored: &str) -> String {
    match Reason::read(stored) {
        (Some(reason), "") => reason.label().to_owned(),
        (Some(reason), more) => format!("{}: {more}", reason.label()),
        (None, _) => stored.to_owned(),
    }
}
