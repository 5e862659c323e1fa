//! What was said and done on a ticket, in order: replies, notes, handovers, answers, reasons, files.

use serde::Serialize;

use super::super::templates::Line;
use super::super::words::{Spoken, When, size};
use super::acts::{Acts, Verb};
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::handover::HandoverReason;
use crate::domain::ids::PersonId;
use crate::domain::{Instant, lifecycle::Waiting};
use crate::services::Desk;
use crate::store::attachments::AttachmentRow;
use crate::store::messages::MessageRow;

/// A file went along with a text if it came at most so long after it, in milliseconds.
const ALONG: i64 = 60_000;

/// A file.
#[derive(Clone, Debug, Serialize)]
pub struct File {
    pub href: String,
    pub name: String,
    pub size: String,
    pub internal: bool,
}

/// An entry.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Of its text, for links to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// `requester`, `desk`, `internal`, `handover` or `moved`.
    pub kind: &'static str,
    pub who: String,
    /// What it is, if it is not plainly a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    pub at: When,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The text was there and is not any more.
    pub erased: bool,
    pub internal: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// Where it can be erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase: Option<String>,
    #[serde(skip)]
    instant: Instant,
    #[serde(skip)]
    author: Option<PersonId>,
}

impl Line for Entry {
    const TEMPLATE: &'static str = "partials/ticket/entry";
}

struct Talk<'a> {
    desk: &'a Desk,
    acts: Acts<'a>,
    now: Instant,
    number: &'a str,
}

/// The entries of a page.
pub fn entries(desk: &Desk, now: Instant, acts: Acts<'_>, number: &str) -> Vec<Entry> {
    let talk = Talk { desk, acts, now, number };
    let whole = acts.whole;
    let mut entries: Vec<Entry> = whole.texts.iter().map(|row| talk.text(row)).collect();
    let from = whole.texts.first().filter(|_| whole.older).map(|row| row.at.and_utc());
    let to = whole.texts.last().filter(|_| whole.newer).map(|row| row.at.and_utc());
    let is_here = |at: Instant| from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to);
    for (row, team) in &whole.handovers {
        if let (Some(by), Some(at)) = (row.accepted_by_id, row.accepted_at.map(|at| at.and_utc()))
            && is_here(at)
        {
            entries.push(talk.entry("moved", Some(PersonId(by)), Some(format!("menerima untuk {team}")), at));
        }
    }
    for file in whole.attachments.iter().filter(|file| is_here(file.at.and_utc())) {
        talk.attach(&mut entries, file);
    }
    entries.sort_by_key(|entry| entry.instant);
    if whole.older && !whole.newer {
        entries.insert(0, talk.opening());
    }
    entries
}

impl Talk<'_> {
    fn name(&self, person: Option<PersonId>) -> String {
        let Some(person) = person else { return "Sistem".to_owned() };
        let listed = &self.acts.whole.seen.listed;
        if person == listed.ticket.requester {
            return format!("{} (pelapor)", listed.requester);
        }
        self.acts.whole.names.get(&person).cloned().unwrap_or_default()
    }

    fn entry(&self, kind: &'static str, author: Option<PersonId>, what: Option<String>, at: Instant) -> Entry {
        Entry {
            id: None,
            kind,
            who: self.name(author),
            what,
            at: When::of(at, self.now, self.desk.zone),
            text: None,
            erased: false,
            internal: false,
            files: Vec::new(),
            erase: None,
            instant: at,
            author,
        }
    }

    /// The report itself, which stands above everything however long the conversation is.
    fn opening(&self) -> Entry {
        let ticket = self.acts.ticket();
        let mut entry = self.entry("requester", Some(ticket.requester), self.reported(), ticket.opened_at);
        entry.text.clone_from(&self.acts.whole.seen.description);
        entry.erased = entry.text.is_none();
        entry
    }

    fn reported(&self) -> Option<String> {
        let ticket = self.acts.ticket();
        let by = self.acts.whole.names.get(&ticket.recorder).filter(|_| ticket.recorder != ticket.requester);
        let recorded = by.map(|name| format!(", dicatat {name}")).unwrap_or_default();
        Some(format!("melapor lewat {}{recorded}", ticket.channel.label()))
    }

    fn text(&self, row: &MessageRow) -> Entry {
        let author = row.author_id.map(PersonId);
        let (kind, what) = self.describe(row);
        let is_report =
            row.kind == MessageKind::Description.as_str() && row.at.and_utc() == self.acts.ticket().opened_at;
        let author = if is_report { Some(self.acts.ticket().requester) } else { author };
        let mut entry = self.entry(kind, author, what, row.at.and_utc());
        entry.id = Some(row.id);
        entry.text.clone_from(&row.body);
        entry.erased = row.erased_at.is_some();
        entry.internal = !row.public;
        if self.acts.can(Verb::Erase) && !entry.erased {
            let verb = Verb::Erase.as_str();
            entry.erase = Some(format!("/tiket/{}?buka={verb}&pesan={}#buka", self.number, row.id));
        }
        entry
    }

    fn describe(&self, row: &MessageRow) -> (&'static str, Option<String>) {
        let ticket = self.acts.ticket();
        let by_requester = row.author_id == Some(ticket.requester.0);
        let whole = self.acts.whole;
        let said = |what: &str| Some(what.to_owned());
        let Some(kind) = MessageKind::parse(&row.kind) else { return ("moved", None) };
        match kind {
            MessageKind::Description if row.at.and_utc() == ticket.opened_at => ("requester", self.reported()),
            MessageKind::Description | MessageKind::Subject => ("moved", said("memperbaiki uraian")),
            MessageKind::Reply if by_requester => ("requester", None),
            MessageKind::Reply => ("desk", said("kepada pelapor")),
            MessageKind::Note => ("internal", said("catatan internal")),
            MessageKind::Tried => {
                let found = whole.handovers.iter().find(|(handover, _)| handover.tried_id == row.id);
                let told = found.map(|(handover, team)| {
                    let reason =
                        HandoverReason::parse(&handover.reason).map(|reason| reason.label()).unwrap_or_default();
                    format!("mengeskalasi ke {team}: {}", reason.to_lowercase())
                });
                ("handover", told.or_else(|| said("mengeskalasi ke Tier 2")))
            }
            MessageKind::Instruction => {
                let found = whole.handovers.iter().find(|(handover, _)| handover.answer_id == Some(row.id));
                ("handover", found.map(|(_, team)| format!("mengembalikan dari {team} dengan petunjuk")))
            }
            MessageKind::Question => {
                let found = whole.consultations.iter().find(|(asked, _)| asked.question_id == row.id);
                ("internal", found.map(|(_, team)| format!("bertanya kepada {team}")))
            }
            MessageKind::Answer => {
                let found = whole.consultations.iter().find(|(asked, _)| asked.answer_id == Some(row.id));
                ("internal", found.map(|(_, team)| format!("menjawab untuk {team}")))
            }
            MessageKind::Rating => ("requester", said("menilai penanganan")),
            MessageKind::Resolution => ("solved", said("menyelesaikan tiket")),
            MessageKind::Reason if by_requester => ("requester", self.why(row)),
            MessageKind::Reason => ("desk", self.why(row)),
            MessageKind::InternalReason => ("internal", self.why(row)),
        }
    }

    fn why(&self, row: &MessageRow) -> Option<String> {
        let why = self.acts.whole.whys.get(&row.id)?;
        let told = match (why.kind, why.waiting) {
            (EventKind::Held, Some(Waiting::Requester)) => "menunggu jawaban pelapor",
            (EventKind::Held, Some(Waiting::ThirdParty)) => "menunggu pihak ketiga",
            (EventKind::Held, _) => "menunggu persetujuan",
            (EventKind::Reopened, _) => "membuka kembali tiket",
            (EventKind::Cancelled, _) => "membatalkan tiket",
            (EventKind::Rejected, _) => "menolak tiket",
            (EventKind::Edited, _) => "menetapkan prioritas",
            (EventKind::HandoverWithdrawn, _) => "menarik kembali eskalasi",
            (EventKind::BreachExplained, _) => "menjelaskan keterlambatan",
            _ => return None,
        };
        Some(told.to_owned())
    }

    /// With the text that it came along with, or as an entry of its own.
    fn attach(&self, entries: &mut Vec<Entry>, row: &AttachmentRow) {
        let file = File {
            href: format!("/tiket/{}/lampiran/{}", self.number, row.id),
            name: row.name.clone(),
            size: size(row.size),
            internal: !row.public && self.acts.is_internal(),
        };
        let (by, at) = (Some(PersonId(row.uploader_id)), row.at.and_utc());
        let goes_with = |entry: &&mut Entry| {
            let after = (at - entry.instant).num_milliseconds();
            entry.author == by && entry.text.is_some() && (0..=ALONG).contains(&after) && entry.internal != row.public
        };
        match entries.iter_mut().rev().find(goes_with) {
            Some(entry) => entry.files.push(file),
            None => {
                let mut entry = self.entry("moved", by, Some("melampirkan".to_owned()), at);
                entry.internal = file.internal;
                entry.files.push(file);
                entries.push(entry);
            }
        }
    }
}
