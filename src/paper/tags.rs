//! The structure of a document as programs that read aloud get it (ISO 32000-1, 14.8).

use std::num::{NonZeroU16, NonZeroU32};

use krilla::tagging::{ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagTree};

/// What a part of the text is.
#[derive(Clone, Debug)]
pub enum Kind {
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    ItemBody,
    Table,
    TableHead,
    TableBody,
    Row,
    /// Over so many columns, and so many rows of the head.
    ColumnHead(u32, u32),
    RowHead,
    Cell,
    Caption,
    Figure(String),
}

/// A place in the structure that marks on pages belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

#[derive(Debug)]
struct Part {
    kind: Kind,
    parts: Vec<usize>,
    marks: Vec<Node>,
}

/// The structure while it grows.
#[derive(Debug, Default)]
pub struct Tags {
    parts: Vec<Part>,
    roots: Vec<usize>,
    open: Vec<usize>,
}

impl Tags {
    /// Begins a part within what is open.
    pub fn begin(&mut self, kind: Kind) -> Slot {
        let new = self.parts.len();
        self.parts.push(Part { kind, parts: Vec::new(), marks: Vec::new() });
        match self.open.last().and_then(|parent| self.parts.get_mut(*parent)) {
            Some(parent) => parent.parts.push(new),
            None => self.roots.push(new),
        }
        self.open.push(new);
        Slot(new)
    }

    /// Ends what was begun last.
    pub fn end(&mut self) {
        self.open.pop();
    }

    /// A part without parts.
    pub fn leaf(&mut self, kind: Kind) -> Slot {
        let slot = self.begin(kind);
        self.end();
        slot
    }

    /// Adds what was drawn of a part.
    pub fn mark(&mut self, slot: Slot, node: Node) {
        if let Some(part) = self.parts.get_mut(slot.0) {
            part.marks.push(node);
        }
    }

    /// The whole tree.
    pub fn tree(self, language: &str) -> TagTree {
        let mut parts: Vec<Option<Part>> = self.parts.into_iter().map(Some).collect();
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        for root in self.roots {
            if let Some(group) = group(root, &mut parts) {
                tree.push(group);
            }
        }
        tree
    }
}

fn group(index: usize, parts: &mut [Option<Part>]) -> Option<TagGroup> {
    let part = parts.get_mut(index)?.take()?;
    let mut group = match part.kind {
        Kind::Heading(level, title) => {
            TagGroup::new(Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(title)))
        }
        Kind::Paragraph => TagGroup::new(Tag::P),
        Kind::List => TagGroup::new(Tag::L(ListNumbering::Decimal)),
        Kind::Item => TagGroup::new(Tag::LI),
        Kind::ItemBody => TagGroup::new(Tag::LBody),
        Kind::Table => TagGroup::new(Tag::Table),
        Kind::TableHead => TagGroup::new(Tag::THead),
        Kind::TableBody => TagGroup::new(Tag::TBody),
        Kind::Row => TagGroup::new(Tag::TR),
        Kind::ColumnHead(columns, rows) => {
            let over = |count: u32| NonZeroU32::new(count).filter(|count| count.get() > 1);
            TagGroup::new(Tag::TH(TableHeaderScope::Column).with_col_span(over(columns)).with_row_span(over(rows)))
        }
        Kind::RowHead => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
        Kind::Cell => TagGroup::new(Tag::TD),
        Kind::Caption => TagGroup::new(Tag::Caption),
        // Whoever hears the paper is told at least that there is a picture: PDF/UA-1 wants some words.
        Kind::Figure(alt) if alt.trim().is_empty() => TagGroup::new(Tag::Figure(Some("Gambar".to_owned()))),
        Kind::Figure(alt) => TagGroup::new(Tag::Figure(Some(alt))),
    };
    for mark in part.marks {
        group.push(mark);
    }
    for child in part.parts {
        if let Some(child) = self::group(child, parts) {
            group.push(child);
        }
    }
    Some(group)
}
