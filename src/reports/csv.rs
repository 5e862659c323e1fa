//! A report as CSV (RFC 4180, UTF-8): every cell of every table on a line of its own, or one table as it is.

use std::borrow::Cow;

use csv::{Terminator, Writer, WriterBuilder};

use crate::domain::report::Snapshot;
use crate::domain::report::snapshot::{Cell, Table, Unit, Value};
use crate::services::{Error, Result};

/// The name under which the figures of the summary stand among the tables.
pub const SUMMARY: &str = "summary";

const HEADER: [&str; 9] = ["period", "opd", "table", "row", "row_title", "column", "column_title", "unit", "value"];

/// All of it, a line for each cell.
pub fn whole(snapshot: &Snapshot) -> Result<Vec<u8>> {
    let mut writer = writer();
    put(&mut writer, HEADER.map(str::to_owned))?;
    let period = snapshot.period.code.as_str();
    let opd = snapshot.scope.opd.as_ref().map_or("", |opd| opd.code.as_str());
    let mut line = |table: &str, row: (&str, &str), column: (&str, &str), unit: Unit, cell: &Cell| {
        let words = [period, opd, table, row.0, row.1, column.0, column.1, unit.as_str()].map(guarded);
        put(&mut writer, words.into_iter().chain([text(cell)]))
    };
    for figure in &snapshot.figures {
        line(SUMMARY, ("", ""), (&figure.key, &figure.title), figure.unit, &figure.value)?;
    }
    for table in &snapshot.tables {
        for (key, label, cells) in lines(table) {
            for (column, cell) in table.columns.iter().zip(cells) {
                line(&table.key, (key, label), (&column.key, &column.title), column.unit, cell)?;
            }
        }
    }
    finish(writer)
}

/// One table as people see it: a column for each column. Nothing if there is no such table.
pub fn table(snapshot: &Snapshot, key: &str) -> Result<Option<Vec<u8>>> {
    let Some(table) = snapshot.table(key) else { return Ok(None) };
    let mut writer = writer();
    let titles = table.columns.iter().map(|column| guarded(&column.title));
    put(&mut writer, ["key".to_owned(), guarded(&table.rows_title)].into_iter().chain(titles))?;
    for (key, label, cells) in lines(table) {
        put(&mut writer, [guarded(key), guarded(label)].into_iter().chain(cells.iter().map(text)))?;
    }
    finish(writer).map(Some)
}

/// The rows of a table with the line below.
fn lines(table: &Table) -> impl Iterator<Item = (&str, &str, &[Cell])> {
    let rows = table.rows.iter().map(|row| (row.key.as_str(), row.label.as_str(), row.cells.as_slice()));
    rows.chain(table.total.as_deref().map(|total| ("total", "Jumlah", total)))
}

pub(super) fn text(cell: &Cell) -> String {
    match cell {
        None => String::new(),
        Some(Value::Count(count)) => count.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Text(text)) => guarded(text),
    }
}

/// Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it.
pub fn guarded(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if is_formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) };
    text.into_owned()
}

pub(super) fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

pub(super) fn put(writer: &mut Writer<Vec<u8>>, cells: impl IntoIterator<Item = String>) -> Result<()> {
    writer.write_record(cells).map_err(|error| Error::Internal(error.to_string()))
}

pub(super) fn finish(writer: Writer<Vec<u8>>) -> Result<Vec<u8>> {
    writer.into_inner().map_err(|error| Error::Internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for (text, expected) in [
            ("Dinas Kesehatan", "Dinas Kesehatan"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+62", "'+62"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1+1", "'＝1+1"),
            ("A=1", "A=1"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), expected);
        }
    }
}
