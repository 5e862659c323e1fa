//! The head of a ticket: what can be done, its clocks, what is special about it.

use serde::Serialize;

use super::super::queue::row::Left;
use super::super::words::{Spoken, When, span};
use super::acts::{Acts, Verb};
use super::facts::is_fact;
use crate::domain::Instant;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{Classification, HandoverStage, Status};
use crate::services::Desk;
use crate::services::sla::times::Standing;

/// Something that can be done: a link to its form, or a button of its own.
#[derive(Clone, Debug, Serialize)]
pub struct Act {
    pub label: &'static str,
    /// Where its form is; a button that does it at once has none.
    pub href: Option<String>,
    pub verb: &'static str,
    /// The shortcut.
    pub key: Option<&'static str>,
    pub class: &'static str,
    /// The handover that it is about.
    pub handover: Option<i64>,
}

/// A clock as a bar with words.
#[derive(Clone, Debug, Serialize)]
pub struct Clock {
    pub label: &'static str,
    pub left: Left,
}

/// What everybody has to know before anything else.
#[derive(Clone, Debug, Serialize)]
pub struct Flag {
    pub tone: &'static str,
    pub text: String,
    pub href: Option<String>,
    pub link: String,
}

/// The verbs of the menu, in its order.
const MENU: &[(Verb, &str)] = &[
    (Verb::Accept, "Terima eskalasi"),
    (Verb::Take, "Ambil"),
    (Verb::Resume, "Lanjutkan pengerjaan"),
    (Verb::Resolve, "Selesaikan"),
    (Verb::Close, "Tutup"),
    (Verb::Reopen, "Buka kembali"),
    (Verb::Hold, "Tunggu…"),
    (Verb::Assign, "Alihkan ke petugas…"),
    (Verb::Release, "Lepaskan ke antrean"),
    (Verb::Withdraw, "Tarik kembali eskalasi…"),
    (Verb::Link, "Kaitkan…"),
    (Verb::Major, "Tambah tiket anak (gangguan besar)…"),
    (Verb::Merge, "Gabungkan…"),
    (Verb::Classify, "Klasifikasi…"),
    (Verb::Reject, "Tolak…"),
    (Verb::Cancel, "Batalkan…"),
];

/// Whether a verb is a button that does it at once.
fn is_immediate(verb: Verb) -> bool {
    matches!(verb, Verb::Accept | Verb::Take | Verb::Release | Verb::Resume | Verb::Close)
}

/// Where on the page the form of a verb is.
fn place(verb: Verb) -> &'static str {
    if is_fact(verb) { verb.as_str() } else { "buka" }
}

fn act(acts: Acts<'_>, number: &str, verb: Verb, label: &'static str) -> Act {
    let word = verb.as_str();
    Act {
        label,
        href: (!is_immediate(verb)).then(|| format!("/tiket/{number}?buka={word}#{}", place(verb))),
        verb: word,
        key: matches!(verb, Verb::Accept | Verb::Take).then_some("a"),
        class: "plain",
        handover: acts.ticket().handover.map(|handover| handover.id.0).filter(|_| verb == Verb::Accept),
    }
}

/// What can be done: the one thing that is next, what stands beside it, and the rest.
pub fn menu(acts: Acts<'_>, number: &str) -> (Vec<Act>, Vec<Act>) {
    let ticket = acts.ticket();
    let unassigned = ticket.assignee.is_none();
    let mut first = Vec::new();
    let mut next = |verb, label| {
        if acts.can(verb) {
            first.push((verb, label));
        }
    };
    if acts.is_requester() {
        next(Verb::Close, "Ya, sudah beres");
        next(Verb::Reopen, "Belum beres");
    } else {
        next(Verb::Accept, "Terima");
        if unassigned {
            next(Verb::Take, "Ambil");
        }
        if acts.is_assignee() {
            let own_wait = matches!(ticket.status, Status::WaitingThirdParty | Status::WaitingApproval);
            match own_wait {
                true => next(Verb::Resume, "Lanjutkan"),
                false => next(Verb::Resolve, "Selesaikan"),
            }
        }
    }
    let shown: Vec<Verb> = first.iter().map(|(verb, _)| *verb).collect();
    let mut first: Vec<Act> = first.into_iter().map(|(verb, label)| act(acts, number, verb, label)).collect();
    first.iter_mut().for_each(|act| act.class = "button");
    first.iter_mut().skip(1).for_each(|act| act.class = "button quiet");
    let rest = MENU.iter().filter(|(verb, _)| !shown.contains(verb) && acts.can(*verb));
    (first, rest.map(|(verb, label)| act(acts, number, *verb, label)).collect())
}

/// Whose it is, in words.
pub fn holder(acts: Acts<'_>) -> String {
    let listed = &acts.whole.seen.listed;
    let owner = format!("milik {}", listed.opd_name);
    let stage = listed.ticket.handover.map(|handover| handover.stage);
    match (&listed.team, stage) {
        (Some(team), Some(HandoverStage::Accepted)) => format!("{owner}, di Tier 2 {team}"),
        (Some(team), _) => format!("{owner}, diminta ke Tier 2 {team}"),
        _ => owner,
    }
}

/// The clocks that matter now.
pub fn clocks(desk: &Desk, now: Instant, acts: Acts<'_>) -> Vec<Clock> {
    let always = [ClockKind::Response, ClockKind::Resolution, ClockKind::Legal];
    let shown = acts.whole.clocks.iter().filter(|clock| always.contains(&clock.left.kind) || !clock.stopped);
    shown
        .map(|clock| Clock { label: clock.left.kind.label(), left: bar(desk, now, acts.ticket().status, clock) })
        .collect()
}

fn bar(desk: &Desk, now: Instant, status: Status, clock: &Standing) -> Left {
    let of = format!("{} dari {}", span(clock.used), span(clock.whole));
    if !clock.stopped {
        let mut left = Left::of(desk, now, status, std::slice::from_ref(&clock.left));
        if left.tone == "paused" {
            left.text = format!("dijeda, terpakai {of}");
        }
        return left;
    }
    let void = matches!(status, Status::Cancelled | Status::Rejected);
    let (tone, text) = match (clock.left.over, void) {
        (_, true) => ("none", format!("berakhir, terpakai {of}")),
        (true, _) => ("over", format!("terlambat: {of}")),
        (false, _) => ("kept", of),
    };
    let due = clock.left.due_at.map(|due| format!(": jatuh tempo {}", When::of(due, now, desk.zone).full));
    let title = format!("{}{}", clock.left.kind.label(), due.unwrap_or_default());
    let percent = if clock.left.over { 100 } else { clock.left.percent.clamp(0, 100) };
    Left { tone, text, percent, title, due: None }
}

/// What is special about a ticket.
pub fn flags(desk: &Desk, acts: Acts<'_>) -> Vec<Flag> {
    let ticket = acts.ticket();
    let plain = |tone, text: &str| Flag { tone, text: text.to_owned(), href: None, link: String::new() };
    let mut flags = Vec::new();
    if ticket.security {
        flags.push(plain("over", "Insiden keamanan: hanya dibaca orang yang disebut di dalamnya dan tim CSIRT."));
    }
    if ticket.major {
        flags.push(plain("over", "Gangguan besar: tiket ini induk dari laporan lain."));
    }
    match ticket.classification {
        Classification::Open => {}
        Classification::Restricted => flags.push(plain("near", "Terbatas: tidak untuk disebarkan.")),
        Classification::Secret => flags.push(plain("near", "Rahasia: hanya untuk orang yang disebut di dalamnya.")),
    }
    if ticket.personal_data && acts.is_internal() {
        flags.push(plain("near", "Menyangkut data pribadi (UU PDP Pasal 46)."));
    }
    if ticket.merged_into.is_some() {
        let kept = acts.whole.merged_into.map(|id| desk.prefix.number(id));
        flags.push(Flag {
            tone: "info",
            text: "Tiket ini digabungkan ke".to_owned(),
            href: kept.as_ref().map(|number| format!("/tiket/{number}")),
            link: kept.unwrap_or_else(|| "tiket lain".to_owned()),
        });
    }
    if acts.is_requester() && ticket.status == Status::Resolved {
        flags.push(plain("good", "Petugas menyatakan tiket ini selesai. Apakah masalah Anda sudah beres?"));
    }
    if acts.is_requester() && ticket.status == Status::WaitingRequester {
        flags.push(plain("near", "Petugas menunggu jawaban Anda. Balas di bawah agar pengerjaan berlanjut."));
    }
    flags
}
