//! `GET /kabar`: what one was told, day by day.

use actix_web::web;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::frame::Place;
use super::super::reports::suffix;
use super::super::visitor::{Page, Visitor};
use super::super::words::{Spoken, When};
use super::bell::capped;
use crate::domain::local_time::spoken_day;
use crate::domain::notice::Notice;
use crate::services::notifications::list::{self, About, Told};
use crate::services::notifications::unread;
use crate::services::{Caller, Desk, Result};

/// How many notices a page has.
const NOTICES: i64 = 40;

/// The word of the address for those that are new.
const NEW: &str = "baru";

/// Which of them.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    pub tampil: Option<String>,
    pub sebelum: Option<i64>,
}

impl Query {
    fn only_new(&self) -> bool {
        self.tampil.as_deref() == Some(NEW)
    }

    /// The address of what it asks for.
    pub fn address(&self) -> String {
        let new = self.only_new().then(|| format!("tampil={NEW}"));
        let before = self.sebelum.map(|id| format!("sebelum={id}"));
        let query: Vec<_> = [new, before].into_iter().flatten().collect();
        if query.is_empty() { "/kabar".to_owned() } else { format!("/kabar?{}", query.join("&")) }
    }
}

#[derive(Debug, Serialize)]
struct Tab {
    href: &'static str,
    label: &'static str,
    count: Option<String>,
    current: bool,
}

/// A notice as the page shows it.
#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    new: bool,
    /// `near` and `over` for targets.
    tone: &'static str,
    what: &'static str,
    href: Option<String>,
    number: Option<String>,
    subject: Option<String>,
    by: Option<String>,
    /// What they did, where that says more than the kind of news.
    did: Option<&'static str>,
    at: When,
    time: String,
}

#[derive(Debug, Serialize)]
struct Day {
    on: String,
    label: String,
    lines: Vec<Line>,
}

/// The page.
#[derive(Serialize)]
pub struct NoticesPage {
    address: String,
    tabs: Vec<Tab>,
    days: Vec<Day>,
    /// How many are new, if any are.
    new: Option<String>,
    only_new: bool,
    /// The newest that is shown.
    newest: Option<i64>,
    next: Option<String>,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "pages/notices/list";
    const PLACE: Place = Place::Notices;

    fn title(&self) -> String {
        "Kabar".to_owned()
    }
}

/// `GET /kabar`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    visitor.show(move |desk, caller| build(desk, caller, &query)).await
}

/// The page.
pub fn build(desk: &Desk, caller: &Caller, query: &Query) -> Result<NoticesPage> {
    let only_new = query.only_new();
    let input = list::Input { unseen: only_new, before: query.sebelum, limit: NOTICES + 1 };
    let mut told = list::run(desk, &caller.actor, input)?;
    let more = i64::try_from(told.len()).unwrap_or(i64::MAX) > NOTICES;
    told.truncate(NOTICES as usize);
    let next = told.last().filter(|_| more);
    let next = next.map(|last| Query { sebelum: Some(last.id), ..query.clone() }.address());
    let unseen = unread::count(desk, &caller.actor)?;
    let new = (unseen > 0).then(|| capped(unseen));
    let tab = |href, label, count, current| Tab { href, label, count, current };
    Ok(NoticesPage {
        address: query.address(),
        tabs: vec![
            tab("/kabar", "Semua", None, !only_new),
            tab("/kabar?tampil=baru", "Belum dibaca", new.clone(), only_new),
        ],
        // A later page does not know what is above it, so it marks nothing but single ones.
        newest: told.first().map(|first| first.id).filter(|_| query.sebelum.is_none()),
        days: days(desk, told),
        new,
        only_new,
        next,
    })
}

fn days(desk: &Desk, told: Vec<Told>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for one in told {
        let on = one.at.with_timezone(&desk.zone).date_naive();
        if days.last().is_none_or(|day| day.on != on.to_string()) {
            days.push(Day { on: on.to_string(), label: label(on, desk.today()), lines: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.lines.push(line(desk, one));
        }
    }
    days
}

fn label(on: NaiveDate, today: NaiveDate) -> String {
    match (today - on).num_days() {
        0 => "Hari ini".to_owned(),
        1 => "Kemarin".to_owned(),
        _ => spoken_day(on),
    }
}

fn line(desk: &Desk, told: Told) -> Line {
    let time = told.at.with_timezone(&desk.zone).format("%H.%M").to_string();
    let plain = Line {
        id: told.id,
        new: !told.seen,
        tone: "plain",
        what: "Kabar tentang sesuatu yang tidak lagi dapat Anda lihat",
        href: None,
        number: None,
        subject: None,
        by: None,
        did: None,
        at: When::of(told.at, desk.now(), desk.zone),
        time,
    };
    let to = |ticket| {
        let number = desk.prefix.number(ticket);
        (Some(format!("/tiket/{number}")), Some(number))
    };
    match told.about {
        About::Gone => plain,
        About::Report { period, opd, signed } => {
            let href = format!("/laporan/{period}{}", suffix(opd.as_ref().map(|opd| opd.code.as_str())));
            let whose = opd.map_or_else(|| format!("seluruh {}", desk.config.tenant.opd_word), |opd| opd.name);
            Line {
                what: if signed { "Laporan ditandatangani" } else { "Laporan dibekukan" },
                href: Some(href),
                number: Some(period.name()),
                subject: Some(whose),
                ..plain
            }
        }
        About::Something { ticket } => {
            let (href, number) = to(ticket);
            Line { what: "Ada kabar", href, number, ..plain }
        }
        About::FollowUp { recommendation, evaluation, notice, happening, text, by } => Line {
            tone: tone(notice),
            what: notice.label(),
            did: (notice == Notice::RecommendationMoved).then(|| happening.label()),
            href: Some(format!("/evaluasi/{evaluation}#r-{recommendation}")),
            number: Some(format!("R-{recommendation}")),
            subject: Some(text),
            by,
            ..plain
        },
        About::Happening { ticket, notice, subject, by } => {
            let (href, number) = to(ticket);
            Line { tone: tone(notice), what: notice.label(), href, number, subject, by, ..plain }
        }
    }
}

/// How pressing it is.
fn tone(notice: Notice) -> &'static str {
    if matches!(notice, Notice::TargetMissed | Notice::Reminded | Notice::RecommendationOverdue) {
        "over"
    } else if matches!(notice, Notice::TargetNear | Notice::ClosingSoon | Notice::RecommendationNear) {
        "near"
    } else {
        "plain"
    }
}
