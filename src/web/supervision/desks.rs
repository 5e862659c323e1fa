//! `GET /penyelia`: every desk on one page, and reminding one.

use std::cmp::Reverse;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::reports::file::saved;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::{When, number, span};
use super::chart::{Age, Course, Spark, ages};
use super::{Tab, percent, tabs};
use crate::domain::Instant;
use crate::domain::ids::OpdId;
use crate::domain::people::{Actor, Role};
use crate::domain::report::definitions::RANK_FROM;
use crate::domain::ticket::word_enum;
use crate::reports::reminder;
use crate::services::supervision::desks::{self, Appointed, Stand};
use crate::services::supervision::letter::{self as writing, SILENT_DAYS};
use crate::services::supervision::{oversees, remind as reminding};
use crate::services::{Desk, Error, Result};

word_enum! {
    /// By what the desks are sorted, the most worrying first.
    Sort {
        Over = "lewat",
        Name = "nama",
        Open = "terbuka",
        Oldest = "tertua",
        Kept = "kepatuhan",
        Place = "peringkat",
        Active = "aktivitas",
        Bounced = "dikembalikan",
    }
}

/// What is asked for, as the address has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    #[serde(skip_serializing_if = "Option::is_none")]
    urut: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
}

/// One of the numbers on top.
#[derive(Debug, Serialize)]
struct Figure {
    label: &'static str,
    value: String,
    href: String,
    tone: &'static str,
}

/// The head of a column.
#[derive(Debug, Serialize)]
struct Column {
    code: &'static str,
    label: String,
    href: String,
    /// For `aria-sort`.
    sorted: Option<&'static str>,
    number: bool,
}

/// A desk.
#[derive(Debug, Serialize)]
struct Line {
    id: i64,
    name: String,
    code: String,
    flag: Option<&'static str>,
    href: String,
    open: String,
    oldest: Option<String>,
    oldest_at: Option<When>,
    near: Option<String>,
    over: Option<String>,
    kept: Option<String>,
    ended: String,
    spark: Option<Spark>,
    active: Option<When>,
    bounced: Option<String>,
    handovers: String,
    remindable: bool,
    /// Whether there is something to write to the head of the OPD.
    writable: bool,
    /// The place among the desks; nothing if too few promises ended.
    place: Option<String>,
}

#[derive(Serialize)]
struct DesksPage {
    heading: String,
    tabs: Vec<Tab>,
    figures: Vec<Figure>,
    course: Course,
    ages: Vec<Age>,
    columns: Vec<Column>,
    lines: Vec<Line>,
    count: String,
    total: String,
    filtered: bool,
    text: String,
    sort: &'static str,
    /// Whether there are several desks, to be sorted and filtered.
    several: bool,
    /// Whether the desks can be reminded.
    reminds: bool,
    /// So many promises must have ended for a desk to have a place.
    rank_from: i64,
}

impl Page for DesksPage {
    const TEMPLATE: &'static str = "pages/supervision/desks";
    const PLACE: Place = Place::Supervision;

    fn title(&self) -> String {
        self.heading.clone()
    }
}

/// `GET /penyelia`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    visitor.show(move |desk, caller| build(desk, &caller.actor, &query)).await
}

fn build(desk: &Desk, actor: &Actor, query: &Query) -> Result<DesksPage> {
    let overview = desks::run(desk, actor)?;
    let sort = query.urut.as_deref().and_then(Sort::parse).unwrap_or(Sort::Over);
    let text = query.q.clone().unwrap_or_default();
    let figures = figures(actor, &overview.desks);
    let (total, several) = (overview.desks.len(), oversees(actor));
    let mut shown = overview.desks;
    shown.retain(|stand| matches(stand, &text));
    order(&mut shown, sort);
    let reminds = actor.has(Role::Supervisor);
    let word = &desk.config.tenant.opd_word;
    Ok(DesksPage {
        heading: if several { "Penyelia".to_owned() } else { format!("Meja {word} saya") },
        tabs: tabs(desk, actor, "/penyelia")?,
        figures,
        course: Course::of(&overview.course),
        ages: ages(overview.ages),
        columns: columns(query, sort, word, several),
        count: number(shown.len() as i64),
        lines: shown.iter().map(|stand| line(desk, actor, stand)).collect(),
        total: number(total as i64),
        filtered: !text.trim().is_empty(),
        text,
        sort: sort.as_str(),
        several,
        reminds,
        rank_from: RANK_FROM,
    })
}

fn matches(stand: &Stand, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    stand.name.to_lowercase().contains(&text) || stand.code.to_lowercase().contains(&text)
}

/// Each way ends with the name, which they come in.
fn order(desks: &mut [Stand], sort: Sort) {
    let never = Instant::MAX_UTC;
    match sort {
        Sort::Name => {}
        Sort::Over => desks.sort_by_key(|stand| (Reverse(stand.over), Reverse(stand.near), Reverse(stand.open))),
        Sort::Open => desks.sort_by_key(|stand| Reverse(stand.open)),
        Sort::Oldest => desks.sort_by_key(|stand| stand.oldest.unwrap_or(never)),
        Sort::Kept => desks.sort_by(|a, b| {
            let share = |stand: &Stand| stand.kept.percent().unwrap_or(f64::MAX);
            share(a).total_cmp(&share(b))
        }),
        Sort::Place => desks.sort_by_key(|stand| stand.place.unwrap_or(i64::MAX)),
        Sort::Active => desks.sort_by_key(|stand| stand.active_at.unwrap_or(Instant::MIN_UTC)),
        Sort::Bounced => desks.sort_by(|a, b| {
            let share = |stand: &Stand| stand.bounce_percent().unwrap_or(-1.0);
            share(b).total_cmp(&share(a))
        }),
    }
}

fn figures(actor: &Actor, desks: &[Stand]) -> Vec<Figure> {
    let view = if oversees(actor) { "all" } else { "desk" };
    let sum = |of: fn(&Stand) -> i64| desks.iter().map(of).sum::<i64>();
    [
        ("Terbuka", "semua", sum(|stand| stand.open), "calm"),
        ("Mendekati tenggat", "mendekati", sum(|stand| stand.near), "near"),
        ("Lewat tenggat", "lewat", sum(|stand| stand.over), "over"),
        ("Menunggu diterima Tier 2", "diminta", sum(|stand| stand.requested), "calm"),
    ]
    .into_iter()
    .map(|(label, part, count, tone)| Figure {
        label,
        value: number(count),
        href: format!("/antrean?antrean={view}&bagian={part}"),
        tone: if count > 0 { tone } else { "calm" },
    })
    .collect()
}

fn columns(query: &Query, current: Sort, word: &str, several: bool) -> Vec<Column> {
    let desks = format!("Meja {word}");
    let column = |(sort, label): (Sort, &str)| {
        let query = Query { urut: Some(sort.as_str().to_owned()), ..query.clone() };
        // What presses comes first: of numbers the highest, of names, instants and shares kept the lowest.
        let direction = match sort {
            Sort::Over | Sort::Open | Sort::Bounced => "descending",
            Sort::Name | Sort::Oldest | Sort::Kept | Sort::Place | Sort::Active => "ascending",
        };
        Column {
            code: sort.as_str(),
            label: label.to_owned(),
            href: format!("/penyelia?{}", serde_html_form::to_string(&query).unwrap_or_default()),
            sorted: (sort == current).then_some(direction),
            number: matches!(sort, Sort::Open | Sort::Place),
        }
    };
    let columns = [
        (Sort::Name, desks.as_str()),
        (Sort::Open, "Terbuka"),
        (Sort::Over, "Tenggat"),
        (Sort::Oldest, "Tertua"),
        (Sort::Kept, "Kepatuhan bulan ini"),
        (Sort::Place, "Peringkat"),
        (Sort::Bounced, "Dikembalikan"),
        (Sort::Active, "Aktivitas"),
    ];
    // One desk alone has no place.
    columns.into_iter().filter(|(sort, _)| several || *sort != Sort::Place).map(column).collect()
}

fn line(desk: &Desk, actor: &Actor, stand: &Stand) -> Line {
    let now = desk.now();
    let when = |at: Instant| When::of(at, now, desk.zone);
    let some = |count: i64| (count > 0).then(|| number(count));
    let href = match oversees(actor) {
        true => format!("/antrean?antrean=all&opd={}", stand.opd),
        false => "/antrean?antrean=desk".to_owned(),
    };
    Line {
        id: stand.opd.0,
        name: stand.name.clone(),
        code: stand.code.clone(),
        flag: match stand.appointed {
            Appointed::Yes => None,
            Appointed::Ended => Some("Penunjukan Tier 1 berakhir"),
            Appointed::Nobody => Some("Penunjukan Tier 1 tidak ada"),
        },
        href,
        open: number(stand.open),
        oldest: stand.oldest.map(|at| span((now - at).num_seconds())),
        oldest_at: stand.oldest.map(when),
        near: some(stand.near),
        over: some(stand.over),
        kept: stand.kept.percent().map(percent),
        ended: number(stand.kept.ended),
        spark: Spark::of(&stand.weeks),
        active: stand.active_at.map(when),
        bounced: stand.bounce_percent().map(percent),
        handovers: format!("{} dari {}", number(stand.returned), number(stand.handovers)),
        remindable: actor.has(Role::Supervisor) && stand.over > 0 && stand.appointed == Appointed::Yes,
        writable: actor.has(Role::Supervisor) && is_worth_a_letter(stand, now),
        place: stand.place.map(number),
    }
}

/// Whether there is something to write to the head of an OPD: the letter looks more closely.
fn is_worth_a_letter(stand: &Stand, now: Instant) -> bool {
    let is_silent = |active: Instant| stand.open > 0 && (now - active).num_days() >= SILENT_DAYS;
    stand.over > 0 || stand.appointed != Appointed::Yes || stand.active_at.is_some_and(is_silent)
}

/// `POST /penyelia/{opd}/surat`
pub async fn letter(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let file = visitor
        .heed(form, move |desk, caller, _| {
            let opd = path.parse().map(OpdId).map_err(|_| Error::NotFound)?;
            reminder::pdf(desk, &writing::run(desk, caller, opd)?, "")
        })
        .await?;
    Ok(saved(file, "application/pdf"))
}

/// `POST /penyelia/{opd}/ingatkan`
pub async fn remind(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                let opd = path.parse().map(OpdId).map_err(|_| Error::NotFound)?;
                let reminded = reminding::run(desk, caller, opd)?;
                let news = match (reminded.tickets, reminded.people) {
                    (_, 0) => "ingat-tanpa-petugas".to_owned(),
                    (0, _) => "ingat-kosong".to_owned(),
                    (tickets, _) => format!("diingatkan:{tickets}"),
                };
                Ok(Next::saying("/penyelia", news))
            },
            |desk, caller, _| build(desk, &caller.actor, &Query::default()),
        )
        .await
}
