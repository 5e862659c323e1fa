//! How many tickets came, went and are left; how old those are; what comes again and again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::super::super::ids::{CategoryId, OpdId};
use super::super::super::local_time::MONTHS;
use super::super::super::spoken::Spoken;
use super::super::super::ticket::TicketType;
use super::super::build::{count, table};
use super::super::definitions::{RECURRING_FROM, RECURRING_MOST};
use super::super::facts::{Scope, TicketFact};
use super::super::parts::{FLOW, Flow};
use super::super::period::{Span, begin_of};
use super::super::snapshot::Table;
use super::Input;

/// Ages in days at which the next step begins.
const AGES: [i64; 4] = [1, 3, 7, 30];

const AGE_LABELS: [(&str, &str); 5] = [
    ("under_1", "Kurang dari 1 hari"),
    ("under_3", "1 sampai 3 hari"),
    ("under_7", "3 sampai 7 hari"),
    ("under_30", "7 sampai 30 hari"),
    ("over_30", "30 hari atau lebih"),
];

fn tickets<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a TicketFact> {
    let scope = input.scope;
    input.facts.tickets.iter().filter(move |ticket| scope.has(ticket.of))
}

/// Whether its resolution was due before the end, and it is not resolved by then.
pub(super) fn is_overdue(ticket: &TicketFact, (_, to): (i64, i64)) -> bool {
    ticket.is_open_at(to) && ticket.due_at.is_some_and(|due| due < to)
}

/// What was opened and resolved, by day or by month.
pub(super) fn course(input: &Input<'_>) -> Table {
    let days = input.period.steps();
    let begins: Vec<i64> = days.iter().map(|day| begin_of(*day, input.zone).timestamp()).collect();
    let (from, to) = input.bounds();
    let mut steps = vec![(0, 0); days.len().saturating_sub(1)];
    let step = |at: i64| begins.partition_point(|begin| *begin <= at).checked_sub(1);
    for ticket in tickets(input) {
        if ticket.opened_within((from, to))
            && let Some((opened, _)) = step(ticket.opened_at).and_then(|step| steps.get_mut(step))
        {
            *opened += 1;
        }
        if super::tiers::is_solved(ticket, (from, to))
            && let Some((at, _)) = ticket.ended
            && let Some((_, resolved)) = step(at).and_then(|step| steps.get_mut(step))
        {
            *resolved += 1;
        }
    }
    let mut table = table("course", &["opened", "resolved"]);
    let (mut opened_sum, mut resolved_sum) = (0, 0);
    for ((day, begin), (opened, resolved)) in days.iter().zip(&begins).zip(steps) {
        opened_sum += opened;
        resolved_sum += resolved;
        // Days that are still to come have no figures.
        if *begin < to {
            table.push(day.to_string(), step_label(*day, input.period.span()), vec![count(opened), count(resolved)]);
        }
    }
    table.total = Some(vec![count(opened_sum), count(resolved_sum)]);
    table
}

fn step_label(day: NaiveDate, span: Span) -> String {
    let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    match span {
        Span::Month => format!("{} {month}", day.day()),
        Span::Quarter | Span::Semester | Span::Year => format!("{month} {}", day.year()),
    }
}

/// The same tickets by type, priority, channel, category and OPD: every total is the same.
pub(super) fn tables(input: &Input<'_>) -> Vec<Table> {
    let mut tables = vec![
        by_word(input, "by_type", |ticket| ticket.kind),
        by_word(input, "by_priority", |ticket| ticket.priority),
        by_word(input, "by_channel", |ticket| ticket.channel),
        by_category(input),
    ];
    if input.scope == Scope::All {
        tables.push(by_opd(input));
    }
    tables
}

fn total(table: &mut Table, flows: impl Iterator<Item = Flow>) {
    let add = |a: Flow, b: Flow| Flow {
        start: a.start + b.start,
        opened: a.opened + b.opened,
        resolved: a.resolved + b.resolved,
        cancelled: a.cancelled + b.cancelled,
        rejected: a.rejected + b.rejected,
        merged: a.merged + b.merged,
        end: a.end + b.end,
    };
    table.total = Some(flows.fold(Flow::default(), add).cells());
}

fn by_word<W: Spoken + Ord>(input: &Input<'_>, key: &str, word: impl Fn(&TicketFact) -> W) -> Table {
    let bounds = input.bounds();
    let mut flows: BTreeMap<W, Flow> = W::EVERY.iter().map(|word| (*word, Flow::default())).collect();
    for ticket in tickets(input) {
        flows.entry(word(ticket)).or_default().add(ticket, bounds);
    }
    let mut table = table(key, &FLOW);
    flows.iter().for_each(|(word, flow)| table.push(word.code(), word.label(), flow.cells()));
    total(&mut table, flows.into_values());
    table
}

/// What a ticket is about, as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Category(CategoryId),
    Nothing,
    Hidden,
}

fn by_category(input: &Input<'_>) -> Table {
    let bounds = input.bounds();
    let mut flows = BTreeMap::<About, Flow>::new();
    for ticket in tickets(input) {
        let about = match ticket.category {
            _ if ticket.confidential => About::Hidden,
            Some(category) => About::Category(category),
            None => About::Nothing,
        };
        flows.entry(about).or_default().add(ticket, bounds);
    }
    flows.retain(|_, flow| !flow.is_empty());
    let mut rows: Vec<(About, String, String, Flow)> = flows
        .into_iter()
        .map(|(about, flow)| match about {
            About::Category(id) => (about, id.to_string(), category_name(input, id), flow),
            About::Nothing => (about, "none".to_owned(), "Tanpa kategori".to_owned(), flow),
            About::Hidden => (about, "hidden".to_owned(), "Tidak dirinci (terbatas atau rahasia)".to_owned(), flow),
        })
        .collect();
    // Most first; what has no name last.
    rows.sort_by(|(a, _, a_name, a_flow), (b, _, b_name, b_flow)| {
        let named = |about: &About| matches!(about, About::Category(_));
        (named(b), b_flow.opened, a_name, a).cmp(&(named(a), a_flow.opened, b_name, b))
    });
    let mut table = table("by_category", &FLOW);
    total(&mut table, rows.iter().map(|(_, _, _, flow)| *flow));
    rows.into_iter().for_each(|(_, key, label, flow)| table.push(key, label, flow.cells()));
    table
}

fn category_name(input: &Input<'_>, id: CategoryId) -> String {
    input.names.categories.get(&id).map_or_else(|| id.to_string(), |named| named.name.clone())
}

fn by_opd(input: &Input<'_>) -> Table {
    let bounds = input.bounds();
    let mut flows = BTreeMap::<OpdId, Flow>::new();
    for ticket in tickets(input) {
        flows.entry(ticket.of.opd).or_default().add(ticket, bounds);
    }
    let mut table = table("by_opd", &FLOW);
    total(&mut table, flows.values().copied());
    for (id, named) in super::desks::by_name(input) {
        let flow = flows.get(&id).copied().unwrap_or_default();
        if named.active || !flow.is_empty() {
            table.push(named.code.as_str(), named.name.as_str(), flow.cells());
        }
    }
    table
}

/// How old is what is left.
pub(super) fn ageing(input: &Input<'_>) -> Table {
    let (from, to) = input.bounds();
    let mut steps = [(0, 0); AGE_LABELS.len()];
    for ticket in tickets(input).filter(|ticket| ticket.is_open_at(to)) {
        let days = (to - ticket.opened_at) / 86_400;
        if let Some((tickets, overdue)) = steps.get_mut(AGES.partition_point(|age| *age <= days)) {
            *tickets += 1;
            *overdue += i64::from(is_overdue(ticket, (from, to)));
        }
    }
    let mut table = table("ageing", &["backlog_end", "overdue"]);
    for ((key, label), (tickets, overdue)) in AGE_LABELS.into_iter().zip(steps) {
        table.push(key, label, vec![count(tickets), count(overdue)]);
    }
    let sum = steps.iter().fold((0, 0), |(a, b), (tickets, overdue)| (a + tickets, b + overdue));
    table.total = Some(vec![count(sum.0), count(sum.1)]);
    table
}

#[derive(Debug, Default)]
struct Recurring {
    reports: i64,
    problems: i64,
    opds: BTreeSet<OpdId>,
}

/// What comes again and again, and whether anybody looks for the cause.
pub(super) fn recurring(input: &Input<'_>) -> Table {
    let bounds = input.bounds();
    let mut found = BTreeMap::<CategoryId, Recurring>::new();
    let told = tickets(input).filter(|ticket| !ticket.confidential && ticket.opened_within(bounds));
    for ticket in told {
        let Some(category) = ticket.category else { continue };
        let entry = found.entry(category).or_default();
        match ticket.kind {
            TicketType::Complaint | TicketType::Incident => {
                entry.reports += 1;
                entry.opds.insert(ticket.of.opd);
            }
            TicketType::Problem => entry.problems += 1,
            TicketType::Request | TicketType::Change => {}
        }
    }
    let mut rows: Vec<_> = found.into_iter().filter(|(_, entry)| entry.reports >= RECURRING_FROM).collect();
    rows.sort_by_key(|(id, entry)| (-entry.reports, category_name(input, *id)));
    let mut table = table("recurring", &["reports", "problems", "opds"]);
    for (id, entry) in rows.into_iter().take(RECURRING_MOST) {
        let cells = vec![count(entry.reports), count(entry.problems), count(entry.opds.len() as i64)];
        table.push(id.to_string(), category_name(input, id), cells);
    }
    table
}
