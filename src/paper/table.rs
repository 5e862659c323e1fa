//! Tables: hairlines, a grey head that comes again on each page, rows that stay whole if they fit on a page.

use std::ops::Range;

use super::flow::{FLOOR, Flow, LEFT, Mark, TOP, WIDTH};
use super::tags::{Kind, Slot};
use super::text::{self, Cut, Style};
use super::{Align, Column, Row, Table};

/// The sizes of letters that are tried, from the largest: the first in which every column is as wide as its
/// widest word.
const SIZES: [f32; 4] = [8.8, 8.0, 7.2, 6.4];
/// What a column of names is given at least.
const NAMES: f32 = 96.0;
const PAD_X: f32 = 4.0;
const PAD_Y: f32 = 2.2;
const HAIR: f32 = 0.5;
const LINE_GREY: u8 = 110;
const HEAD_GREY: u8 = 225;
const TOTAL_GREY: u8 = 240;

fn cut(cut: Cut, size: f32) -> Style {
    Style::new(cut, size, size * 1.37)
}

/// How wide a column must be so that no word of it is broken.
fn least(table: &Table, index: usize, column: &Column, size: f32) -> f32 {
    let head = text::widest_word(cut(Cut::Bold, size), &column.head);
    let cells = table.rows.iter().filter_map(|row| Some((row.total, row.cells.get(index)?)));
    let widest = match column.align {
        Align::Right => cells.map(|(total, cell)| {
            let style = cut(if total { Cut::Bold } else { Cut::Regular }, size);
            text::widest_word(style, cell)
        }),
        Align::Left => return head.max(NAMES.min(WIDTH / 4.0)) + 2.0 * PAD_X,
    };
    widest.fold(head, f32::max) + 2.0 * PAD_X + 0.5
}

/// The size of the letters, and the left edge and the width of each column. What is left over goes to the columns
/// by their weights.
fn measure(table: &Table) -> (f32, Vec<(f32, f32)>) {
    let widths = |size: f32| -> Vec<f32> {
        table.columns.iter().enumerate().map(|(index, column)| least(table, index, column, size)).collect()
    };
    let tried = SIZES.iter().map(|size| (*size, widths(*size)));
    let fits = |(_, widths): &(f32, Vec<f32>)| widths.iter().sum::<f32>() <= WIDTH;
    let (size, widths) = tried.clone().find(fits).or_else(|| tried.clone().next_back()).unwrap_or_default();
    let all: f32 = widths.iter().sum();
    let weights: f32 = table.columns.iter().map(|column| column.weight).sum();
    let mut x = LEFT;
    let edge = |(wide, column): (f32, &Column)| {
        let more = (WIDTH - all).max(0.0) * column.weight / weights.max(f32::MIN_POSITIVE);
        let width = (wide + more) * (WIDTH / all.max(WIDTH));
        let left = x;
        x += width;
        (left, width)
    };
    (size, widths.into_iter().zip(&table.columns).map(edge).collect())
}

/// The frame that rows are drawn in.
struct Grid<'a> {
    columns: &'a [Column],
    size: f32,
    edges: Vec<(f32, f32)>,
    head: Laid,
}

/// A row's cells as lines.
struct Laid {
    cells: Vec<Vec<String>>,
    style: Style,
}

impl Laid {
    fn new<'a>(cells: impl Iterator<Item = &'a str>, edges: &[(f32, f32)], style: Style) -> Self {
        let cells = cells.zip(edges).map(|(cell, (_, width))| text::lines(style, cell, width - 2.0 * PAD_X)).collect();
        Self { cells, style }
    }

    fn lines(&self) -> usize {
        self.cells.iter().map(Vec::len).max().unwrap_or(0)
    }

    fn whole(&self) -> f32 {
        self.height(self.lines())
    }

    fn height(&self, lines: usize) -> f32 {
        lines as f32 * self.style.line + 2.0 * PAD_Y
    }
}

/// Lays a table out.
pub fn table(flow: &mut Flow, table: &Table) {
    let (size, edges) = measure(table);
    let heads = table.columns.iter().map(|column| column.head.as_str());
    let head = Laid::new(heads, &edges, cut(Cut::Bold, size));
    let grid = Grid { columns: &table.columns, size, edges, head };
    flow.y += 4.0;
    flow.tags.begin(Kind::Table);
    // The head never stands alone.
    flow.caption(&table.caption, grid.head.height(grid.head.lines()) + 3.0 * size * 1.37);
    flow.tags.begin(Kind::TableHead);
    let slots = slots(flow, table.columns.len(), |_| Kind::ColumnHead);
    flow.tags.end();
    grid.head(flow, Some(&slots));
    flow.tags.begin(Kind::TableBody);
    for (index, row) in table.rows.iter().enumerate() {
        // A sum never stands alone.
        let sum = table.rows.get(index + 1).filter(|next| next.total && index + 2 == table.rows.len());
        let below = sum.map_or(0.0, |sum| grid.laid(sum).whole());
        grid.row(flow, row, below);
    }
    flow.tags.end();
    flow.tags.end();
    flow.y += 8.0;
}

/// The places of a row's cells in the structure.
fn slots(flow: &mut Flow, count: usize, kind: impl Fn(usize) -> Kind) -> Vec<Slot> {
    flow.tags.begin(Kind::Row);
    let slots = (0..count).map(|index| flow.tags.leaf(kind(index))).collect();
    flow.tags.end();
    slots
}

impl Grid<'_> {
    /// Draws the head; without slots it comes again and is decoration.
    fn head(&self, flow: &mut Flow, slots: Option<&[Slot]>) {
        self.draw(flow, &self.head, 0..self.head.lines(), slots, Some(HEAD_GREY));
    }

    fn laid(&self, row: &Row) -> Laid {
        let style = cut(if row.total { Cut::Bold } else { Cut::Regular }, self.size);
        Laid::new(row.cells.iter().map(String::as_str), &self.edges, style)
    }

    /// Draws a row, on the page of what is `below` high.
    fn row(&self, flow: &mut Flow, row: &Row, below: f32) {
        let laid = self.laid(row);
        let slots = slots(flow, self.columns.len(), |index| if index == 0 { Kind::RowHead } else { Kind::Cell });
        let tint = row.total.then_some(TOTAL_GREY);
        let head = self.head.height(self.head.lines());
        let (all, mut done) = (laid.lines(), 0);
        while done < all {
            let left = laid.height(all - done) + below;
            // A row that would not fit on a page of its own goes on where it is.
            let may_turn = left <= FLOOR - TOP - head || flow.room() < laid.height(3);
            if flow.room() < left && flow.y > TOP + head && may_turn {
                flow.turn();
                self.head(flow, None);
            }
            let fits = ((flow.room() - 2.0 * PAD_Y) / laid.style.line).max(1.0) as usize;
            let until = all.min(done + fits);
            self.draw(flow, &laid, done..until, Some(&slots), tint);
            done = until;
        }
    }

    /// Draws some lines of a row, with its borders.
    fn draw(&self, flow: &mut Flow, row: &Laid, lines: Range<usize>, slots: Option<&[Slot]>, tint: Option<u8>) {
        let (top, height) = (flow.y, row.height(lines.len()));
        if let Some(grey) = tint {
            flow.put(None, Mark::Fill { x: LEFT, y: top, width: WIDTH, height, grey });
        }
        for (index, ((column, (left, width)), cell)) in self.columns.iter().zip(&self.edges).zip(&row.cells).enumerate()
        {
            let slot = slots.and_then(|slots| slots.get(index)).copied();
            for (at, line) in
                cell.get(lines.start.min(cell.len())..lines.end.min(cell.len())).into_iter().flatten().enumerate()
            {
                let free = width - 2.0 * PAD_X - text::width(row.style, line);
                let x = left + PAD_X + if column.align == Align::Right { free } else { 0.0 };
                let y = top + PAD_Y + at as f32 * row.style.line + row.style.baseline();
                let is_last = lines.start + at + 1 == cell.len();
                let text = if is_last { line.clone() } else { format!("{line} ") };
                flow.put(slot, Mark::Text { x, y, style: row.style, text });
            }
        }
        self.borders(flow, top, height);
        flow.y += height;
    }

    fn borders(&self, flow: &mut Flow, top: f32, height: f32) {
        let mut rule = |x: f32, y: f32, width: f32, height: f32| {
            flow.put(None, Mark::Fill { x, y, width, height, grey: LINE_GREY });
        };
        rule(LEFT, top, WIDTH, HAIR);
        rule(LEFT, top + height, WIDTH, HAIR);
        rule(LEFT, top, HAIR, height + HAIR);
        for (left, width) in &self.edges {
            rule(left + width, top, HAIR, height + HAIR);
        }
    }
}
