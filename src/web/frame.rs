//! What is around every page: name of the government, navigation, who is signed in, what was just done.

use serde::Serialize;

use super::notices::bell::Bell;
use super::words::{self, number};
use crate::domain::people::{Actor, Role};
use crate::services::Desk;
use crate::services::accounts::secret;
use crate::services::accounts::session::Session;
use crate::services::admin::mail;

/// A place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Nowhere,
    Home,
    Tickets,
    Queue,
    Entry,
    Supervision,
    Reports,
    Evaluations,
    Administration,
    Account,
    Notices,
}

/// An entry of the navigation.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    href: &'static str,
    label: &'static str,
    current: bool,
    /// What there needs somebody to act.
    alarm: Option<Alarm>,
}

/// Something that needs somebody to act, as a number and in words.
#[derive(Clone, Debug, Serialize)]
struct Alarm {
    count: String,
    words: &'static str,
}

/// What is counted for every page.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted {
    /// Notices that whoever looks has not seen.
    pub unseen: i64,
    /// Mails that were given up, for whoever can do something about it.
    pub dead: i64,
}

/// Who is signed in, as the frame shows it.
#[derive(Clone, Debug, Serialize)]
struct Who {
    id: i64,
    name: String,
    opd: String,
    initials: String,
}

/// The frame.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    title: String,
    tenant: String,
    dinas: String,
    /// What the units of the government are called.
    opd_word: String,
    /// Where the logo of the government is, if it has set one.
    logo: Option<String>,
    who: Option<Who>,
    bell: Option<Bell>,
    entries: Vec<Entry>,
    /// Whether tickets can be filed for others.
    enters: bool,
    /// Proves a form of this page.
    csrf: String,
    /// Makes each form of this page happen once.
    nonce: String,
    news: Option<String>,
}

impl Frame {
    /// The frame of a page.
    pub fn new(
        desk: &Desk,
        session: Option<(&Session, Counted)>,
        place: Place,
        title: String,
        csrf: String,
        news: Option<&str>,
    ) -> Self {
        let tenant = &desk.config.tenant;
        let (session, counted) = session.unzip();
        let counted = counted.unwrap_or_default();
        Self {
            title,
            tenant: tenant.name.clone(),
            dinas: tenant.dinas.clone(),
            opd_word: tenant.opd_word.clone(),
            logo: desk.logo.as_ref().map(|logo| format!("/logo?v={}", logo.version)),
            who: session.map(|session| Who {
                id: session.actor.id.0,
                name: session.name.clone(),
                opd: session.opd.clone(),
                initials: initials(&session.name),
            }),
            bell: session.map(|_| Bell::of(counted.unseen, place == Place::Notices)),
            entries: session.map(|session| entries(&session.actor, place, counted.dead)).unwrap_or_default(),
            enters: session.is_some_and(|session| enters(&session.actor)),
            csrf,
            nonce: secret::salt(),
            news: news.and_then(words::news),
        }
    }
}

/// Whether somebody has a queue to work on or to oversee.
pub fn has_queue(actor: &Actor) -> bool {
    let roles = [Role::Tier1Agent, Role::Tier2Agent, Role::OpdHead, Role::Supervisor, Role::Auditor];
    roles.iter().any(|role| actor.has(*role))
}

/// Whether somebody files tickets for others.
pub fn enters(actor: &Actor) -> bool {
    [Role::Tier1Agent, Role::Tier2Agent, Role::Supervisor].iter().any(|role| actor.has(*role))
}

fn entries(actor: &Actor, place: Place, dead: i64) -> Vec<Entry> {
    let alarm = (dead > 0).then(|| Alarm {
        count: if dead > mail::DEAD_MOST { format!("{}+", mail::DEAD_MOST) } else { number(dead) },
        words: "surat gagal terkirim",
    });
    let oversees = [Role::Supervisor, Role::Auditor, Role::OpdHead].iter().any(|role| actor.has(*role));
    let reports = [Role::Supervisor, Role::Auditor, Role::Admin, Role::OpdHead, Role::Tier1Agent];
    let reads_reports = reports.iter().any(|role| actor.has(*role));
    let administers = actor.has(Role::Admin) || actor.has(Role::Auditor);
    [
        (true, Place::Home, "/", "Beranda"),
        (has_queue(actor), Place::Queue, "/antrean", "Antrean"),
        (enters(actor), Place::Entry, "/catat", "Catat cepat"),
        (true, Place::Tickets, "/tiket", "Tiket saya"),
        (oversees, Place::Supervision, "/penyelia", "Penyelia"),
        (reads_reports, Place::Reports, "/laporan", "Laporan"),
        (reads_reports, Place::Evaluations, "/evaluasi", "Evaluasi"),
        (administers, Place::Administration, "/admin", "Administrasi"),
    ]
    .into_iter()
    .filter(|(is_there, ..)| *is_there)
    .map(|(_, at, href, label)| Entry {
        href,
        label,
        current: at == place,
        alarm: alarm.clone().filter(|_| at == Place::Administration),
    })
    .collect()
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}
