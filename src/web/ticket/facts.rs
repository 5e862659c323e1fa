//! The properties of a ticket, each with the form that changes it.

use serde::Serialize;

use super::super::draft::Draft;
use super::super::words::{Spoken, number, span};
use super::acts::Verb;
use super::forms::Forms;
use super::sheet::FormView;
use crate::domain::sla::keeping::ClockKind;
use crate::domain::ticket::{LinkKind, TicketType};
use crate::store::tickets::Link;

/// A button beside a value that takes it away.
#[derive(Clone, Debug, Serialize)]
pub struct Drop {
    pub verb: &'static str,
    pub name: &'static str,
    pub value: i64,
    pub label: String,
}

/// A line of a property.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    pub text: String,
    pub href: Option<String>,
    pub note: Option<String>,
    pub drop: Option<Drop>,
}

/// A property.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    pub label: &'static str,
    pub lines: Vec<Line>,
    /// Where it can be changed, and what that is called.
    pub edit: Option<String>,
    pub edit_label: &'static str,
    /// Its form, if it is open.
    pub form: Option<FormView>,
}

fn line(text: impl Into<String>) -> Vec<Line> {
    vec![Line { text: text.into(), ..Line::default() }]
}

struct Facts<'a> {
    forms: &'a Forms<'a>,
    number: &'a str,
    open: Option<Verb>,
    draft: &'a Draft,
    all: Vec<Fact>,
}

impl Facts<'_> {
    fn add(&mut self, label: &'static str, lines: Vec<Line>) {
        self.all.push(Fact { label, lines, edit: None, edit_label: "", form: None });
    }

    /// A property that some may change.
    fn add_with(&mut self, label: &'static str, lines: Vec<Line>, verb: Verb, edit_label: &'static str) {
        let may = self.forms.acts.can(verb);
        let open = may && self.open == Some(verb);
        let word = verb.as_str();
        self.all.push(Fact {
            label,
            lines,
            edit: (may && !open).then(|| format!("/tiket/{}?buka={word}#{word}", self.number)),
            edit_label,
            form: if open { self.forms.of(verb).map(|form| form.asked_for().filled(self.draft)) } else { None },
        });
    }
}

/// The verbs whose forms stand with the properties.
pub fn is_fact(verb: Verb) -> bool {
    use Verb::{Assign, Category, Impact, Kind, Link, Personal, Priority, Tags, Watch};
    matches!(verb, Assign | Category | Impact | Kind | Link | Personal | Priority | Tags | Watch)
}

/// The properties.
pub fn facts(forms: &Forms<'_>, ticket_number: &str, open: Option<Verb>, draft: &Draft) -> Vec<Fact> {
    let mut facts = Facts { forms, number: ticket_number, open, draft, all: Vec::new() };
    people(&mut facts);
    kinds(&mut facts);
    if forms.acts.is_internal() {
        work(&mut facts);
        ties(&mut facts);
    }
    facts.all
}

fn people(facts: &mut Facts<'_>) {
    let listed = &facts.forms.acts.whole.seen.listed;
    facts.add(
        "Pelapor",
        vec![Line { text: listed.requester.clone(), note: Some(listed.opd_name.clone()), ..Line::default() }],
    );
    facts.add("Penanggung jawab", line(listed.owner.clone()));
    let team = listed.team.as_ref().map(|team| format!(" ({team})")).unwrap_or_default();
    let who = match &listed.assignee {
        Some(name) => format!("{name}{team}"),
        None => format!("belum diambil{team}"),
    };
    facts.add_with("Petugas", line(who), Verb::Assign, "Alihkan");
}

fn kinds(facts: &mut Facts<'_>) {
    let listed = &facts.forms.acts.whole.seen.listed;
    let ticket = &listed.ticket;
    facts.add_with("Jenis", line(ticket.kind.label()), Verb::Kind, "Ubah");
    let category = listed.category.clone().unwrap_or_else(|| "belum ditentukan".to_owned());
    facts.add_with("Kategori", line(category), Verb::Category, "Ubah");
    let rated = format!("{} × {} → {}", ticket.impact.label(), ticket.urgency.label(), ticket.priority.label());
    facts.add_with("Dampak × urgensi", line(rated), Verb::Impact, "Ubah");
    if facts.forms.acts.can(Verb::Priority) {
        facts.add_with("Prioritas", line(ticket.priority.label()), Verb::Priority, "Tetapkan");
    }
    facts.add("Kanal", line(ticket.channel.label()));
    if ticket.kind == TicketType::Incident && facts.forms.acts.is_internal() {
        let personal = if ticket.personal_data { "ya" } else { "tidak" };
        facts.add_with("Data pribadi", line(personal), Verb::Personal, "Ubah");
    }
    if facts.forms.acts.is_internal() {
        let tags: Vec<&str> = ticket.tags.iter().map(|tag| tag.as_str()).collect();
        let tags = if tags.is_empty() { "tidak ada".to_owned() } else { tags.join(", ") };
        facts.add_with("Tag", line(tags), Verb::Tags, "Ubah");
    }
}

fn work(facts: &mut Facts<'_>) {
    let whole = facts.forms.acts.whole;
    let ticket = &whole.seen.listed.ticket;
    let handed = number(i64::try_from(whole.handovers.len()).unwrap_or(i64::MAX));
    facts.add("Eskalasi", line(format!("{handed} kali · {} dikembalikan", number(ticket.bounces))));
    if ticket.reopenings > 0 {
        facts.add("Dibuka kembali", line(format!("{} kali", number(ticket.reopenings))));
    }
    let tiers = [ClockKind::Tier1, ClockKind::Tier2Accept, ClockKind::Tier2];
    let spent = whole.clocks.iter().filter(|clock| tiers.contains(&clock.left.kind));
    let spent = spent
        .map(|clock| Line { text: format!("{}: {}", clock.left.kind.label(), span(clock.used)), ..Line::default() });
    let spent: Vec<Line> = spent.collect();
    if !spent.is_empty() {
        facts.add("Waktu terpakai", spent);
    }
}

fn ties(facts: &mut Facts<'_>) {
    let forms = facts.forms;
    let whole = forms.acts.whole;
    let id = forms.acts.ticket().id;
    let prefix = &forms.desk.prefix;
    let can_untie = forms.acts.can(Verb::Unlink);
    // Children of a major incident have a place of their own.
    let beside = |link: &Link| link.kind != LinkKind::ChildOf || link.from == id;
    let ties = whole.links.iter().filter(|(link, _)| beside(link)).map(|(link, other)| {
        let other_number = other.as_ref().map(|seen| prefix.number(seen.listed.ticket.id));
        let tied = if link.from == id { link.kind.label() } else { backwards(link.kind) };
        let drop = (can_untie && link.from == id).then(|| Drop {
            verb: Verb::Unlink.as_str(),
            name: "link",
            value: link.id.0,
            label: format!("Lepas kaitan {}", other_number.as_deref().unwrap_or("ini")),
        });
        Line {
            href: other_number.as_ref().map(|number| format!("/tiket/{number}")),
            text: other_number.unwrap_or_else(|| "tiket lain".to_owned()),
            note: Some(tied.to_lowercase()),
            drop,
        }
    });
    let mut ties: Vec<Line> = ties.collect();
    if ties.is_empty() {
        ties = line("tidak ada");
    }
    facts.add_with("Terkait", ties, Verb::Link, "Kaitkan");
    let me = forms.acts.actor.id;
    let may = forms.acts.can(Verb::Watch);
    let watchers = whole.watchers.iter().map(|(person, name)| Line {
        text: name.clone(),
        drop: (may || *person == me).then(|| Drop {
            verb: Verb::Unwatch.as_str(),
            name: "person",
            value: person.0,
            label: format!("Keluarkan {name} dari pengamat"),
        }),
        ..Line::default()
    });
    let mut watchers: Vec<Line> = watchers.collect();
    if watchers.is_empty() {
        watchers = line("tidak ada");
    }
    facts.add_with("Pengamat", watchers, Verb::Watch, "Tambah");
}

fn backwards(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::DuplicateOf => "Punya ganda",
        LinkKind::CausedBy => "Menyebabkan",
        LinkKind::ChildOf => "Induk dari",
        LinkKind::Follows => "Dilanjutkan oleh",
    }
}
