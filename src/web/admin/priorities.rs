//! `/admin/prioritas`: the table of impact and urgency.

use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::{Spoken, Word};
use super::section::{self, Choice, Section, typed};
use crate::domain::priority::{Level, Priority};
use crate::services::admin::priorities::{self, Input, Rule};
use crate::services::{Desk, Error, Result};

/// The levels as the table shows them: the highest first.
const LEVELS: [Level; 3] = [Level::High, Level::Medium, Level::Low];

#[derive(Serialize)]
struct Cell {
    name: String,
    label: String,
    priority: Word,
    choices: Vec<Choice>,
}

#[derive(Serialize)]
struct Row {
    impact: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct PrioritiesPage {
    urgencies: Vec<&'static str>,
    rows: Vec<Row>,
    draft: Draft,
}

impl Section for PrioritiesPage {
    const TEMPLATE: &'static str = "pages/admin/priorities";
    const PART: &'static str = "/admin/prioritas";

    fn title(&self) -> String {
        "Tabel prioritas".to_owned()
    }
}

fn name(impact: Level, urgency: Level) -> String {
    format!("{impact}-{urgency}")
}

/// `GET /admin/prioritas`
pub async fn show(visitor: Visitor) -> Answer {
    section::show(visitor, |desk, _| build(desk, Draft::default())).await
}

fn build(desk: &Desk, draft: Draft) -> Result<PrioritiesPage> {
    let rules = priorities::read(desk)?;
    let cell = |impact: Level, urgency: Level| {
        let rule = rules.iter().find(|rule| rule.impact == impact && rule.urgency == urgency);
        let priority = rule.map_or(Priority::P4, |rule| rule.priority);
        let name = name(impact, urgency);
        let chosen = draft.values.get(&name).map_or(priority.as_str(), String::as_str).to_owned();
        Cell {
            label: format!("Dampak {}, urgensi {}", impact.label(), urgency.label()),
            choices: Priority::choices()
                .into_iter()
                .map(|word| Choice::or_chosen(word.code, word.label, Some(&chosen)))
                .collect(),
            priority: priority.word(),
            name,
        }
    };
    let row = |impact: Level| Row {
        impact: impact.label(),
        cells: LEVELS.iter().map(|urgency| cell(impact, *urgency)).collect(),
    };
    Ok(PrioritiesPage {
        urgencies: LEVELS.iter().map(|level| level.label()).collect(),
        rows: LEVELS.iter().map(|impact| row(*impact)).collect(),
        draft,
    })
}

/// `POST /admin/prioritas`
pub async fn replace(visitor: Visitor, form: Form) -> Answer {
    section::submit(
        visitor,
        form,
        |desk, caller, form| {
            priorities::replace(desk, caller, &Input { rules: read(form)? })?;
            Ok(Next::saying("/admin/prioritas", "disimpan"))
        },
        |desk, _, draft| build(desk, draft),
    )
    .await
}

fn read(form: &Form) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for impact in LEVELS {
        for urgency in LEVELS {
            let name = name(impact, urgency);
            let priority = typed(form, &name).and_then(Priority::parse);
            let priority = priority.ok_or_else(|| Error::field(&format!("/{name}"), "required", "pilih prioritas"))?;
            rules.push(Rule { impact, urgency, priority });
        }
    }
    Ok(rules)
}
