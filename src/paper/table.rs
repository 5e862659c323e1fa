//! Tables: hairlines, a grey head that comes again on each page, rows that stay whole if they fit on a page. A
//! table that is no higher than half a page stays whole, and no fewer than three rows stand apart from the rest.

use std::ops::Range;

use super::flow::{CAPTION, Flow, LEFT, Mark, TOP};
use super::tags::{Kind, Slot};
use super::text::{self, Cut, Style};
use super::{Align, Column, Row, Table};

/// The sizes of letters that are tried, from the largest: the first in which every column is as wide as its
/// widest word. The first two are also tried for names to stand on one line.
const SIZES: [f32; 5] = [8.8, 8.0, 7.4, 6.9, 6.4];
/// A table of more rows begins with the second size.
const LONG: usize = 30;
/// What a column of text is given at least.
const NAMES: f32 = 96.0;
/// So many rows stay together.
const TOGETHER: usize = 3;
/// What may stand above the head of a table on its page: a heading and the caption.
const ABOVE: f32 = 80.0;
const PAD_X: f32 = 4.0;
const PAD_Y: f32 = 2.2;
const HAIR: f32 = 0.5;
const LINE_GREY: u8 = 110;
const HEAD_GREY: u8 = 225;
const TOTAL_GREY: u8 = 240;

fn cut(cut: Cut, size: f32) -> Style {
    Style::new(cut, size, size * 1.37)
}

/// How wide a column is, in points or in letters of one point.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    /// Its widest word.
    word: f32,
    /// So that it is read well.
    least: f32,
    /// Its widest cell.
    whole: f32,
}

/// The widest word of a column's head in `least`, of all its cells in `word`, in letters of one point.
fn natural(table: &Table, index: usize, column: &Column) -> Wish {
    let bold = cut(Cut::Bold, 1.0);
    let beside = table.columns.iter().filter(|other| other.group == column.group).count();
    let group = text::widest_word(bold, &column.group) / beside as f32;
    let head = text::widest_word(bold, &column.head).max(group);
    let mut wish = Wish { word: head, least: head, whole: head };
    for row in &table.rows {
        let style = if row.total { bold } else { cut(Cut::Regular, 1.0) };
        let cell = row.cells.get(index).map_or("", String::as_str);
        wish.word = wish.word.max(text::widest_word(style, cell));
        wish.whole = wish.whole.max(text::width(style, &text::settable(cell)));
    }
    wish
}

/// How wide a column is to be with letters of this size. A number is never broken; a name that is one long word is.
fn wish(column: &Column, natural: Wish, size: f32, width: f32) -> Wish {
    let (head, whole) = (natural.least * size, natural.whole * size);
    let (word, least) = match column.align {
        Align::Right => (whole, whole),
        Align::Left => {
            let word = (natural.word * size).min(head.max(width / 6.0));
            (word, head.max(NAMES.min(width / 4.0)).min(whole))
        }
    };
    let padded = 2.0 * PAD_X + 0.5;
    Wish { word: word.min(least) + padded, least: least + padded, whole: whole + padded }
}

/// The size of the letters, and the left edge and the width of each column: the largest size at which every column
/// is read well, or at which at least no word is broken. What is left over goes first to the columns whose cells
/// would be broken, then to all by their weights.
fn measure(table: &Table, width: f32) -> (f32, Vec<(f32, f32)>) {
    let columns = table.columns.iter().enumerate();
    let naturals: Vec<_> = columns.map(|(index, column)| natural(table, index, column)).collect();
    let wished = |size: f32| -> Vec<Wish> {
        table.columns.iter().zip(&naturals).map(|(column, natural)| wish(column, *natural, size, width)).collect()
    };
    let sum = |wished: &[Wish], of: fn(&Wish) -> f32| wished.iter().map(of).sum::<f32>();
    let from = usize::from(table.rows.len() > LONG);
    let tried: Vec<_> = SIZES.iter().skip(from).map(|size| (*size, wished(*size))).collect();
    let fits = |of: fn(&Wish) -> f32| move |(_, wished): &&(f32, Vec<Wish>)| sum(wished, of) <= width;
    let found = tried.iter().take(2).find(fits(|wish| wish.whole));
    let found = found.or_else(|| tried.iter().find(fits(|wish| wish.least)));
    let found = found.or_else(|| tried.iter().find(fits(|wish| wish.word))).or(tried.last());
    let (size, mut wished) = found.cloned().unwrap_or_default();
    if sum(&wished, |wish| wish.least) > width {
        wished.iter_mut().for_each(|wish| wish.least = wish.word);
    }
    let all = sum(&wished, |wish| wish.least);
    let wanting = sum(&wished, |wish| wish.whole) - all;
    let free = (width - all).max(0.0);
    let given = free.min(wanting);
    let weights: f32 = table.columns.iter().map(|column| column.weight).sum();
    let mut x = LEFT;
    let edge = |(wish, column): (Wish, &Column)| {
        let wider = given * (wish.whole - wish.least) / wanting.max(f32::MIN_POSITIVE);
        let more = (free - given) * column.weight / weights.max(f32::MIN_POSITIVE);
        let width = (wish.least + wider + more) * (width / all.max(width));
        let left = x;
        x += width;
        (left, width)
    };
    (size, wished.into_iter().zip(&table.columns).map(edge).collect())
}

/// The frame that rows are drawn in.
struct Grid<'a> {
    columns: &'a [Column],
    edges: Vec<(f32, f32)>,
    width: f32,
    head: Head,
}

/// A row's cells as lines.
struct Laid {
    cells: Vec<Vec<String>>,
    style: Style,
    total: bool,
}

impl Laid {
    fn new(row: &Row, edges: &[(f32, f32)], size: f32) -> Self {
        let style = cut(if row.total { Cut::Bold } else { Cut::Regular }, size);
        let within = |(cell, (_, width)): (&String, &(f32, f32))| text::lines(style, cell, width - 2.0 * PAD_X);
        Self { cells: row.cells.iter().zip(edges).map(within).collect(), style, total: row.total }
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

/// Columns that stand below a common head.
struct Group {
    columns: Range<usize>,
    lines: Vec<String>,
}

/// The head: groups above, columns below them; a column without a group is as high as both.
struct Head {
    style: Style,
    cells: Vec<Vec<String>>,
    groups: Vec<Group>,
    upper: f32,
    height: f32,
}

impl Head {
    fn new(columns: &[Column], edges: &[(f32, f32)], size: f32) -> Self {
        let style = cut(Cut::Bold, size);
        let within = |text: &str, width: f32| text::lines(style, text, width - 2.0 * PAD_X);
        let cells: Vec<_> =
            columns.iter().zip(edges).map(|(column, (_, width))| within(&column.head, *width)).collect();
        let mut groups = Vec::new();
        let mut first = 0;
        for run in columns.chunk_by(|a, b| !a.group.is_empty() && a.group == b.group) {
            let columns = first..first + run.len();
            first = columns.end;
            if let Some(column) = run.first().filter(|column| !column.group.is_empty()) {
                let width: f32 = edges.get(columns.clone()).into_iter().flatten().map(|(_, width)| width).sum();
                groups.push(Group { lines: within(&column.group, width), columns });
            }
        }
        let high = |lines: usize| if lines == 0 { 0.0 } else { lines as f32 * style.line + 2.0 * PAD_Y };
        let upper = high(groups.iter().map(|group| group.lines.len()).max().unwrap_or(0));
        let grouped = |index: usize| groups.iter().any(|group| group.columns.contains(&index));
        let low = |(index, lines): (usize, &Vec<String>)| high(lines.len()) + if grouped(index) { upper } else { 0.0 };
        let height = cells.iter().enumerate().map(low).fold(0.0, f32::max);
        Self { style, cells, groups, upper, height }
    }

    /// The group of a column.
    fn group(&self, index: usize) -> Option<&Group> {
        self.groups.iter().find(|group| group.columns.contains(&index))
    }

    /// The places of the head in the structure: of the groups and of the columns.
    fn slots(&self, flow: &mut Flow) -> (Vec<Slot>, Vec<Slot>) {
        let (mut above, mut columns) = (Vec::new(), vec![None; self.cells.len()]);
        let rows = if self.groups.is_empty() { 1 } else { 2 };
        flow.tags.begin(Kind::Row);
        for (index, column) in columns.iter_mut().enumerate() {
            match self.group(index) {
                None => *column = Some(flow.tags.leaf(Kind::ColumnHead(1, rows))),
                Some(group) if group.columns.start == index => {
                    let over = u32::try_from(group.columns.len()).unwrap_or(1);
                    above.push(flow.tags.leaf(Kind::ColumnHead(over, 1)));
                }
                Some(_) => {}
            }
        }
        flow.tags.end();
        if rows > 1 {
            flow.tags.begin(Kind::Row);
            for column in columns.iter_mut().filter(|column| column.is_none()) {
                *column = Some(flow.tags.leaf(Kind::ColumnHead(1, 1)));
            }
            flow.tags.end();
        }
        (above, columns.into_iter().flatten().collect())
    }
}

/// How high a table is from its caption up to where it may be broken.
pub fn beginning(flow: &Flow, table: &Table) -> f32 {
    let (grid, rows) = lay(table, flow.width());
    let caption = if table.caption.is_empty() { 4.0 } else { 6.0 + CAPTION.line };
    caption + grid.head.height + grid.kept(&rows, flow.floor())
}

fn lay(table: &Table, width: f32) -> (Grid<'_>, Vec<Laid>) {
    let (size, edges) = measure(table, width);
    let head = Head::new(&table.columns, &edges, size);
    let rows = table.rows.iter().map(|row| Laid::new(row, &edges, size)).collect();
    (Grid { columns: &table.columns, edges, width, head }, rows)
}

/// Lays a table out.
pub fn table(flow: &mut Flow, table: &Table) {
    let (grid, rows) = lay(table, flow.width());
    flow.y += 4.0;
    flow.tags.begin(Kind::Table);
    flow.caption(&table.caption, grid.head.height + grid.kept(&rows, flow.floor()));
    flow.tags.begin(Kind::TableHead);
    let slots = grid.head.slots(flow);
    flow.tags.end();
    grid.head(flow, Some(&slots));
    flow.tags.begin(Kind::TableBody);
    let mut first = flow.y;
    for (index, row) in rows.iter().enumerate() {
        let left = rows.get(index + 1..).unwrap_or_default();
        // The last rows stay together.
        let below = if left.len() < TOGETHER { left.iter().map(Laid::whole).sum() } else { 0.0 };
        grid.row(flow, row, below, &mut first);
    }
    flow.tags.end();
    flow.tags.end();
    flow.y += 8.0;
}

impl Grid<'_> {
    /// How high the rows are that stay with the head: all of a low table, the first of a high one.
    fn kept(&self, rows: &[Laid], floor: f32) -> f32 {
        let (page, all) = (floor - TOP, rows.iter().map(Laid::whole).sum::<f32>());
        if self.head.height + all <= page / 2.0 {
            return all;
        }
        let few = rows.iter().take(TOGETHER).map(Laid::whole).sum::<f32>().min(page / 4.0);
        // A row that fits on no page is broken itself.
        let first = rows.first().map_or(0.0, Laid::whole);
        if ABOVE + self.head.height + first <= page { few.max(first) } else { few }
    }

    /// Draws the head; without slots it comes again and is decoration.
    fn head(&self, flow: &mut Flow, slots: Option<&(Vec<Slot>, Vec<Slot>)>) {
        let (top, head) = (flow.y, &self.head);
        flow.put(None, Mark::Fill { x: LEFT, y: top, width: self.width, height: head.height, grey: HEAD_GREY });
        for (index, group) in head.groups.iter().enumerate() {
            let edges = self.edges.get(group.columns.clone()).unwrap_or_default();
            let (Some((left, _)), width) = (edges.first(), edges.iter().map(|(_, width)| width).sum::<f32>()) else {
                continue;
            };
            let slot = slots.and_then(|(above, _)| above.get(index)).copied();
            for (at, line) in group.lines.iter().enumerate() {
                let x = left + (width - text::width(head.style, line)) / 2.0;
                let y = top + PAD_Y + at as f32 * head.style.line + head.style.baseline();
                flow.put(slot, Mark::Text { x, y, style: head.style, text: format!("{line} ") });
            }
            flow.put(None, Mark::Fill { x: *left, y: top + head.upper, width, height: HAIR, grey: LINE_GREY });
        }
        for (index, lines) in head.cells.iter().enumerate() {
            let below = top + if head.group(index).is_some() { head.upper } else { 0.0 };
            let slot = slots.and_then(|(_, columns)| columns.get(index)).copied();
            self.cell(flow, (index, below), lines, head.style, slot);
        }
        self.borders(flow, top, head.height, &|index| {
            let inner = head.group(index).is_some_and(|group| group.columns.end != index + 1);
            if inner { head.upper } else { 0.0 }
        });
        flow.y += head.height;
    }

    /// Draws a row, on the page of what is `below` high if a page has room for both. `first` is where the first row
    /// of the page begins: it never turns the page, so that no head stands alone.
    fn row(&self, flow: &mut Flow, laid: &Laid, below: f32, first: &mut f32) {
        flow.tags.begin(Kind::Row);
        let kind = |column: &Column| if column.names { Kind::RowHead } else { Kind::Cell };
        let slots: Vec<Slot> = self.columns.iter().map(|column| flow.tags.leaf(kind(column))).collect();
        flow.tags.end();
        let (all, mut done) = (laid.lines(), 0);
        while done < all {
            let (own, page) = (laid.height(all - done), flow.floor() - TOP - self.head.height);
            let left = if own + below <= page { own + below } else { own };
            // A row that would not fit on a page of its own goes on where it is.
            let may_turn = left <= page || flow.room() < laid.height(3);
            if flow.room() < left && flow.y > *first && may_turn {
                flow.turn();
                self.head(flow, None);
                *first = flow.y;
            }
            let fits = ((flow.room() - 2.0 * PAD_Y) / laid.style.line).max(1.0) as usize;
            let until = all.min(done + fits);
            self.part(flow, laid, done..until, &slots);
            done = until;
        }
    }

    /// Draws some lines of a row, with its borders.
    fn part(&self, flow: &mut Flow, row: &Laid, lines: Range<usize>, slots: &[Slot]) {
        let (top, height) = (flow.y, row.height(lines.len()));
        if row.total {
            flow.put(None, Mark::Fill { x: LEFT, y: top, width: self.width, height, grey: TOTAL_GREY });
        }
        for (index, cell) in row.cells.iter().enumerate() {
            let shown = cell.get(lines.start.min(cell.len())..lines.end.min(cell.len())).unwrap_or_default();
            self.cell(flow, (index, top), shown, row.style, slots.get(index).copied());
        }
        self.borders(flow, top, height, &|_| 0.0);
        flow.y += height;
    }

    /// Draws the lines of a cell.
    fn cell(&self, flow: &mut Flow, (index, top): (usize, f32), lines: &[String], style: Style, slot: Option<Slot>) {
        let (Some(column), Some((left, width))) = (self.columns.get(index), self.edges.get(index)) else { return };
        for (at, line) in lines.iter().enumerate() {
            let free = width - 2.0 * PAD_X - text::width(style, line);
            let x = left + PAD_X + if column.align == Align::Right { free } else { 0.0 };
            let y = top + PAD_Y + at as f32 * style.line + style.baseline();
            let text = if at + 1 == lines.len() { line.clone() } else { format!("{line} ") };
            flow.put(slot, Mark::Text { x, y, style, text });
        }
    }

    /// Draws the borders of a row. The line right of a column begins so far below the top.
    fn borders(&self, flow: &mut Flow, top: f32, height: f32, lower: &dyn Fn(usize) -> f32) {
        let mut rule = |x: f32, y: f32, width: f32, height: f32| {
            flow.put(None, Mark::Fill { x, y, width, height, grey: LINE_GREY });
        };
        rule(LEFT, top, self.width, HAIR);
        rule(LEFT, top + height, self.width, HAIR);
        rule(LEFT, top, HAIR, height + HAIR);
        for (index, (left, width)) in self.edges.iter().enumerate() {
            let lower = lower(index);
            rule(left + width, top + lower, HAIR, height + HAIR - lower);
        }
    }
}
