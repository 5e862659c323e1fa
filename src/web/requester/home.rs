//! `GET /`: where everybody begins. What waits for whoever looks is on top.

use chrono::Timelike;
use serde::Serialize;

use super::super::Answer;
use super::super::frame::{Place, has_queue};
use super::super::queue::list::views;
use super::super::queue::query::{Part, Query};
use super::super::queue::row::{Among, Row};
use super::super::templates::Lines;
use super::super::visitor::{Page, Visitor};
use super::super::words::number;
use super::line::{Line, lines};
use crate::domain::people::{Actor, Role};
use crate::domain::ticket::Status;
use crate::services::sla::times;
use crate::services::tickets::list::{self, View};
use crate::services::{Desk, Result};
use crate::store::queues::{Filter, Order};

/// How many lines a part has.
const LINES: i64 = 8;

/// What waits in a queue, as a number that leads there.
#[derive(Serialize)]
struct Waiting {
    href: String,
    label: &'static str,
    count: String,
    tone: &'static str,
    /// Nothing waits.
    none: bool,
}

/// A queue of whoever looks.
#[derive(Serialize)]
struct Duty {
    label: String,
    href: String,
    waiting: Vec<Waiting>,
}

#[derive(Serialize)]
struct HomePage {
    /// By the time of day.
    greeting: &'static str,
    duties: Vec<Duty>,
    /// Own work; nothing if none is given to whoever looks.
    work: Lines<Row>,
    /// How much work there is in all.
    work_count: String,
    work_href: String,
    /// Whether tickets can be given to whoever looks.
    has_work: bool,
    administers: bool,
    /// Own tickets that wait for their requester.
    waiting: Vec<Line>,
    /// Own tickets that others work on.
    open: Vec<Line>,
    /// How many own tickets are open.
    open_count: String,
    /// Whether there are more than are shown.
    more: bool,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "pages/requester/home";
    const PLACE: Place = Place::Home;

    fn title(&self) -> String {
        "Beranda".to_owned()
    }
}

/// `GET /`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|desk, caller| build(desk, &caller.actor)).await
}

fn build(desk: &Desk, actor: &Actor) -> Result<HomePage> {
    let works = actor.has(Role::Tier1Agent) || !actor.teams.is_empty() || actor.has(Role::Supervisor);
    let waiting = own(desk, actor, &[Status::WaitingRequester, Status::Resolved])?;
    let others = [Status::New, Status::InProgress, Status::WaitingThirdParty, Status::WaitingApproval];
    let open = own(desk, actor, &others)?;
    let count = list::counts(desk, actor, Some(View::Requested))?.open;
    let mine = if works { list::assigned(desk, actor)? } else { 0 };
    let shown = i64::try_from(waiting.len() + open.len()).unwrap_or(count);
    Ok(HomePage {
        greeting: greeting(desk.now().with_timezone(&desk.zone).hour()),
        duties: if has_queue(actor) { duties(desk, actor)? } else { Vec::new() },
        work: Lines(if works { work(desk, actor)? } else { Vec::new() }),
        work_count: number(mine),
        work_href: Query::default().part_of(Part::Mine).address(),
        has_work: works,
        administers: actor.has(Role::Admin),
        waiting,
        open,
        open_count: number(count),
        more: count > shown,
    })
}

fn greeting(hour: u32) -> &'static str {
    match hour {
        4..=10 => "Selamat pagi",
        11..=14 => "Selamat siang",
        15..=17 => "Selamat sore",
        _ => "Selamat malam",
    }
}

fn own(desk: &Desk, actor: &Actor, statuses: &[Status]) -> Result<Vec<Line>> {
    let filter = Filter { open: Some(true), statuses: statuses.to_vec(), ..Filter::default() };
    let input = list::Input { view: Some(View::Requested), filter, limit: LINES, ..list::Input::default() };
    lines(desk, actor, &list::run(desk, actor, &input)?.items)
}

/// What presses in each queue, the most pressing first.
fn duties(desk: &Desk, actor: &Actor) -> Result<Vec<Duty>> {
    let duty = |(view, label): (View, String)| {
        let counts = list::counts(desk, actor, Some(view))?;
        let query = Query::of(view);
        let parts = [Part::Over, Part::Near, Part::Unassigned, Part::Requested];
        let waiting = parts.into_iter().map(|part| {
            let count = part.count(&counts, 0);
            Waiting {
                href: query.part_of(part).address(),
                label: part.label(),
                count: number(count.unwrap_or(0)),
                tone: part.tone(count),
                none: count.unwrap_or(0) == 0,
            }
        });
        Ok(Duty { label, href: query.address(), waiting: waiting.collect() })
    };
    views(desk, actor).into_iter().map(duty).collect()
}

/// The own work that presses most.
fn work(desk: &Desk, actor: &Actor) -> Result<Vec<Row>> {
    let filter = Filter { open: Some(true), ..Filter::default() };
    let view = Some(View::Assigned);
    let input = list::Input { view, filter, order: Order::Due, limit: LINES, ..list::Input::default() };
    let found = list::run(desk, actor, &input)?.items;
    let ids: Vec<_> = found.iter().map(|seen| seen.listed.ticket.id).collect();
    let left = times::left(desk, &ids)?;
    let now = desk.now();
    let row = |seen| {
        let seen: &crate::services::tickets::read::Seen = seen;
        let times = left.get(&seen.listed.ticket.id).map(Vec::as_slice).unwrap_or_default();
        Row::of(desk, now, seen, times, Among { ticks: false, one_opd: false })
    };
    Ok(found.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_greeted_by_the_time_of_day() {
        let told = [0, 4, 10, 11, 14, 15, 17, 18, 23].map(|hour| greeting(hour).rsplit(' ').next().unwrap());
        assert_eq!(told, ["malam", "pagi", "pagi", "siang", "siang", "sore", "sore", "malam", "malam"]);
    }
}
