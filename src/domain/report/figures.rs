//! Computes a report from facts. Pure, and every part adds up to its whole: the tests run random histories
//! through it.

mod desks;
mod evaluation;
mod promises;
mod tiers;
mod volume;

use chrono_tz::Tz;

use super::super::Instant;
use super::super::sla::keeping::ClockKind;
use super::build::{count, figure, mean, percent};
use super::definitions::{DEFINITIONS, Definition};
use super::facts::{Facts, Names, Scope};
use super::parts::{Durations, Flow, Kept};
use super::period::Period;
use super::snapshot::{
    AnchorPart, DefinitionPart, Figure, OpdPart, PeriodPart, SCHEMA_VERSION, ScopePart, Snapshot, TenantPart,
};

/// For what, and from what.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub period: Period,
    pub zone: Tz,
    pub scope: Scope,
    pub tenant: &'a TenantPart,
    pub facts: &'a Facts,
    pub names: &'a Names,
    pub anchor: Option<&'a AnchorPart>,
    /// Up to when figures reach if the period is not over.
    pub now: Instant,
}

impl Input<'_> {
    /// From when to before when facts count, in UTC seconds.
    pub fn bounds(&self) -> (i64, i64) {
        bounds(self.period, self.zone, self.now)
    }

    /// What the OPD of the scope is called; empty parts if it is not known.
    fn opd(&self) -> Option<OpdPart> {
        let Scope::One(opd) = self.scope else { return None };
        let (code, name) = self.names.opds.get(&opd).map(|named| (named.code.clone(), named.name.clone()))?;
        Some(OpdPart { code, name })
    }
}

/// From when to before when facts count, in UTC seconds: up to `now` if the period is not over.
pub fn bounds(period: Period, zone: Tz, now: Instant) -> (i64, i64) {
    let (from, to) = period.bounds(zone);
    (from.timestamp(), to.timestamp().min(now.timestamp() + 1).max(from.timestamp()))
}

/// What counts in the scope, added up for the summary.
#[derive(Debug, Default)]
struct Sums {
    flow: Flow,
    overdue: i64,
    tier1: i64,
    security: i64,
    handovers: i64,
    returned: i64,
    reopened: i64,
    ratings: i64,
    stars: i64,
    breaches: i64,
    response: (Kept, Durations),
    resolution: (Kept, Durations),
}

/// Computes a report.
pub fn compute(input: &Input<'_>) -> Snapshot {
    let (from, to) = input.period.bounds(input.zone);
    let period = PeriodPart {
        code: input.period.to_string(),
        span: input.period.span(),
        name: input.period.name(),
        first_day: input.period.first_day(),
        last_day: input.period.last_day(),
        time_zone: input.zone.name().to_owned(),
    };
    debug_assert!(from < to);
    // What was recommended before opens the report; what is recommended now closes it.
    let mut tables = vec![evaluation::follow_up(input), volume::course(input)];
    tables.extend(volume::tables(input));
    tables.push(volume::ageing(input));
    tables.extend(tiers::tables(input));
    tables.extend(promises::tables(input));
    tables.push(volume::recurring(input));
    tables.push(desks::satisfaction(input));
    if input.scope == Scope::All {
        tables.push(desks::league(input));
    }
    tables.push(evaluation::recommendations(input));
    Snapshot {
        schema_version: SCHEMA_VERSION,
        period,
        scope: ScopePart { opd: input.opd() },
        tenant: input.tenant.clone(),
        generated_at: input.now,
        complete: input.now >= to,
        anchor: input.anchor.cloned(),
        figures: summary(input),
        tables,
        definitions: DEFINITIONS.iter().map(told).collect(),
    }
}

fn told(definition: &Definition) -> DefinitionPart {
    let Definition { key, title, unit, counts, leaves_out } = *definition;
    let [key, title, counts, leaves_out] = [key, title, counts, leaves_out].map(str::to_owned);
    DefinitionPart { key, title, unit, counts, leaves_out }
}

fn sums(input: &Input<'_>) -> Sums {
    let (bounds, scope, facts) = (input.bounds(), input.scope, input.facts);
    let mut sums = Sums::default();
    for ticket in facts.tickets.iter().filter(|ticket| scope.has(ticket.of)) {
        sums.flow.add(ticket, bounds);
        sums.overdue += i64::from(volume::is_overdue(ticket, bounds));
        sums.tier1 += i64::from(tiers::is_solved(ticket, bounds) && !ticket.tier2);
        sums.security += i64::from(ticket.security && ticket.opened_within(bounds));
    }
    for promise in facts.promises.iter().filter(|promise| scope.has(promise.of) && promise.clock.is_promise()) {
        sums.breaches += i64::from(promise.late);
        let (kept, durations) = match promise.clock {
            ClockKind::Response => &mut sums.response,
            ClockKind::Resolution => &mut sums.resolution,
            ClockKind::Tier1 | ClockKind::Tier2Accept | ClockKind::Tier2 | ClockKind::Legal | ClockKind::Closing => {
                continue;
            }
        };
        kept.add(promise);
        durations.add(promise.seconds);
    }
    for handover in facts.handovers.iter().filter(|handover| scope.has(handover.of)) {
        sums.handovers += 1;
        sums.returned += i64::from(tiers::is_returned(handover));
    }
    sums.reopened = facts.reopenings.iter().filter(|of| scope.has(**of)).count() as i64;
    for rating in facts.ratings.iter().filter(|rating| scope.has(rating.of)) {
        sums.ratings += 1;
        sums.stars += rating.stars;
    }
    sums
}

fn summary(input: &Input<'_>) -> Vec<Figure> {
    let mut sums = sums(input);
    let Flow { start, opened, resolved, cancelled, rejected, merged, end } = sums.flow;
    let (response, resolution) = (sums.response.0, sums.resolution.0);
    let mut figures = vec![
        figure("backlog_start", count(start)),
        figure("opened", count(opened)),
        figure("resolved", count(resolved)),
        figure("cancelled", count(cancelled)),
        figure("rejected", count(rejected)),
        figure("merged", count(merged)),
        figure("backlog_end", count(end)),
        figure("overdue", count(sums.overdue)),
        figure("tier1_solved", count(sums.tier1)),
        figure("tier1_percent", percent(sums.tier1, resolved)),
        figure("handed_over", count(resolved - sums.tier1)),
        figure("handovers", count(sums.handovers)),
        figure("returned", count(sums.returned)),
        figure("bounce_percent", percent(sums.returned, sums.handovers)),
        figure("response_raw", response.raw()),
        figure("response_adjusted", response.adjusted()),
        figure("response_median", sums.response.1.percentile(50)),
        figure("response_p90", sums.response.1.percentile(90)),
        figure("resolution_raw", resolution.raw()),
        figure("resolution_adjusted", resolution.adjusted()),
        figure("resolution_median", sums.resolution.1.percentile(50)),
        figure("resolution_p90", sums.resolution.1.percentile(90)),
        figure("breaches", count(sums.breaches)),
        figure("reopened", count(sums.reopened)),
        figure("ratings", count(sums.ratings)),
        figure("stars", mean(sums.stars, sums.ratings)),
    ];
    if input.scope == Scope::All {
        figures.push(figure("security_incidents", count(sums.security)));
    }
    figures
}

#[cfg(test)]
mod tests;
