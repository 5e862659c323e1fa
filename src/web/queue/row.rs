//! A ticket as a line of a list.

use serde::Serialize;

use super::super::words::{Spoken, When, Word, span};
use crate::domain::Instant;
use crate::domain::ticket::{HandoverStage, Status};
use crate::services::Desk;
use crate::services::sla::times::TimeLeft;
use crate::services::tickets::read::Seen;

/// The time that is left, in words, with how pressing it is.
#[derive(Clone, Debug, Serialize)]
pub struct Left {
    /// `calm`, `near`, `over`, `paused` or `none`: said by words and shape as well as by colour.
    pub tone: &'static str,
    pub text: String,
    /// Of the bar, 0 to 100.
    pub percent: i64,
    /// Which clock, and when it is due.
    pub title: String,
    /// For the countdown of a browser: seconds left at `now`, if the clock runs.
    pub due: Option<String>,
}

impl Left {
    /// Of the clock that presses most; nothing if none runs or stands still.
    pub fn of(desk: &Desk, now: Instant, status: Status, times: &[TimeLeft]) -> Self {
        let Some(time) = times.first() else {
            return Self { tone: "none", text: String::new(), percent: 0, title: String::new(), due: None };
        };
        let label = time.kind.label();
        let due = time.due_at.map(|due| When::of(due, now, desk.zone));
        let title = match &due {
            Some(due) => format!("{label}: jatuh tempo {}", due.full),
            None => format!("{label}: waktu dijeda"),
        };
        let (tone, text) = match (time.over, time.paused, time.seconds) {
            (true, _, Some(seconds)) if seconds < 0 => ("over", format!("lewat {}", span(seconds))),
            (true, ..) => ("over", "lewat tenggat".to_owned()),
            (false, true, _) if status.is_waiting() => ("paused", "waktu dijeda".to_owned()),
            (false, _, Some(seconds)) => (if time.near { "near" } else { "calm" }, format!("sisa {}", span(seconds))),
            (false, ..) => ("paused", "waktu dijeda".to_owned()),
        };
        let percent = if time.over { 100 } else { time.percent.clamp(0, 100) };
        Self { tone, text, percent, title, due: due.map(|due| due.iso).filter(|_| !time.paused) }
    }
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub number: String,
    pub version: i64,
    /// Nothing if the reader only may know that it exists, or if it was erased.
    pub subject: Option<String>,
    pub redacted: bool,
    pub kind: Word,
    pub status: Word,
    pub priority: Word,
    pub category: Option<String>,
    pub requester: Option<String>,
    /// Not told where all are of one.
    pub opd: Option<String>,
    /// Not told if it came by the portal.
    pub channel: Option<Word>,
    pub assignee: Option<String>,
    /// The team that has it, and whether it has accepted.
    pub team: Option<String>,
    pub requested: bool,
    pub security: bool,
    pub major: bool,
    pub left: Left,
    pub updated: When,
}

impl Row {
    /// Of a ticket as somebody sees it.
    pub fn of(desk: &Desk, now: Instant, seen: &Seen, times: &[TimeLeft]) -> Self {
        let (listed, content) = (&seen.listed, seen.has_content());
        let ticket = &listed.ticket;
        Self {
            number: desk.prefix.number(ticket.id),
            version: ticket.version,
            subject: ticket.subject.clone().filter(|_| content),
            redacted: !content,
            kind: ticket.kind.word(),
            status: ticket.status.word(),
            priority: ticket.priority.word(),
            category: listed.category.clone().filter(|_| content),
            requester: content.then(|| listed.requester.clone()),
            opd: Some(listed.opd_name.clone()),
            channel: Some(ticket.channel.word()).filter(|word| content && word.code != "portal"),
            assignee: listed.assignee.clone(),
            team: listed.team.clone(),
            requested: ticket.handover.is_some_and(|h| h.stage == HandoverStage::Requested),
            security: ticket.security,
            major: ticket.major,
            left: Left::of(desk, now, ticket.status, times),
            updated: When::of(ticket.updated_at, now, desk.zone),
        }
    }
}
