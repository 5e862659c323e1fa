//! A ticket as a line of a list.

use serde::Serialize;

use super::super::templates::Line;
use super::super::words::{Spoken, When, Word, span};
use crate::domain::Instant;
use crate::domain::ticket::{Channel, HandoverStage, Status};
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
    number: String,
    version: i64,
    /// Whether it can be ticked.
    ticks: bool,
    /// Nothing if the reader only may know that it exists, or if it was erased.
    subject: Option<String>,
    /// What stands in its place then.
    blank: &'static str,
    flags: Vec<&'static str>,
    /// What it is, who asks, and from where.
    about: String,
    status: Word,
    /// Who has it.
    holder: String,
    priority: Word,
    left: Left,
}

impl Line for Row {
    const TEMPLATE: &'static str = "partials/ticket_row";
}

/// In what kind of list a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Among {
    /// Whether its lines can be ticked.
    pub ticks: bool,
    /// Whether all are of one OPD, which then is not told.
    pub one_opd: bool,
}

impl Row {
    /// Of a ticket as somebody sees it.
    pub fn of(desk: &Desk, now: Instant, seen: &Seen, times: &[TimeLeft], among: Among) -> Self {
        let ticket = &seen.listed.ticket;
        let subject = ticket.subject.clone().filter(|_| seen.has_content());
        let flags = [(ticket.security, "Keamanan"), (ticket.major, "Gangguan besar")];
        Self {
            number: desk.prefix.number(ticket.id),
            version: ticket.version,
            ticks: among.ticks,
            blank: if seen.has_content() { "Judul telah dihapus" } else { "Isi dirahasiakan" },
            subject,
            flags: flags.into_iter().filter(|(is_there, _)| *is_there).map(|(_, flag)| flag).collect(),
            about: about(seen, among),
            status: ticket.status.word(),
            holder: holder(seen),
            priority: ticket.priority.word(),
            left: Left::of(desk, now, ticket.status, times),
        }
    }
}

fn about(seen: &Seen, among: Among) -> String {
    let (listed, ticket) = (&seen.listed, &seen.listed.ticket);
    let mut about = ticket.kind.label().to_owned();
    if seen.has_content() {
        for part in listed.category.iter().chain([&listed.requester]) {
            about.push_str(" · ");
            about.push_str(part);
        }
    }
    if !among.one_opd {
        about.push_str(&format!(" ({})", listed.opd_name));
    }
    // That it came by the portal is the usual case.
    if seen.has_content() && ticket.channel != Channel::Portal {
        about.push_str(" via ");
        about.push_str(ticket.channel.label());
    }
    about
}

/// The team that has it, or is asked to take it, and who works on it.
fn holder(seen: &Seen) -> String {
    let listed = &seen.listed;
    let is_asked = listed.ticket.handover.is_some_and(|handover| handover.stage == HandoverStage::Requested);
    let asked = if is_asked { "diminta: " } else { "" };
    match (&listed.team, &listed.assignee) {
        (Some(team), Some(assignee)) => format!("{asked}{team} · {assignee}"),
        (Some(team), None) => format!("{asked}{team}"),
        (None, Some(assignee)) => assignee.clone(),
        (None, None) => "belum diambil".to_owned(),
    }
}
