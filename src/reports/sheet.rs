//! A report as a workbook (ISO/IEC 29500): one sheet for each table, cells as what they are, and a sheet that
//! says what each figure means. Text is only ever text: what begins with `=` is no formula.

use std::collections::HashSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::domain::report::snapshot::{Cell, Snapshot, Table, Unit, Value};

struct Formats {
    title: Format,
    head: Format,
    total: Format,
    wrapped: Format,
}

/// The workbook as a file.
pub fn xlsx(snapshot: &Snapshot) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same report is the same file: it was made when its figures were computed.
    let made_at = ExcelDateTime::from_timestamp(snapshot.generated_at.timestamp())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made_at));
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(13),
        head: Format::new().set_bold().set_background_color(0xE1E1E1).set_text_wrap().set_align(FormatAlign::Top),
        total: Format::new().set_bold(),
        wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
    };
    let mut names = HashSet::new();
    summary(book.add_worksheet(), snapshot, &formats)?;
    for table in &snapshot.tables {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.title, &mut names))?;
        self::table(sheet, table, &formats)?;
    }
    definitions(book.add_worksheet(), snapshot, &formats)?;
    book.save_to_buffer()
}

/// A name for a sheet: at most 31 characters, without those that programs refuse, each once.
fn sheet_name(title: &str, taken: &mut HashSet<String>) -> String {
    let clean: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let mut name: String = clean.chars().take(31).collect::<String>().trim().to_owned();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{} {number}", clean.chars().take(27).collect::<String>().trim());
        number += 1;
    }
    name
}

fn summary(sheet: &mut Worksheet, snapshot: &Snapshot, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Ringkasan")?;
    sheet.write_string_with_format(0, 0, super::title(snapshot), &formats.title)?;
    let mut row = 1;
    let mut fact = |sheet: &mut Worksheet, label: &str, value: &str| -> Result<(), XlsxError> {
        sheet.write_string(row, 0, label)?;
        sheet.write_string(row, 1, value)?;
        row += 1;
        Ok(())
    };
    fact(sheet, "Periode", &snapshot.period.code)?;
    fact(sheet, "Dihitung", &snapshot.generated_at.to_rfc3339())?;
    fact(sheet, "Keadaan", if snapshot.complete { "Periode selesai" } else { "Sementara" })?;
    if let Some(anchor) = &snapshot.anchor {
        fact(sheet, "Jangkar riwayat", &format!("{} {}", anchor.day, anchor.hash))?;
    }
    row += 1;
    sheet.write_string_with_format(row, 0, "Angka", &formats.head)?;
    sheet.write_string_with_format(row, 1, "Nilai", &formats.head)?;
    for figure in &snapshot.figures {
        row += 1;
        sheet.write_string(row, 0, &figure.title)?;
        cell(sheet, (row, 1), &figure.value, figure.unit, &Format::new())?;
    }
    sheet.set_column_width(0, 44)?;
    sheet.set_column_width(1, 26)?;
    Ok(())
}

fn table(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, &table.rows_title, &formats.head)?;
    for (column, shown) in (1..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, &shown.title, &formats.head)?;
    }
    let plain = Format::new();
    let mut last = 0;
    for (row, line) in (1..).zip(&table.rows) {
        sheet.write_string(row, 0, &line.label)?;
        cells(sheet, row, table, &line.cells, &plain)?;
        last = row;
    }
    if let Some(total) = &table.total {
        last += 1;
        sheet.write_string_with_format(last, 0, "Jumlah", &formats.total)?;
        cells(sheet, last, table, total, &formats.total)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_column_width(0, 40)?;
    sheet.set_column_range_width(1, u16::try_from(table.columns.len()).unwrap_or(u16::MAX).max(1), 16)?;
    Ok(())
}

fn cells(sheet: &mut Worksheet, row: u32, table: &Table, cells: &[Cell], format: &Format) -> Result<(), XlsxError> {
    for (column, (value, shown)) in (1..).zip(cells.iter().zip(&table.columns)) {
        cell(sheet, (row, column), value, shown.unit, format)?;
    }
    Ok(())
}

/// A value as what it is: a share as a share of one, a duration as a share of a day, so that programs reckon on.
fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    unit: Unit,
    format: &Format,
) -> Result<(), XlsxError> {
    let number = match cell {
        None => return Ok(()),
        Some(Value::Text(text)) => {
            sheet.write_string_with_format(row, column, text, format)?;
            return Ok(());
        }
        Some(Value::Count(count)) => *count as f64,
        Some(Value::Number(number)) => *number,
    };
    let (number, shape) = match unit {
        Unit::Percent => (number / 100.0, "0.00%"),
        Unit::Seconds => (number / 86_400.0, "[h]:mm"),
        Unit::Stars => (number, "0.00"),
        Unit::Count | Unit::Rank | Unit::Text => (number, "#,##0"),
    };
    sheet.write_number_with_format(row, column, number, &format.clone().set_num_format(shape))?;
    Ok(())
}

fn definitions(sheet: &mut Worksheet, snapshot: &Snapshot, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Arti angka")?;
    for (column, head) in (0..).zip(["Kunci", "Angka", "Yang dihitung", "Yang tidak dihitung"]) {
        sheet.write_string_with_format(0, column, head, &formats.head)?;
    }
    for (row, definition) in (1..).zip(&snapshot.definitions) {
        for (column, text) in
            (0..).zip([&definition.key, &definition.title, &definition.counts, &definition.leaves_out])
        {
            sheet.write_string_with_format(row, column, text, &formats.wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    for (column, width) in (0..).zip([22, 30, 70, 70]) {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}
