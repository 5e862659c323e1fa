//! `GET /antrean`: the queues of whoever works on tickets or oversees that.

use std::collections::BTreeMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::frame::{Place, has_queue};
use super::super::visitor::{Page, Visitor};
use super::super::words::{Spoken, Word, number};
use super::row::Row;
use crate::domain::ids::CategoryId;
use crate::domain::people::{Actor, Role};
use crate::domain::priority::Priority;
use crate::domain::ticket::{Status, TicketType, word_enum};
use crate::http::page;
use crate::services::admin::categories;
use crate::services::sla::times;
use crate::services::tickets::list::{self, View};
use crate::services::{Desk, Error, Result};
use crate::store::queues::{Counts, Filter, Handed, Order, Pressing};

/// How many lines a page has.
const LINES: i64 = 50;

word_enum! {
    /// A part of a queue that has a name and a count.
    Part {
        Open = "semua",
        Unassigned = "belum-diambil",
        Mine = "milik-saya",
        Near = "mendekati",
        Over = "lewat",
        Waiting = "menunggu",
        Requested = "diminta",
        Handed = "di-tier-2",
        Resolved = "selesai",
        Ended = "berakhir",
    }
}

/// What is asked for, as the address has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Query {
    /// Whose queue: the widest that the roles allow, if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    antrean: Option<View>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bagian: Option<Part>,
    #[serde(skip_serializing_if = "is_blank")]
    jenis: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    prioritas: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    kategori: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    urut: Option<String>,
    #[serde(skip_serializing_if = "is_blank")]
    sesudah: Option<String>,
}

fn is_blank(value: &Option<String>) -> bool {
    value.as_ref().is_none_or(String::is_empty)
}

impl Query {
    /// The address of this query.
    fn address(&self) -> String {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        if query.is_empty() { "/antrean".to_owned() } else { format!("/antrean?{query}") }
    }
}

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
    label: &'static str,
    current: bool,
}

#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    label: String,
    chosen: bool,
}

#[derive(Serialize)]
struct QueuePage {
    heading: &'static str,
    views: Vec<ViewLink>,
    parts: Vec<PartLink>,
    kinds: Vec<Choice>,
    priorities: Vec<Choice>,
    categories: Vec<Choice>,
    sorts: Vec<Choice>,
    /// What the filter form keeps.
    view: &'static str,
    part: &'static str,
    filtered: bool,
    rows: Vec<Row>,
    count: String,
    /// How many there are in all, where that is known.
    total: Option<String>,
    next: Option<String>,
    /// The address without its page, to come back to.
    address: String,
    saved: Vec<()>,
    /// Whether whoever looks can take tickets here.
    works: bool,
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
    visitor.show(move |desk, caller| build(desk, &caller.actor, &query)).await
}

/// The queues of an actor, the widest last.
fn views(actor: &Actor) -> Vec<(View, &'static str)> {
    let mut views = Vec::new();
    if actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead) {
        views.push((View::Desk, "Meja OPD"));
    }
    if !actor.teams.is_empty() {
        views.push((View::Team, "Tim Tier 2"));
    }
    if actor.has(Role::Supervisor) || actor.has(Role::Auditor) {
        views.push((View::All, "Semua OPD"));
    }
    views
}

fn build(desk: &Desk, actor: &Actor, query: &Query) -> Result<QueuePage> {
    if !has_queue(actor) {
        return Err(Error::Forbidden);
    }
    let views = views(actor);
    let usual = views.first().map(|(view, _)| *view);
    let view = query.antrean.or(usual).ok_or(Error::Forbidden)?;
    let part = query.bagian.unwrap_or(Part::Open);
    let order = match query.urut.as_deref() {
        Some("terbaru") => Order::Updated,
        _ => Order::Due,
    };
    let kind = query.jenis.as_deref().and_then(TicketType::parse);
    let priority = query.prioritas.as_deref().and_then(Priority::parse);
    let category = query.kategori.as_deref().and_then(|id| id.parse().ok()).map(CategoryId);
    let mut filter = part_filter(part);
    filter.kinds = kind.into_iter().collect();
    filter.priorities = priority.into_iter().collect();
    filter.category = category;
    let is_filtered = kind.is_some() || priority.is_some() || category.is_some();
    let asked = if part == Part::Mine { View::Assigned } else { view };
    let after = query.sesudah.as_deref().map(page::from_text).transpose()?;
    let input = list::Input { view: Some(asked), filter, text: None, order, after, limit: LINES };
    let found = list::run(desk, actor, &input)?;
    let ids: Vec<_> = found.items.iter().map(|seen| seen.listed.ticket.id).collect();
    let left = times::left(desk, &ids)?;
    let now = desk.now();
    let of_nobody = Vec::new();
    let rows = found.items.iter().map(|seen| {
        let times = left.get(&seen.listed.ticket.id).unwrap_or(&of_nobody);
        Row::of(desk, now, seen, times)
    });
    let rows: Vec<Row> = rows.collect();
    let counts = list::counts(desk, actor, Some(view))?;
    let mine = list::counts(desk, actor, Some(View::Assigned))?.open;
    let counted = counts_by_part(&counts, mine);
    let address = Query { antrean: Some(view), sesudah: None, ..query.clone() };
    Ok(QueuePage {
        heading: part_label(part),
        parts: part_links(&address, part, &counted, view),
        views: view_links(&views, view),
        kinds: choices(TicketType::choices(), kind.map(|kind| kind.as_str())),
        priorities: choices(Priority::choices(), priority.map(|priority| priority.as_str())),
        categories: category_choices(desk, category)?,
        sorts: vec![
            Choice { code: "sisa".into(), label: "Sisa waktu".into(), chosen: order == Order::Due },
            Choice { code: "terbaru".into(), label: "Terbaru berubah".into(), chosen: order == Order::Updated },
        ],
        view: view.as_str(),
        part: part.as_str(),
        filtered: is_filtered,
        count: number(rows.len() as i64),
        rows,
        total: counted.get(&part).filter(|_| !is_filtered).map(|count| number(*count)),
        next: found.next.map(|next| Query { sesudah: Some(page::to_text(next)), ..address.clone() }.address()),
        address: address.address(),
        saved: Vec::new(),
        works: actor.has(Role::Tier1Agent) || !actor.teams.is_empty(),
    })
}

fn part_filter(part: Part) -> Filter {
    let open = Filter { open: Some(true), ..Filter::default() };
    match part {
        Part::Open | Part::Mine => open,
        Part::Unassigned => Filter { assignee: Some(None), statuses: working_statuses(), ..open },
        Part::Near => Filter { pressing: Some(Pressing::Near), ..open },
        Part::Over => Filter { pressing: Some(Pressing::Breached), ..open },
        Part::Waiting => Filter { statuses: Status::ALL.iter().copied().filter(|s| s.is_waiting()).collect(), ..open },
        Part::Requested => Filter { handed: Some(Handed::Requested), ..open },
        Part::Handed => Filter { handed: Some(Handed::Any), ..open },
        Part::Resolved => Filter { statuses: vec![Status::Resolved], ..open },
        Part::Ended => Filter { open: Some(false), ..Filter::default() },
    }
}

/// Open and not resolved: as the count of what nobody works on has it.
fn working_statuses() -> Vec<Status> {
    let ended = |status: &Status| status.is_final() || *status == Status::Resolved;
    Status::ALL.iter().copied().filter(|status| !ended(status)).collect()
}

fn part_label(part: Part) -> &'static str {
    match part {
        Part::Open => "Semua terbuka",
        Part::Unassigned => "Belum diambil",
        Part::Mine => "Milik saya",
        Part::Near => "Mendekati tenggat",
        Part::Over => "Lewat tenggat",
        Part::Waiting => "Menunggu",
        Part::Requested => "Menunggu diterima",
        Part::Handed => "Di Tier 2",
        Part::Resolved => "Selesai",
        Part::Ended => "Sudah ditutup",
    }
}

fn counts_by_part(counts: &Counts, mine: i64) -> BTreeMap<Part, i64> {
    BTreeMap::from([
        (Part::Open, counts.open),
        (Part::Unassigned, counts.unassigned),
        (Part::Mine, mine),
        (Part::Near, counts.near),
        (Part::Over, counts.breached),
        (Part::Waiting, counts.waiting),
        (Part::Requested, counts.requested),
        (Part::Handed, counts.handed),
        (Part::Resolved, counts.resolved),
    ])
}

fn part_links(query: &Query, current: Part, counts: &BTreeMap<Part, i64>, view: View) -> Vec<PartLink> {
    let is_there = |part: &Part| match part {
        // Whatever a team has is with it.
        Part::Handed => view != View::Team,
        _ => true,
    };
    let tone = |part: Part, count: i64| match part {
        Part::Over if count > 0 => "over",
        Part::Near if count > 0 => "near",
        _ => "calm",
    };
    Part::ALL
        .iter()
        .copied()
        .filter(is_there)
        .map(|part| PartLink {
            href: Query { bagian: Some(part), ..query.clone() }.address(),
            label: part_label(part),
            count: counts.get(&part).map(|count| number(*count)),
            tone: tone(part, counts.get(&part).copied().unwrap_or(0)),
            current: part == current,
        })
        .collect()
}

fn view_links(views: &[(View, &'static str)], current: View) -> Vec<ViewLink> {
    let links = views.iter().map(|(view, label)| ViewLink {
        href: Query { antrean: Some(*view), ..Query::default() }.address(),
        label,
        current: *view == current,
    });
    links.collect()
}

fn choices(words: Vec<Word>, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |word: Word| Choice {
        code: word.code.to_owned(),
        label: word.label.to_owned(),
        chosen: chosen == Some(word.code),
    };
    words.into_iter().map(choice).collect()
}

fn category_choices(desk: &Desk, chosen: Option<CategoryId>) -> Result<Vec<Choice>> {
    let all = categories::list(desk, 0, 500)?;
    let active = all.into_iter().filter(|row| row.active);
    Ok(active
        .map(|row| Choice { code: row.id.to_string(), label: row.name, chosen: chosen == Some(CategoryId(row.id)) })
        .collect())
}
