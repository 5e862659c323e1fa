//! The page of a ticket: the same for whoever looks, with the parts that their relations and its state allow.

use serde::{Deserialize, Serialize};

use super::super::draft::Draft;
use super::super::frame::{Place, has_queue};
use super::super::requester::rate;
use super::super::templates::Lines;
use super::super::visitor::Page;
use super::super::words::{Spoken, When, Word};
use super::acts::{Acts, Verb};
use super::facts::{Fact, facts, is_fact};
use super::forms::Forms;
use super::late;
use super::menu::{self, Act, Clock, Flag};
use super::sheet::FormView;
use super::talk::{self, Entry};
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::ticket::Status;
use crate::services::tickets::whole::{self, Ask, Choices};
use crate::services::{Desk, Result};

/// What the address asks for beside the ticket.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    /// The form that is open, by its verb.
    pub buka: Option<String>,
    /// Texts from below this one.
    pub sebelum: Option<i64>,
    /// The text that the form is about.
    pub pesan: Option<i64>,
}

/// A way back.
#[derive(Clone, Debug, Serialize)]
pub struct Back {
    pub href: &'static str,
    pub label: &'static str,
}

impl Back {
    /// To where whoever looks comes from.
    pub fn of(actor: &Actor) -> Self {
        if has_queue(actor) {
            Self { href: "/antrean", label: "Antrean" }
        } else {
            Self { href: "/tiket", label: "Tiket saya" }
        }
    }
}

/// One of the forms to write in, behind a tab.
#[derive(Clone, Debug, Serialize)]
pub struct Pane {
    pub tab: &'static str,
    pub verb: &'static str,
    pub shown: bool,
    pub key: Option<&'static str>,
    pub form: FormView,
}

/// A ticket below a major incident.
#[derive(Clone, Debug, Serialize)]
pub struct Child {
    pub number: String,
    pub subject: Option<String>,
    pub opd: String,
    pub status: Word,
}

/// What the partials of the head show: a partial copies what is around it.
#[derive(Serialize)]
struct Head {
    priority: Word,
}

/// The page.
#[derive(Serialize)]
pub struct TicketPage {
    number: String,
    /// Its address.
    base: String,
    version: i64,
    /// Nothing if it was erased, or is not for these eyes.
    subject: Option<String>,
    /// Only that it exists is shown.
    redacted: bool,
    back: Back,
    kind: Word,
    head: Head,
    status: Word,
    holder: String,
    opened: When,
    clocks: Vec<Clock>,
    flags: Vec<Flag>,
    first: Vec<Act>,
    menu: Vec<Act>,
    /// Where the subject is changed.
    rename: Option<String>,
    /// What was refused, if no open form says it.
    problem: Option<String>,
    open: Option<FormView>,
    entries: Lines<Entry>,
    older: Option<String>,
    newer: Option<String>,
    panes: Vec<Pane>,
    /// Whether there is something to choose among them.
    tabbed: bool,
    facts: Vec<Fact>,
    children: Vec<Child>,
    children_count: usize,
    resolve_children: Option<FormView>,
    late: Option<String>,
    late_label: &'static str,
    history: Option<String>,
    /// Whether it is the requester who looks.
    own: bool,
    /// What the requester thinks of the help, or is asked.
    rating: Option<rate::Panel>,
    #[serde(skip)]
    place: Place,
}

impl Page for TicketPage {
    const TEMPLATE: &'static str = "pages/ticket/show";
    const PLACE: Place = Place::Queue;

    fn title(&self) -> String {
        format!("{} {}", self.number, self.subject.as_deref().unwrap_or("Tiket"))
    }

    fn place(&self) -> Place {
        self.place
    }
}

/// The forms behind tabs, in their order.
const TABS: &[(Verb, &str, Option<&str>)] = &[
    (Verb::Reply, "Balas", Some("r")),
    (Verb::Note, "Catatan internal", None),
    (Verb::HandOver, "Eskalasi", Some("e")),
    (Verb::GiveBack, "Kembalikan", None),
    (Verb::Consult, "Konsultasi", None),
    (Verb::Answer, "Jawab konsultasi", None),
];

/// Builds the page, with the form open that was refused, or else the one that the address asks for.
pub fn build(desk: &Desk, actor: &Actor, id: TicketId, query: &Query, draft: &Draft) -> Result<TicketPage> {
    let asked = if draft.verb.is_empty() { query.buka.as_deref() } else { Some(draft.verb.as_str()) };
    let open = asked.and_then(Verb::parse);
    let choices = match open {
        Some(Verb::Assign) => Choices::Workers,
        Some(Verb::Watch) => Choices::Followers,
        Some(Verb::Category) => Choices::Categories,
        _ => Choices::Nothing,
    };
    let whole = whole::run(desk, actor, id, Ask { before: query.sebelum, choices })?;
    let about = query.pesan.or_else(|| draft.values.get("message").and_then(|id| id.parse().ok()));
    let acts = Acts { actor, whole: &whole };
    let rated = if draft.verb == "nilai" { draft.clone() } else { Draft::default() };
    let rating = rate::panel(desk, actor, &whole.seen, rated)?;
    Ok(TicketPage { rating, ..page(&Forms { desk, acts, about }, open, draft) })
}

fn page(forms: &Forms<'_>, open: Option<Verb>, draft: &Draft) -> TicketPage {
    let (desk, acts, now) = (forms.desk, forms.acts, forms.desk.now());
    let (seen, ticket) = (&acts.whole.seen, acts.ticket());
    let number = desk.prefix.number(ticket.id);
    let content = seen.has_content();
    let panes = panes(forms, open, draft);
    let in_tab = |verb: Verb| TABS.iter().any(|(tab, ..)| *tab == verb);
    let here = open.filter(|verb| !is_fact(*verb) && !in_tab(*verb) && *verb != Verb::Children);
    let opened = here.and_then(|verb| forms.of(verb)).map(|form| form.asked_for().filled(draft));
    let facts = if content { facts(forms, &number, open, draft) } else { Vec::new() };
    let told = opened.as_ref().is_some_and(|form| form.problem.is_some())
        || panes.iter().any(|pane| pane.form.problem.is_some())
        || facts.iter().any(|fact| fact.form.as_ref().is_some_and(|form| form.problem.is_some()));
    let resolve_children = forms.of(Verb::Children).map(|form| form.filled(draft));
    let (first, menu) = if content { menu::menu(acts, &number) } else { (Vec::new(), Vec::new()) };
    let children = children(desk, acts);
    let older = acts.whole.texts.first().filter(|_| acts.whole.older);
    TicketPage {
        base: format!("/tiket/{number}"),
        version: ticket.version,
        subject: ticket.subject.clone().filter(|_| content),
        redacted: !content,
        back: Back::of(acts.actor),
        kind: ticket.kind.word(),
        head: Head { priority: ticket.priority.word() },
        status: ticket.status.word(),
        holder: menu::holder(acts),
        opened: When::of(ticket.opened_at, now, desk.zone),
        clocks: menu::clocks(desk, now, acts),
        flags: if content { menu::flags(desk, acts) } else { Vec::new() },
        first,
        menu,
        rename: acts.can(Verb::Subject).then(|| format!("/tiket/{number}?buka={}#buka", Verb::Subject.as_str())),
        problem: draft
            .problem
            .clone()
            .filter(|_| !told && resolve_children.as_ref().is_none_or(|f| f.problem.is_none())),
        open: opened,
        entries: Lines(if content { talk::entries(desk, now, acts, &number) } else { Vec::new() }),
        older: older.map(|row| format!("/tiket/{number}?sebelum={}", row.id)),
        newer: acts.whole.newer.then(|| format!("/tiket/{number}")),
        tabbed: panes.len() > 1,
        panes,
        facts,
        children_count: children.len(),
        children,
        resolve_children,
        late: acts.is_internal().then(|| format!("/tiket/{number}/mengapa-terlambat")),
        late_label: late::heading(acts.whole.clocks.iter().any(|clock| clock.left.over)),
        history: acts.whole.may(Action::ReadHistory).then(|| format!("/tiket/{number}/riwayat")),
        own: acts.is_requester(),
        rating: None,
        place: if has_queue(acts.actor) { Place::Queue } else { Place::Tickets },
        number,
    }
}

fn panes(forms: &Forms<'_>, open: Option<Verb>, draft: &Draft) -> Vec<Pane> {
    let there = TABS.iter().filter_map(|(verb, tab, key)| Some((*verb, *tab, *key, forms.of(*verb)?)));
    let there: Vec<_> = there.collect();
    let is_there = |verb: Verb| there.iter().any(|(v, ..)| *v == verb);
    let waits = forms.acts.ticket().status == Status::Resolved && forms.acts.is_internal();
    let usual = if waits && is_there(Verb::Note) { Verb::Note } else { Verb::Reply };
    let wanted = open.filter(|verb| is_there(*verb)).or_else(|| Some(usual).filter(|verb| is_there(*verb)));
    let shown = wanted.or_else(|| there.first().map(|(verb, ..)| *verb));
    let pane = |(verb, tab, key, form): (Verb, &'static str, Option<&'static str>, FormView)| Pane {
        tab,
        verb: verb.as_str(),
        shown: shown == Some(verb),
        key,
        form: form.filled(draft),
    };
    there.into_iter().map(pane).collect()
}

fn children(desk: &Desk, acts: Acts<'_>) -> Vec<Child> {
    let children = acts.children().map(|seen| Child {
        number: desk.prefix.number(seen.listed.ticket.id),
        subject: seen.listed.ticket.subject.clone().filter(|_| seen.has_content()),
        opd: seen.listed.opd_name.clone(),
        status: seen.listed.ticket.status.word(),
    });
    children.collect()
}
