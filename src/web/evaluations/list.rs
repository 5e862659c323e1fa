//! `GET /evaluasi`: what waits, the overdue first, and the evaluations by period.

use serde::Serialize;

use super::super::Answer;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};
use super::super::words::{When, Word, number};
use super::status;
use crate::domain::evaluation::reads_all;
use crate::domain::people::Actor;
use crate::services::evaluations::list::{self, Listed};
use crate::services::evaluations::read::Followed;
use crate::services::reports::list as reports;
use crate::services::{Desk, Result};

/// A recommendation that waits.
#[derive(Debug, Serialize)]
struct Waiting {
    number: String,
    href: String,
    text: String,
    owner: String,
    period: String,
    due: String,
    overdue: bool,
    status: Word,
}

/// An evaluation.
#[derive(Debug, Serialize)]
struct Line {
    href: String,
    period: String,
    whose: String,
    recommendations: String,
    open: Option<String>,
    overdue: Option<String>,
}

#[derive(Serialize)]
struct ListPage {
    waiting: Vec<Waiting>,
    overdue: Option<String>,
    lines: Vec<Line>,
    writes: bool,
    /// The years of which evidence can be packed, the newest first.
    years: Vec<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "pages/evaluations/list";
    const PLACE: Place = Place::Evaluations;

    fn title(&self) -> String {
        "Evaluasi".to_owned()
    }
}

/// `GET /evaluasi`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|desk, caller| build(desk, &caller.actor)).await
}

fn build(desk: &Desk, actor: &Actor) -> Result<ListPage> {
    let list = list::run(desk, actor)?;
    let overdue = list.open.iter().filter(|one| one.overdue).count() as i64;
    let all = desk.config.tenant.all_opds();
    Ok(ListPage {
        waiting: list.open.iter().map(waiting).collect(),
        overdue: (overdue > 0).then(|| number(overdue)),
        lines: list.evaluations.into_iter().map(|listed| line(listed, &all)).collect(),
        writes: list.writes,
        years: if reads_all(actor) { years(desk, actor)? } else { Vec::new() },
    })
}

/// The years that have a month with a report.
fn years(desk: &Desk, actor: &Actor) -> Result<Vec<String>> {
    let months = reports::run(desk, actor, None)?.months;
    let mut years: Vec<String> = months.iter().map(|month| month.period.first_day().format("%Y").to_string()).collect();
    years.dedup();
    Ok(years)
}

fn waiting(one: &Followed) -> Waiting {
    let row = &one.loaded.row;
    let period = crate::domain::report::Period::parse(&row.period);
    Waiting {
        number: format!("R-{}", row.id),
        href: format!("/evaluasi/{}#r-{}", row.evaluation_id, row.id),
        text: row.body.clone(),
        owner: row.owner_name.clone(),
        period: period.map_or_else(|| row.period.clone(), |period| period.name()),
        due: When::day(row.due_on),
        overdue: one.overdue,
        status: status(one.status),
    }
}

fn line(listed: Listed, all: &str) -> Line {
    let some = |count: i64| (count > 0).then(|| number(count));
    Line {
        href: format!("/evaluasi/{}", listed.row.id),
        period: listed.period.name(),
        whose: listed.row.opd_name.unwrap_or_else(|| all.to_owned()),
        recommendations: number(listed.recommendations),
        open: some(listed.open),
        overdue: some(listed.overdue),
    }
}
