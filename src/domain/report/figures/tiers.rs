//! Who solved it: the desks of the OPDs alone, or the teams of the Dinas; and how handovers went.

use std::collections::BTreeMap;

use super::super::super::handover::{HandoverReason, HandoverState};
use super::super::super::ids::TeamId;
use super::super::super::spoken::Spoken;
use super::super::build::{count, percent, table};
use super::super::facts::{HandoverFact, Outcome, TicketFact};
use super::super::snapshot::{Cell, Table};
use super::Input;

/// Whether it was resolved in a time, for good.
pub(super) fn is_solved(ticket: &TicketFact, bounds: (i64, i64)) -> bool {
    ticket.ended_within(bounds) == Some(Outcome::Resolved)
}

/// Whether the team gave it back.
pub(super) fn is_returned(handover: &HandoverFact) -> bool {
    handover.state == HandoverState::Returned
}

pub(super) fn tables(input: &Input<'_>) -> [Table; 3] {
    [solved(input), by_team(input), by_reason(input)]
}

fn solved(input: &Input<'_>) -> Table {
    let bounds = input.bounds();
    let (mut tier1, mut tier2) = (0, 0);
    for ticket in input.facts.tickets.iter().filter(|ticket| input.scope.has(ticket.of)) {
        if is_solved(ticket, bounds) {
            *(if ticket.tier2 { &mut tier2 } else { &mut tier1 }) += 1;
        }
    }
    let whole = tier1 + tier2;
    let mut table = table("tiers", &["resolved", "share"]);
    table.push("tier1", "Tier 1 sendiri", vec![count(tier1), percent(tier1, whole)]);
    table.push("tier2", "Melalui Tier 2", vec![count(tier2), percent(tier2, whole)]);
    table.total = Some(vec![count(whole), percent(whole, whole)]);
    table
}

/// How handovers went.
#[derive(Clone, Copy, Debug, Default)]
struct Went {
    all: i64,
    accepted: i64,
    returned: i64,
    withdrawn: i64,
    waiting: i64,
}

const WENT: [&str; 6] = ["handovers", "accepted", "returned", "withdrawn", "waiting", "bounce_percent"];

impl Went {
    fn add(&mut self, handover: &HandoverFact) {
        self.all += 1;
        match handover.state {
            HandoverState::Accepted => self.accepted += 1,
            HandoverState::Returned => self.returned += 1,
            HandoverState::Withdrawn => self.withdrawn += 1,
            HandoverState::Requested => self.waiting += 1,
        }
    }

    fn cells(self) -> Vec<Cell> {
        let Self { all, accepted, returned, withdrawn, waiting } = self;
        let mut cells: Vec<Cell> = [all, accepted, returned, withdrawn, waiting].map(count).into();
        cells.push(percent(returned, all));
        cells
    }
}

fn handovers<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a HandoverFact> {
    let scope = input.scope;
    input.facts.handovers.iter().filter(move |handover| scope.has(handover.of))
}

fn by_team(input: &Input<'_>) -> Table {
    let (mut teams, mut all) = (BTreeMap::<TeamId, Went>::new(), Went::default());
    for handover in handovers(input) {
        teams.entry(handover.team).or_default().add(handover);
        all.add(handover);
    }
    let mut named: Vec<_> = input.names.teams.iter().collect();
    named.sort_by(|(_, a), (_, b)| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    let mut table = table("handovers", &WENT);
    for (id, team) in named {
        if let Some(went) = teams.get(id) {
            table.push(team.code.as_str(), team.name.as_str(), went.cells());
        }
    }
    table.total = Some(all.cells());
    table
}

fn by_reason(input: &Input<'_>) -> Table {
    let mut reasons: BTreeMap<HandoverReason, Went> =
        HandoverReason::ALL.iter().map(|reason| (*reason, Went::default())).collect();
    let mut all = Went::default();
    for handover in handovers(input) {
        reasons.entry(handover.reason).or_default().add(handover);
        all.add(handover);
    }
    let mut table = table("handover_reasons", &WENT);
    reasons.into_iter().for_each(|(reason, went)| table.push(reason.code(), reason.label(), went.cells()));
    table.total = Some(all.cells());
    table
}
