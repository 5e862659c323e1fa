//! The figures of the report that is evaluated, to choose one.

use super::to_write;
use crate::domain::ids::EvaluationId;
use crate::domain::people::Actor;
use crate::domain::report::Snapshot;
use crate::domain::report::snapshot::{Cell, Unit};
use crate::services::reports::read::{self, Report};
use crate::services::{Desk, Result};
use crate::store::evaluations::EvaluationRow;

/// The figures of the summary, as a table.
pub const SUMMARY: &str = "summary";

/// The row below a table.
const TOTAL: &str = "total";

/// A figure that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// `overdue` of the summary; `by_opd/DINKES/overdue` of a table.
    pub key: String,
    /// What it is called, with its row and table.
    pub title: String,
    pub unit: Unit,
    pub value: Cell,
}

/// What there is to choose from.
#[derive(Clone, Debug)]
pub struct Choices {
    pub row: EvaluationRow,
    /// The tables of the report that have rows, by key and title; the summary first.
    pub tables: Vec<(String, String)>,
    /// The figures of the table that was asked for; of the summary if that is unknown.
    pub figures: Vec<Choice>,
    /// The table that these are of.
    pub table: String,
}

/// A report as it is evaluated.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub snapshot: Snapshot,
    /// Of a frozen report.
    pub sha256: Option<String>,
}

/// The report of an evaluation.
pub(super) fn seen(desk: &Desk, actor: &Actor, row: &EvaluationRow) -> Result<Seen> {
    Ok(read::run(desk, actor, &row.period, row.opd_code.as_deref())?.into())
}

impl From<Report> for Seen {
    fn from(report: Report) -> Self {
        Self { snapshot: report.snapshot, sha256: report.frozen.map(|frozen| frozen.sha256) }
    }
}

/// The figures to choose from.
pub fn run(desk: &Desk, actor: &Actor, id: EvaluationId, table: Option<&str>) -> Result<Choices> {
    let row = desk.read(|conn| to_write(conn, actor, id))?;
    let snapshot = seen(desk, actor, &row)?.snapshot;
    let filled = snapshot.tables.iter().filter(|table| !table.rows.is_empty());
    let summary = (SUMMARY.to_owned(), "Ringkasan".to_owned());
    let tables = std::iter::once(summary).chain(filled.map(|table| (table.key.clone(), table.title.clone())));
    let tables: Vec<(String, String)> = tables.collect();
    let table = table.filter(|asked| tables.iter().any(|(key, _)| key == asked)).unwrap_or(SUMMARY).to_owned();
    let all = choices(&snapshot, &table);
    Ok(Choices { row, tables, figures: all, table })
}

/// The figures of a table of a report, or of its summary.
fn choices(snapshot: &Snapshot, table: &str) -> Vec<Choice> {
    if table == SUMMARY {
        let figure = |figure: &crate::domain::report::snapshot::Figure| Choice {
            key: figure.key.clone(),
            title: figure.title.clone(),
            unit: figure.unit,
            value: figure.value.clone(),
        };
        return snapshot.figures.iter().map(figure).collect();
    }
    let Some(table) = snapshot.table(table) else { return Vec::new() };
    let total = table.total.iter().map(|cells| (TOTAL, "Jumlah", cells));
    let rows = table.rows.iter().map(|row| (row.key.as_str(), row.label.as_str(), &row.cells)).chain(total);
    let cells = rows.flat_map(|(row, label, cells)| {
        table.columns.iter().zip(cells).map(move |(column, value)| Choice {
            key: format!("{}/{row}/{}", table.key, column.key),
            title: format!("{}: {label}, {}", table.title, column.title),
            unit: column.unit,
            value: value.clone(),
        })
    });
    cells.filter(|choice| choice.unit != Unit::Text).collect()
}

/// The figure with a key.
pub(super) fn choice(snapshot: &Snapshot, key: &str) -> Option<Choice> {
    let table = key.split_once('/').map_or(SUMMARY, |(table, _)| table);
    choices(snapshot, table).into_iter().find(|choice| choice.key == key)
}
