//! Charts as SVG: the same on the page and on paper, readable in grey, each with its values in words. The table
//! with all values stands beside each.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::words;
use crate::domain::report::snapshot::{Cell, Snapshot, Table, Unit, Value};

/// A chart of one of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The key of its table.
    pub table: &'static str,
    pub title: String,
    pub svg: String,
    /// What it shows, in words.
    pub alt: String,
    /// In the units of the drawing; all are [`WIDTH`] wide.
    pub height: u32,
}

/// How wide charts are, in the units of their drawing.
pub const WIDTH: u32 = 680;

/// How far bars are from each other.
const STEP: u32 = 22;

/// The most bars of a chart.
const BARS: usize = 10;

const DARK: RGBColor = RGBColor(38, 70, 83);
const LIGHT: RGBColor = RGBColor(140, 150, 155);
const INK: RGBColor = RGBColor(40, 40, 40);
const HAIR: RGBColor = RGBColor(205, 205, 205);

/// The charts of a report, for what has values.
pub fn charts(snapshot: &Snapshot) -> Vec<Chart> {
    let bars = |table, column, title: &str| bars_of(snapshot.table(table)?, table, column, title);
    let course = snapshot.table("course").and_then(|table| course(table, &snapshot.period.name));
    course
        .into_iter()
        .chain(bars("by_opd", "opened", "Tiket masuk menurut OPD"))
        .chain(bars("by_category", "opened", "Tiket masuk menurut kategori"))
        .chain(bars("compliance", "raw", "Kepatuhan waktu menurut target"))
        .chain(bars("tier_time", "seconds", "Waktu kerja yang dipakai tiap tingkat"))
        .collect()
}

fn value(cell: &Cell) -> Option<f64> {
    match cell {
        Some(Value::Count(count)) => Some(*count as f64),
        Some(Value::Number(number)) => Some(*number),
        Some(Value::Text(_)) | None => None,
    }
}

fn font(size: i32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK)
}

/// How tickets came and were solved, as two lines: one dark and whole, one light and with dots.
fn course(table: &Table, period: &str) -> Option<Chart> {
    let of = |key| Some(table.column(key)?.into_iter().map(|cell| value(cell).unwrap_or(0.0)).collect::<Vec<_>>());
    let (opened, resolved) = (of("opened")?, of("resolved")?);
    let most = opened.iter().chain(&resolved).copied().fold(0.0, f64::max);
    if opened.len() < 2 || most <= 0.0 {
        return None;
    }
    const HEIGHT: u32 = 230;
    // Below a month the days are told by their numbers: the title names the month.
    let labels: Vec<&str> = table.rows.iter().map(|row| row.label.split(' ').next().unwrap_or_default()).collect();
    let mut svg = String::new();
    draw_course(&mut svg, HEIGHT, &labels, most, [("Masuk", &opened), ("Selesai", &resolved)]).ok()?;
    let sum = |values: &[f64]| words::number(values.iter().sum::<f64>() as i64);
    let alt = format!("Grafik garis: {} tiket masuk, {} tiket selesai.", sum(&opened), sum(&resolved));
    Some(Chart { table: "course", title: format!("Tiket masuk dan selesai, {period}"), svg, alt, height: HEIGHT })
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw_course(svg: &mut String, height: u32, labels: &[&str], most: f64, lines: [(&str, &Vec<f64>); 2]) -> Drawn {
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    let last = labels.len().saturating_sub(1);
    let mut chart = ChartBuilder::on(&root)
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(0..last, 0.0..most * 1.15)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(HAIR)
        .axis_style(INK)
        .label_style(font(12))
        .x_labels(labels.len().min(31))
        .y_labels((most as usize + 1).min(5))
        .x_label_formatter(&|index| labels.get(*index).copied().unwrap_or_default().to_owned())
        .y_label_formatter(&|value| words::number(*value as i64))
        .draw()?;
    for (index, (name, values)) in lines.into_iter().enumerate() {
        let (style, dot) = if index == 0 { (DARK.stroke_width(2), 0) } else { (LIGHT.stroke_width(2), 3) };
        let points = || values.iter().copied().enumerate();
        chart.draw_series(LineSeries::new(points(), style))?;
        if dot > 0 {
            chart.draw_series(points().map(|point| Circle::new(point, dot, style.filled())))?;
        }
        // Which line is which, in the upper right corner.
        let x = WIDTH as i32 - 170 + 84 * index as i32;
        root.draw(&PathElement::new(vec![(x, 12), (x + 18, 12)], style))?;
        if dot > 0 {
            root.draw(&Circle::new((x + 9, 12), dot, style.filled()))?;
        }
        let left = font(12).pos(Pos::new(HPos::Left, VPos::Center));
        root.draw(&Text::new(name.to_owned(), (x + 24, 12), left))?;
    }
    root.present()?;
    Ok(())
}

/// One column of a table as bars from the left, each with its value; the largest ones of a long table.
fn bars_of(table: &Table, key: &'static str, column: &str, title: &str) -> Option<Chart> {
    let unit = table.columns.iter().find(|known| known.key == column)?.unit;
    let cells = table.column(column)?;
    let mut rows: Vec<(&str, f64, String)> = table
        .rows
        .iter()
        .zip(cells)
        .filter_map(|(row, cell)| Some((row.label.as_str(), value(cell)?, words::told(cell, unit))))
        .collect();
    let all = rows.len();
    if all > BARS {
        rows.sort_by(|a, b| b.1.total_cmp(&a.1));
        rows.truncate(BARS);
    }
    let most = if unit == Unit::Percent { 100.0 } else { rows.iter().map(|row| row.1).fold(0.0, f64::max) };
    // One bar compares nothing.
    if rows.len() < 2 || most <= 0.0 {
        return None;
    }
    let title = if all > BARS { format!("{title} ({BARS} terbanyak dari {all})") } else { title.to_owned() };
    let height = 16 + STEP * rows.len() as u32;
    let mut svg = String::new();
    draw_bars(&mut svg, height, most, &rows).ok()?;
    let told: Vec<String> = rows.iter().map(|(label, _, told)| format!("{label} {told}")).collect();
    Some(Chart { table: key, title, svg, alt: format!("Grafik batang: {}.", told.join("; ")), height })
}

fn draw_bars(svg: &mut String, height: u32, most: f64, rows: &[(&str, f64, String)]) -> Drawn {
    const LABELS: i32 = 275;
    const VALUES: i32 = 110;
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    let room = WIDTH as i32 - LABELS - VALUES;
    let label = font(12).pos(Pos::new(HPos::Right, VPos::Center));
    let value = font(12).pos(Pos::new(HPos::Left, VPos::Center));
    for (index, (name, amount, told)) in rows.iter().enumerate() {
        let middle = 8 + (STEP * index as u32 + STEP / 2) as i32;
        let long = (f64::from(room) * amount / most).round().max(1.0) as i32;
        root.draw(&Rectangle::new([(LABELS, middle - 7), (LABELS + long, middle + 7)], DARK.filled()))?;
        root.draw(&Text::new(shortened(name, 44), (LABELS - 8, middle), label.clone()))?;
        root.draw(&Text::new(told.clone(), (LABELS + long + 6, middle), value.clone()))?;
    }
    root.draw(&PathElement::new(vec![(LABELS, 4), (LABELS, height as i32 - 4)], INK.stroke_width(1)))?;
    root.present()?;
    Ok(())
}

/// As much of a name as fits beside a bar; the whole name is in the table.
fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most - 1).collect::<String>().trim_end().to_owned() + "…"
}
