//! How desks compare, and what requesters think of the help.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::super::super::ids::OpdId;
use super::super::super::sla::keeping::ClockKind;
use super::super::build::{count, mean, percent, table};
use super::super::facts::Named;
use super::super::parts::{Flow, Kept};
use super::super::rank;
use super::super::snapshot::{Cell, Table, Value};
use super::{Input, tiers};

/// The OPDs by name.
pub(super) fn by_name<'a>(input: &Input<'a>) -> Vec<(OpdId, &'a Named)> {
    let mut opds: Vec<_> = input.names.opds.iter().map(|(id, named)| (*id, named)).collect();
    opds.sort_by(|(_, a), (_, b)| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    opds
}

pub(super) fn satisfaction(input: &Input<'_>) -> Table {
    let mut given = [0_i64; 5];
    for rating in input.facts.ratings.iter().filter(|rating| input.scope.has(rating.of)) {
        let star = usize::try_from(rating.stars - 1).ok();
        if let Some(count) = star.and_then(|star| given.get_mut(star)) {
            *count += 1;
        }
    }
    let whole: i64 = given.iter().sum();
    let mut table = table("satisfaction", &["ratings", "share"]);
    for (stars, ratings) in (1..).zip(given).collect::<Vec<(i64, i64)>>().into_iter().rev() {
        table.push(stars.to_string(), format!("{stars} bintang"), vec![count(ratings), percent(ratings, whole)]);
    }
    table.total = Some(vec![count(whole), percent(whole, whole)]);
    table
}

/// What a desk did.
#[derive(Clone, Copy, Debug, Default)]
struct Desk {
    flow: Flow,
    tier1: i64,
    handovers: i64,
    returned: i64,
    response: Kept,
    resolution: Kept,
    reopened: i64,
    ratings: i64,
    stars: i64,
}

const LEAGUE: [&str; 13] = [
    "rank",
    "opened",
    "resolved",
    "backlog_end",
    "tier1_percent",
    "handovers",
    "bounce_percent",
    "response_raw",
    "resolution_raw",
    "resolution_adjusted",
    "reopened",
    "ratings",
    "stars",
];

impl Desk {
    fn cells(self, rank: Option<i64>) -> Vec<Cell> {
        vec![
            rank.map(Value::Count),
            count(self.flow.opened),
            count(self.flow.resolved),
            count(self.flow.end),
            percent(self.tier1, self.flow.resolved),
            count(self.handovers),
            percent(self.returned, self.handovers),
            self.response.raw(),
            self.resolution.raw(),
            self.resolution.adjusted(),
            count(self.reopened),
            count(self.ratings),
            mean(self.stars, self.ratings),
        ]
    }

    /// The better one first; who has too few to be compared comes last.
    fn compare(&self, other: &Self) -> Ordering {
        match (self.resolution.share(), other.resolution.share()) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
}

/// What each desk did, and all of them together.
fn desks(input: &Input<'_>) -> (BTreeMap<OpdId, Desk>, Desk) {
    let (facts, bounds) = (input.facts, input.bounds());
    let (mut desks, mut all) = (BTreeMap::<OpdId, Desk>::new(), Desk::default());
    let mut each = |opd: OpdId, change: &dyn Fn(&mut Desk)| {
        change(desks.entry(opd).or_default());
        change(&mut all);
    };
    for ticket in &facts.tickets {
        each(ticket.of.opd, &|desk| {
            desk.flow.add(ticket, bounds);
            desk.tier1 += i64::from(tiers::is_solved(ticket, bounds) && !ticket.tier2);
        });
    }
    for promise in &facts.promises {
        match promise.clock {
            ClockKind::Response => each(promise.of.opd, &|desk| desk.response.add(promise)),
            ClockKind::Resolution => each(promise.of.opd, &|desk| desk.resolution.add(promise)),
            ClockKind::Tier1 | ClockKind::Tier2Accept | ClockKind::Tier2 | ClockKind::Legal | ClockKind::Closing => {}
        }
    }
    for handover in &facts.handovers {
        each(handover.of.opd, &|desk| {
            desk.handovers += 1;
            desk.returned += i64::from(tiers::is_returned(handover));
        });
    }
    facts.reopenings.iter().for_each(|of| each(of.opd, &|desk| desk.reopened += 1));
    for rating in &facts.ratings {
        each(rating.of.opd, &|desk| {
            desk.ratings += 1;
            desk.stars += rating.stars;
        });
    }
    (desks, all)
}

/// The desks, the best first.
pub(super) fn league(input: &Input<'_>) -> Table {
    let (desks, all) = desks(input);
    let mut rows: Vec<(&Named, Desk)> = by_name(input)
        .into_iter()
        .map(|(id, named)| (named, desks.get(&id)))
        .filter(|(named, desk)| named.active || desk.is_some())
        .map(|(named, desk)| (named, desk.copied().unwrap_or_default()))
        .collect();
    // Stable: what is equal stays in the order of names.
    rows.sort_by(|(_, a), (_, b)| a.compare(b));
    let mut table = table("league", &LEAGUE);
    let shares: Vec<Option<f64>> = rows.iter().map(|(_, desk)| desk.resolution.share()).collect();
    for ((named, desk), place) in rows.into_iter().zip(rank::places(&shares)) {
        table.push(named.code.as_str(), named.name.as_str(), desk.cells(place));
    }
    table.total = Some(all.cells(None));
    table
}
