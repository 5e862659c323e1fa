//! How targets were kept, how long things took, who used the time, and why targets were missed.

use std::collections::BTreeMap;

use super::super::super::sla::breach::{Cause, Decision};
use super::super::super::sla::keeping::ClockKind;
use super::super::super::spoken::Spoken;
use super::super::build::{count, percent, table};
use super::super::facts::PromiseFact;
use super::super::parts::{Durations, Kept};
use super::super::snapshot::{Cell, Table};
use super::Input;

pub(super) fn tables(input: &Input<'_>) -> [Table; 7] {
    [
        compliance(input),
        compliance_by(input, "compliance_by_type", |promise| promise.kind),
        compliance_by(input, "compliance_by_priority", |promise| promise.priority),
        durations_by(input, "durations_by_type", |promise| promise.kind),
        durations_by(input, "durations_by_priority", |promise| promise.priority),
        tier_time(input),
        breaches(input),
    ]
}

fn promises<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a PromiseFact> {
    let scope = input.scope;
    input.facts.promises.iter().filter(move |promise| scope.has(promise.of) && promise.clock.is_promise())
}

/// The promises of one kind.
fn of_clock<'a>(input: &Input<'a>, clock: ClockKind) -> impl Iterator<Item = &'a PromiseFact> {
    promises(input).filter(move |promise| promise.clock == clock)
}

fn compliance(input: &Input<'_>) -> Table {
    let clocks = ClockKind::ALL.iter().filter(|clock| clock.is_promise());
    let mut kept: BTreeMap<ClockKind, Kept> = clocks.map(|clock| (*clock, Kept::default())).collect();
    let mut all = Kept::default();
    for promise in promises(input) {
        kept.entry(promise.clock).or_default().add(promise);
        all.add(promise);
    }
    let cells = |kept: Kept| {
        let counts = [kept.ended, kept.on_time(), kept.late, kept.excused].map(count);
        counts.into_iter().chain([kept.raw(), kept.adjusted()]).collect::<Vec<Cell>>()
    };
    let mut table = table("compliance", &["ended", "on_time", "late", "excused", "raw", "adjusted"]);
    kept.into_iter().for_each(|(clock, kept)| table.push(clock.code(), clock.label(), cells(kept)));
    table.total = Some(cells(all));
    table
}

/// What is promised to the requester: response and resolution.
#[derive(Clone, Copy, Debug, Default)]
struct Promised {
    response: Kept,
    resolution: Kept,
}

impl Promised {
    fn cells(self) -> Vec<Cell> {
        let of = |kept: Kept| [count(kept.ended), count(kept.late), kept.raw(), kept.adjusted()];
        of(self.response).into_iter().chain(of(self.resolution)).collect()
    }
}

fn compliance_by<W: Spoken + Ord>(input: &Input<'_>, key: &str, word: impl Fn(&PromiseFact) -> W) -> Table {
    let mut rows: BTreeMap<W, Promised> = W::EVERY.iter().map(|word| (*word, Promised::default())).collect();
    let mut all = Promised::default();
    for promise in of_clock(input, ClockKind::Response) {
        rows.entry(word(promise)).or_default().response.add(promise);
        all.response.add(promise);
    }
    for promise in of_clock(input, ClockKind::Resolution) {
        rows.entry(word(promise)).or_default().resolution.add(promise);
        all.resolution.add(promise);
    }
    let columns = [
        "response_ended",
        "response_late",
        "response_raw",
        "response_adjusted",
        "resolution_ended",
        "resolution_late",
        "resolution_raw",
        "resolution_adjusted",
    ];
    let mut table = table(key, &columns);
    rows.into_iter().for_each(|(word, promised)| table.push(word.code(), word.label(), promised.cells()));
    table.total = Some(all.cells());
    table
}

#[derive(Debug, Default)]
struct Took {
    response: Durations,
    resolution: Durations,
}

impl Took {
    fn cells(mut self) -> Vec<Cell> {
        let (response, resolution) = (&mut self.response, &mut self.resolution);
        vec![response.percentile(50), response.percentile(90), resolution.percentile(50), resolution.percentile(90)]
    }
}

fn durations_by<W: Spoken + Ord>(input: &Input<'_>, key: &str, word: impl Fn(&PromiseFact) -> W) -> Table {
    let mut rows: BTreeMap<W, Took> = W::EVERY.iter().map(|word| (*word, Took::default())).collect();
    let mut all = Took::default();
    for promise in of_clock(input, ClockKind::Response) {
        rows.entry(word(promise)).or_default().response.add(promise.seconds);
        all.response.add(promise.seconds);
    }
    for promise in of_clock(input, ClockKind::Resolution) {
        rows.entry(word(promise)).or_default().resolution.add(promise.seconds);
        all.resolution.add(promise.seconds);
    }
    let mut table = table(key, &["response_median", "response_p90", "resolution_median", "resolution_p90"]);
    rows.into_iter().for_each(|(word, took)| table.push(word.code(), word.label(), took.cells()));
    table.total = Some(all.cells());
    table
}

fn tier_time(input: &Input<'_>) -> Table {
    let tiers = [ClockKind::Tier1, ClockKind::Tier2Accept, ClockKind::Tier2];
    let mut rows = Vec::new();
    for clock in tiers {
        let (mut ended, mut durations) = (0, Durations::default());
        for promise in of_clock(input, clock) {
            ended += 1;
            durations.add(promise.seconds);
        }
        rows.push((clock, ended, durations));
    }
    let whole: i64 = rows.iter().map(|(_, _, durations)| durations.sum()).sum();
    let clocks: i64 = rows.iter().map(|(_, ended, _)| ended).sum();
    let mut table = table("tier_time", &["ended", "seconds", "share", "median", "p90"]);
    for (clock, ended, mut durations) in rows {
        let sum = durations.sum();
        let (median, p90) = (durations.percentile(50), durations.percentile(90));
        table.push(clock.code(), clock.label(), vec![count(ended), count(sum), percent(sum, whole), median, p90]);
    }
    table.total = Some(vec![count(clocks), count(whole), percent(whole, whole), None, None]);
    table
}

fn breaches(input: &Input<'_>) -> Table {
    let said: Vec<Option<Cause>> = Cause::ALL.iter().copied().map(Some).chain([None]).collect();
    let mut rows: BTreeMap<Option<Cause>, [i64; 4]> = said.iter().map(|cause| (*cause, [0; 4])).collect();
    let mut sum = [0; 4];
    for promise in promises(input).filter(|promise| promise.late) {
        let [all, undecided, approved, refused] = match promise.breach.map(|(_, decision)| decision) {
            None => [1, 0, 0, 0],
            Some(Decision::Proposed) => [1, 1, 0, 0],
            Some(Decision::Approved) => [1, 0, 1, 0],
            Some(Decision::Refused) => [1, 0, 0, 1],
        };
        for row in [rows.entry(promise.breach.map(|(cause, _)| cause)).or_default(), &mut sum] {
            row.iter_mut().zip([all, undecided, approved, refused]).for_each(|(cell, one)| *cell += one);
        }
    }
    let mut table = table("breaches", &["breaches", "undecided", "approved", "refused"]);
    for cause in said {
        let (key, label) = cause.map_or(("none", "Belum dijelaskan"), |cause| (cause.code(), cause.label()));
        table.push(key, label, rows.get(&cause).copied().unwrap_or_default().map(count).into());
    }
    table.total = Some(sum.map(count).into());
    table
}
