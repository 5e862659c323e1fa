//! Puts tables together: titles and units come from the definitions, so that no cell is without one.

use super::definitions::{Definition, TABLES, definition};
use super::snapshot::{Cell, Column, Figure, Row, Table, Value};

fn known(key: &str) -> &'static Definition {
    definition(key).expect("a test computes every figure and column")
}

/// A figure of the summary.
pub(super) fn figure(key: &str, value: impl Into<Cell>) -> Figure {
    let Definition { key, title, unit, .. } = *known(key);
    Figure { key: key.to_owned(), title: title.to_owned(), unit, value: value.into() }
}

/// A table without rows.
pub(super) fn table(key: &str, columns: &[&str]) -> Table {
    let title = TABLES.iter().find(|table| table.key == key).expect("a test computes every table");
    let column = |key: &&str| {
        let Definition { key, title, unit, .. } = *known(key);
        Column { key: key.to_owned(), title: title.to_owned(), unit }
    };
    Table {
        key: title.key.to_owned(),
        title: title.title.to_owned(),
        rows_title: title.rows.to_owned(),
        columns: columns.iter().map(column).collect(),
        rows: Vec::new(),
        total: None,
    }
}

impl Table {
    /// Adds a row.
    pub(super) fn push(&mut self, key: impl Into<String>, label: impl Into<String>, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "{}", self.key);
        self.rows.push(Row { key: key.into(), label: label.into(), cells });
    }
}

/// A count as a cell.
pub(super) fn count(count: i64) -> Cell {
    Some(Value::Count(count))
}

/// A part of a whole in percent with two decimals; nothing of nothing.
pub(super) fn percent(part: i64, whole: i64) -> Cell {
    (whole > 0).then(|| Value::Number(rounded(part as f64 * 100.0 / whole as f64)))
}

/// A mean with two decimals; nothing of nothing.
pub(super) fn mean(sum: i64, of: i64) -> Cell {
    (of > 0).then(|| Value::Number(rounded(sum as f64 / of as f64)))
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
