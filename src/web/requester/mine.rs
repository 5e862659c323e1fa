//! `GET /tiket`: one's own tickets, and those that one follows.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};
use super::super::words::number;
use super::line::{Line, lines};
use crate::domain::people::Actor;
use crate::domain::ticket::word_enum;
use crate::http::page;
use crate::services::tickets::list::{self, View};
use crate::services::{Desk, Result};
use crate::store::queues::Filter;

/// How many lines a page has.
const LINES: i64 = 25;

word_enum! {
    /// Which of one's tickets.
    Part {
        Open = "terbuka",
        Ended = "berakhir",
        Watched = "diikuti",
    }
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    bagian: Option<String>,
    /// Where the page begins.
    sesudah: Option<String>,
}

#[derive(Serialize)]
struct PartLink {
    href: String,
    label: &'static str,
    count: Option<String>,
    current: bool,
}

#[derive(Serialize)]
struct MinePage {
    heading: &'static str,
    parts: Vec<PartLink>,
    lines: Vec<Line>,
    count: String,
    /// What is said if there is none.
    empty: &'static str,
    next: Option<String>,
}

impl Page for MinePage {
    const TEMPLATE: &'static str = "pages/requester/mine";
    const PLACE: Place = Place::Tickets;

    fn title(&self) -> String {
        format!("{} · Tiket saya", self.heading)
    }
}

/// `GET /tiket`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    visitor.show(move |desk, caller| build(desk, &caller.actor, &query)).await
}

fn build(desk: &Desk, actor: &Actor, query: &Query) -> Result<MinePage> {
    let part = query.bagian.as_deref().and_then(Part::parse).unwrap_or(Part::Open);
    let (view, is_open) = match part {
        Part::Open => (View::Requested, Some(true)),
        Part::Ended => (View::Requested, Some(false)),
        Part::Watched => (View::Watched, None),
    };
    let after = query.sesudah.as_deref().map(page::from_text).transpose()?;
    let filter = Filter { open: is_open, ..Filter::default() };
    let input = list::Input { view: Some(view), filter, after, limit: LINES, ..list::Input::default() };
    let found = list::run(desk, actor, &input)?;
    let open = list::counts(desk, actor, Some(View::Requested))?.open;
    let lines = lines(desk, actor, &found.items)?;
    Ok(MinePage {
        heading: label(part),
        parts: Part::ALL.iter().map(|each| link(*each, part, open)).collect(),
        count: number(i64::try_from(lines.len()).unwrap_or(LINES)),
        lines,
        empty: match part {
            Part::Open => "Anda tidak punya tiket yang terbuka.",
            Part::Ended => "Belum ada tiket Anda yang berakhir.",
            Part::Watched => "Anda belum mengikuti tiket orang lain. Petugas dapat menambahkan Anda sebagai pengikut.",
        },
        next: found.next.map(|next| format!("{}&sesudah={}", address(part), page::to_text(next))),
    })
}

fn label(part: Part) -> &'static str {
    match part {
        Part::Open => "Masih terbuka",
        Part::Ended => "Sudah berakhir",
        Part::Watched => "Saya ikuti",
    }
}

fn address(part: Part) -> String {
    format!("/tiket?bagian={part}")
}

fn link(part: Part, current: Part, open: i64) -> PartLink {
    PartLink {
        href: address(part),
        label: label(part),
        count: (part == Part::Open).then(|| number(open)),
        current: part == current,
    }
}
