//! A ticket as its requester sees it in a list: how it stands in words and what happens next. No clocks:
//! those between desk and teams are not for requesters.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::words::{Spoken, When, Word};
use crate::domain::Instant;
use crate::domain::ids::TicketId;
use crate::domain::local_time::spoken;
use crate::domain::people::Actor;
use crate::domain::ticket::{HandoverStage, Status, Ticket};
use crate::services::sla::times;
use crate::services::tickets::read::Seen;
use crate::services::{Desk, Result};

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub number: String,
    /// Nothing if the reader only may know that it exists, or if it was erased.
    pub subject: Option<String>,
    pub redacted: bool,
    pub security: bool,
    pub kind: Word,
    pub status: Word,
    pub category: Option<String>,
    /// Who asked, if it is somebody else.
    pub requester: Option<String>,
    /// What happens next.
    pub then: String,
    /// What whoever looks is to do about it.
    pub call: Option<Call>,
    pub updated: When,
}

/// What is to be done, with where.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    pub href: String,
    pub label: &'static str,
}

/// The lines of a list.
pub fn lines(desk: &Desk, actor: &Actor, found: &[Seen]) -> Result<Vec<Line>> {
    let resolved = found.iter().map(|seen| &seen.listed.ticket).filter(|ticket| ticket.status == Status::Resolved);
    let resolved: Vec<_> = resolved.map(|ticket| ticket.id).collect();
    let closings = if resolved.is_empty() { BTreeMap::new() } else { times::closings(desk, &resolved)? };
    let now = desk.now();
    Ok(found.iter().map(|seen| Line::of(desk, actor, now, seen, &closings)).collect())
}

impl Line {
    fn of(desk: &Desk, actor: &Actor, now: Instant, seen: &Seen, closings: &BTreeMap<TicketId, Instant>) -> Self {
        let (listed, content) = (&seen.listed, seen.has_content());
        let ticket = &listed.ticket;
        let own = ticket.requester == actor.id;
        let number = desk.prefix.number(ticket.id);
        let closing = closings.get(&ticket.id).map(|at| spoken(*at, desk.zone));
        Self {
            subject: ticket.subject.clone().filter(|_| content),
            redacted: !content,
            security: ticket.security,
            kind: ticket.kind.word(),
            status: ticket.status.word(),
            category: listed.category.clone().filter(|_| content),
            requester: Some(listed.requester.clone()).filter(|_| content && !own),
            then: then(ticket, own, listed.assignee.as_deref(), listed.team.as_deref(), closing),
            call: call(ticket.status, &number).filter(|_| own),
            updated: When::of(ticket.updated_at, now, desk.zone),
            number,
        }
    }
}

/// What happens next with it.
fn then(ticket: &Ticket, own: bool, assignee: Option<&str>, team: Option<&str>, closing: Option<String>) -> String {
    let accepted = ticket.handover.map(|handover| handover.stage == HandoverStage::Accepted);
    match ticket.status {
        Status::New | Status::InProgress => match (accepted, team, assignee) {
            (Some(false), Some(team), _) => format!("Diteruskan ke {team}, menunggu diterima"),
            (Some(true), Some(team), None) => format!("{team} akan menangani"),
            (_, _, Some(name)) => format!("{name} sedang menangani"),
            (_, _, None) => "Menunggu diambil petugas".to_owned(),
        },
        Status::WaitingRequester if own => "Menunggu jawaban Anda".to_owned(),
        Status::WaitingRequester => "Menunggu jawaban pelapor".to_owned(),
        Status::WaitingThirdParty => "Menunggu pihak lain; petugas tetap memantau".to_owned(),
        Status::WaitingApproval => "Menunggu persetujuan".to_owned(),
        Status::Resolved => match closing {
            Some(at) if own => format!("Selesai: mohon konfirmasi sebelum {at}"),
            Some(at) => format!("Selesai: ditutup {at} bila tidak dibuka kembali"),
            None if own => "Selesai: mohon konfirmasi".to_owned(),
            None => "Selesai, menunggu konfirmasi pelapor".to_owned(),
        },
        Status::Closed if ticket.merged_into.is_some() => "Digabungkan dengan tiket lain".to_owned(),
        Status::Closed => "Sudah ditutup".to_owned(),
        Status::Cancelled => "Dibatalkan".to_owned(),
        Status::Rejected => "Ditolak; alasannya ada di tiket".to_owned(),
    }
}

fn call(status: Status, number: &str) -> Option<Call> {
    match status {
        Status::WaitingRequester => Some(Call { href: format!("/tiket/{number}"), label: "Jawab" }),
        Status::Resolved => Some(Call { href: format!("/tiket/{number}/nilai"), label: "Konfirmasi" }),
        Status::New
        | Status::InProgress
        | Status::WaitingThirdParty
        | Status::WaitingApproval
        | Status::Closed
        | Status::Cancelled
        | Status::Rejected => None,
    }
}
