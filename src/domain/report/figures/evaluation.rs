//! What earlier evaluations recommended and what became of it, and what is recommended now.

use super::super::super::evaluation::Terms;
use super::super::super::local_time::spoken_date;
use super::super::super::spoken::Spoken;
use super::super::build::table;
use super::super::facts::{FollowUpFact, RecommendationFact};
use super::super::snapshot::{Cell, Table, Value};
use super::Input;

/// How many letters of what was reported are repeated.
const NOTE: usize = 200;

/// What was recommended for earlier periods and was not over when this one began.
pub(super) fn follow_up(input: &Input<'_>) -> Table {
    let (from, to) = input.bounds();
    let columns = ["recommendation", "evaluated", "owner", "due_on", "status", "progress"];
    let mut table = table("follow_up", &columns);
    for (fact, stands) in told(input, |fact| fact.period.last_day() < input.period.first_day()) {
        let added = fact.steps.first().map(|step| step.at);
        let was_over = standing(fact, from).is_some_and(|step| step.status.is_final());
        if was_over || added.is_none_or(|at| at >= to) {
            continue;
        }
        let mut cells = cells(input, stands);
        cells.insert(1, text(fact.period.name()));
        cells.push(note(fact, to));
        push(&mut table, fact, cells);
    }
    table
}

/// What is recommended from evaluations of periods that end within this one.
pub(super) fn recommendations(input: &Input<'_>) -> Table {
    let mut table = table("recommendations", &["recommendation", "owner", "due_on", "status"]);
    let days = input.period.first_day()..=input.period.last_day();
    for (fact, stands) in told(input, |fact| days.contains(&fact.period.last_day())) {
        let cells = cells(input, stands);
        push(&mut table, fact, cells);
    }
    table
}

/// Recommendations that are told in a scope, as each stood at the end of the period; those that were made later, as
/// they were made. What is due first stands first.
fn told<'a>(
    input: &Input<'a>,
    wanted: impl Fn(&RecommendationFact) -> bool,
) -> Vec<(&'a RecommendationFact, &'a FollowUpFact)> {
    let (_, to) = input.bounds();
    let stands = |fact: &'a RecommendationFact| Some((fact, standing(fact, to).or(fact.steps.first())?));
    let all = input.facts.recommendations.iter().filter(|fact| wanted(fact)).filter_map(stands);
    let mut told: Vec<_> =
        all.filter(|(fact, stands)| input.scope.is_told(stands.terms.owner, fact.evaluated)).collect();
    told.sort_by_key(|(fact, stands)| (stands.terms.due_on, fact.id));
    told
}

fn push(table: &mut Table, fact: &RecommendationFact, cells: Vec<Cell>) {
    let number = format!("R-{}", fact.id);
    table.push(number.clone(), number, cells);
}

/// The last step before an instant.
fn standing(fact: &RecommendationFact, before: i64) -> Option<&FollowUpFact> {
    fact.steps.iter().take_while(|step| step.at < before).last()
}

fn cells(input: &Input<'_>, stands: &FollowUpFact) -> Vec<Cell> {
    let Terms { owner, text: advice, due_on } = &stands.terms;
    let owner = input.names.opds.get(owner).map(|named| Value::Text(named.name.clone()));
    let last_day = input.now.with_timezone(&input.zone).date_naive().min(input.period.last_day());
    let late = if stands.status.is_overdue(*due_on, last_day) { ", lewat batas waktu" } else { "" };
    let status = format!("{}{late}", stands.status.label());
    vec![text(in_a_line(advice)), owner, text(spoken_date(*due_on)), text(status)]
}

/// What was said last.
fn note(fact: &RecommendationFact, before: i64) -> Cell {
    let steps = fact.steps.iter().take_while(|step| step.at < before);
    let said = in_a_line(steps.filter_map(|step| step.note.as_deref()).last()?);
    let cut: String = said.chars().take(NOTE).collect();
    text(if cut.len() < said.len() { format!("{}…", cut.trim_end()) } else { cut })
}

fn text(text: String) -> Cell {
    Some(Value::Text(text))
}

fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
