//! `GET /laporan`: the months with their reports.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::frame::Place;
use super::super::visitor::{Page, Visitor};
use super::super::words::{When, number};
use super::{Choice, Query, choices, suffix};
use crate::domain::people::Actor;
use crate::services::reports::{grouped, list};
use crate::services::{Desk, Result};

/// A month.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    href: String,
    frozen: Option<When>,
    code: Option<String>,
    addenda: Option<String>,
}

#[derive(Serialize)]
struct ListPage {
    choices: Vec<Choice>,
    lines: Vec<Line>,
    grace_days: u32,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "pages/reports/list";
    const PLACE: Place = Place::Reports;

    fn title(&self) -> String {
        "Laporan".to_owned()
    }
}

/// `GET /laporan`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    visitor.show(move |desk, caller| build(desk, &caller.actor, &query)).await
}

fn build(desk: &Desk, actor: &Actor, query: &Query) -> Result<ListPage> {
    let list = list::run(desk, actor, query.opd())?;
    let suffix = suffix(query.opd());
    let line = |listed: list::Listed| Line {
        name: listed.period.name(),
        href: format!("/laporan/{}{suffix}", listed.period),
        frozen: listed.frozen.as_ref().map(|row| When {
            short: When::day(row.frozen_at.and_utc().with_timezone(&desk.zone).date_naive()),
            ..When::of(row.frozen_at.and_utc(), desk.now(), desk.zone)
        }),
        code: listed.frozen.map(|row| grouped(&row.code)),
        addenda: (listed.addenda > 0).then(|| number(listed.addenda)),
    };
    Ok(ListPage {
        choices: choices(desk, actor, list.scope)?,
        lines: list.months.into_iter().map(line).collect(),
        grace_days: desk.config.reports.grace_days,
    })
}
