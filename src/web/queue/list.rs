//! `GET /antrean`: the queues of whoever works on tickets or oversees that.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::frame::{Place, has_queue};
use super::super::templates::Lines;
use super::super::visitor::{Page, Visitor};
use super::super::words::{Spoken, Word, number};
use super::query::{Part, Query};
use super::row::{Among, Row};
use crate::domain::people::{Actor, Role};
use crate::domain::priority::Priority;
use crate::domain::ticket::TicketType;
use crate::http::page;
use crate::services::accounts::views as saved;
use crate::services::admin::{categories, opds};
use crate::services::sla::times;
use crate::services::tickets::colleagues;
use crate::services::tickets::list::{self, View};
use crate::services::{Desk, Error, Result};
use crate::store::queues::{Counts, Order};

/// How many lines a page has.
const LINES: i64 = 50;

/// The most choices of a filter.
const CHOICES: i64 = 500;

/// An entry of the list of parts.
#[derive(Debug, Serialize)]
struct PartLink {
    href: String,
    label: &'static str,
    count: Option<String>,
    /// How pressing what is in it is.
    tone: &'static str,
    current: bool,
}

/// A queue that one can change to.
#[derive(Debug, Serialize)]
struct ViewLink {
    href: String,
    label: String,
    current: bool,
}

/// A view that was kept.
#[derive(Debug, Serialize)]
struct SavedLink {
    id: i64,
    href: String,
    name: String,
    current: bool,
}

/// A filter of the queue.
#[derive(Debug, Serialize)]
struct Narrowing {
    name: &'static str,
    label: String,
    choices: Vec<Choice>,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    label: String,
    chosen: bool,
}

/// What a ticket could not be done to, and why.
#[derive(Debug, Serialize)]
struct Failure {
    number: String,
    reason: String,
}

#[derive(Serialize)]
pub(super) struct QueuePage {
    heading: String,
    views: Vec<ViewLink>,
    parts: Vec<PartLink>,
    saved: Vec<SavedLink>,
    filters: Vec<Narrowing>,
    /// To whom tickets can be given.
    assignees: Vec<Choice>,
    sorts: Vec<Choice>,
    /// What the filter form keeps.
    view: &'static str,
    part: &'static str,
    filtered: bool,
    rows: Lines<Row>,
    count: String,
    /// How many there are in all, where that is known.
    total: Option<String>,
    next: Option<String>,
    /// The address of the first page, and its query string.
    address: String,
    query: String,
    /// Whether whoever looks can take tickets here.
    works: bool,
    /// What was done to several tickets, as far as it was refused.
    failures: Vec<Failure>,
    draft: Draft,
}

impl Page for QueuePage {
    const TEMPLATE: &'static str = "pages/queue/list";
    const PLACE: Place = Place::Queue;

    fn title(&self) -> String {
        format!("{} · Antrean", self.heading)
    }
}

/// `GET /antrean`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let query = query.into_inner();
    visitor.show(move |desk, caller| build(desk, &caller.actor, &query, Draft::default())).await
}

/// The queues of an actor, what is nearest first.
pub fn views(desk: &Desk, actor: &Actor) -> Vec<(View, String)> {
    let word = &desk.config.tenant.opd_word;
    [
        (actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead), View::Desk, format!("Meja {word}")),
        (!actor.teams.is_empty(), View::Team, "Tim Tier 2".to_owned()),
        (actor.has(Role::Supervisor) || actor.has(Role::Auditor), View::All, format!("Semua {word}")),
    ]
    .into_iter()
    .filter(|(has, ..)| *has)
    .map(|(_, view, label)| (view, label))
    .collect()
}

/// The page of a query, with what was wrong with a form of it.
pub(super) fn build(desk: &Desk, actor: &Actor, query: &Query, draft: Draft) -> Result<QueuePage> {
    if !has_queue(actor) {
        return Err(Error::Forbidden);
    }
    let views = views(desk, actor);
    let usual = views.first().map(|(view, _)| *view);
    let view = query.view().or(usual).ok_or(Error::Forbidden)?;
    let (part, order) = (query.part(), query.order());
    let input = list::Input {
        view: Some(if part == Part::Mine { View::Assigned } else { view }),
        filter: query.filter(),
        text: None,
        order,
        after: query.sesudah.as_deref().map(page::from_text).transpose()?,
        limit: LINES,
    };
    let found = list::run(desk, actor, &input)?;
    let counts = list::counts(desk, actor, Some(view))?;
    let mine = list::assigned(desk, actor)?;
    let works = actor.has(Role::Tier1Agent) || !actor.teams.is_empty() || actor.has(Role::Supervisor);
    // On a desk's own queue everything is of its OPD.
    let rows = rows(desk, &found, Among { ticks: works, one_opd: view == View::Desk })?;
    let whole = query.within(view);
    let next = found.next.map(|next| whole.from(page::to_text(next)).address());
    let sorts = [("sisa", "Sisa waktu", Order::Due), ("terbaru", "Terbaru berubah", Order::Updated)];
    let people: Vec<_> = colleagues::run(desk, actor, view)?.into_iter().map(|(id, name)| (id.0, name)).collect();
    Ok(QueuePage {
        heading: part.label().to_owned(),
        views: view_links(&views, view),
        parts: part_links(&whole, part, &counts, mine, view),
        saved: saved_links(desk, actor, &whole)?,
        filters: filters(desk, query, view, &people)?,
        assignees: named(people, None),
        sorts: sorts
            .into_iter()
            .map(|(code, label, at)| Choice { code: code.into(), label: label.into(), chosen: at == order })
            .collect(),
        view: view.as_str(),
        part: part.as_str(),
        filtered: query.is_filtered(),
        count: number(rows.len() as i64),
        rows: Lines(rows),
        total: part.count(&counts, mine).filter(|_| !query.is_filtered()).map(number),
        next,
        address: whole.address(),
        query: whole.text(),
        works,
        failures: failures(desk, &draft),
        draft,
    })
}

/// The filters that a queue has something to choose in.
fn filters(desk: &Desk, query: &Query, view: View, people: &[(i64, String)]) -> Result<Vec<Narrowing>> {
    let filters = [
        ("jenis", "Jenis", words(TicketType::choices(), query.kind().map(Spoken::code))),
        ("prioritas", "Prioritas", words(Priority::choices(), query.priority().map(Spoken::code))),
        ("kategori", "Kategori", named(active_categories(desk)?, query.category().map(|id| id.0))),
        ("opd", desk.config.tenant.opd_word.as_str(), named(all_opds(desk, view)?, query.opd().map(|id| id.0))),
        ("petugas", "Petugas", named(people.to_vec(), query.assignee().map(|id| id.0))),
    ];
    let there = filters.into_iter().filter(|(.., choices)| !choices.is_empty());
    Ok(there.map(|(name, label, choices)| Narrowing { name, label: label.to_owned(), choices }).collect())
}

fn rows(desk: &Desk, found: &list::Page, among: Among) -> Result<Vec<Row>> {
    let ids: Vec<_> = found.items.iter().map(|seen| seen.listed.ticket.id).collect();
    let left = times::left(desk, &ids)?;
    let now = desk.now();
    let rows = found.items.iter().map(|seen| {
        let times = left.get(&seen.listed.ticket.id).map_or(&[][..], Vec::as_slice);
        Row::of(desk, now, seen, times, among)
    });
    Ok(rows.collect())
}

/// What was refused of a form about several tickets: its errors stand at their numbers.
fn failures(desk: &Desk, draft: &Draft) -> Vec<Failure> {
    let of_tickets = draft.errors.iter().filter(|(number, _)| desk.prefix.read(number).is_some());
    of_tickets.map(|(number, reason)| Failure { number: number.clone(), reason: reason.clone() }).collect()
}

fn part_links(query: &Query, current: Part, counts: &Counts, mine: i64, view: View) -> Vec<PartLink> {
    // Whatever a team has is with it.
    let shown = Part::ALL.iter().copied().filter(|part| *part != Part::Handed || view != View::Team);
    shown
        .map(|part| {
            let count = part.count(counts, mine);
            PartLink {
                href: query.part_of(part).address(),
                label: part.label(),
                count: count.map(number),
                tone: part.tone(count),
                current: part == current,
            }
        })
        .collect()
}

fn view_links(views: &[(View, String)], current: View) -> Vec<ViewLink> {
    let link = |(view, label): &(View, String)| ViewLink {
        href: Query::of(*view).address(),
        label: label.clone(),
        current: *view == current,
    };
    views.iter().map(link).collect()
}

fn saved_links(desk: &Desk, actor: &Actor, whole: &Query) -> Result<Vec<SavedLink>> {
    let present = whole.text();
    let link = |row: crate::store::saved_views::SavedViewRow| SavedLink {
        id: row.id,
        href: format!("/antrean?{}", row.query),
        current: row.query == present,
        name: row.name,
    };
    Ok(saved::list(desk, actor)?.into_iter().map(link).collect())
}

fn words(words: Vec<Word>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |word: Word| Choice {
        code: word.code.to_owned(),
        label: word.label.to_owned(),
        chosen: chosen == Some(word.code),
    };
    words.into_iter().map(choice).collect()
}

fn named(all: impl IntoIterator<Item = (i64, String)>, chosen: Option<i64>) -> Vec<Choice> {
    let choice = |(id, name): (i64, String)| Choice { code: id.to_string(), label: name, chosen: chosen == Some(id) };
    all.into_iter().map(choice).collect()
}

fn active_categories(desk: &Desk) -> Result<Vec<(i64, String)>> {
    let all = categories::list(desk, 0, CHOICES)?;
    Ok(all.into_iter().filter(|row| row.active).map(|row| (row.id, row.name)).collect())
}

/// Only where several OPDs are in one queue.
fn all_opds(desk: &Desk, view: View) -> Result<Vec<(i64, String)>> {
    if view == View::Desk {
        return Ok(Vec::new());
    }
    Ok(opds::list(desk, 0, CHOICES)?.into_iter().filter(|row| row.active).map(|row| (row.id, row.name)).collect())
}
