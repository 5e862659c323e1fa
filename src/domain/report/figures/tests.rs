use proptest::collection::vec;
use proptest::prelude::*;

use super::super::super::handover::{HandoverReason, HandoverState};
use super::super::super::ids::{CategoryId, OpdId, TeamId};
use super::super::super::priority::Priority;
use super::super::super::sla::breach::{Cause, Decision};
use super::super::super::ticket::{Channel, TicketType};
use super::super::facts::{HandoverFact, Named, Of, Outcome, PromiseFact, RatingFact, TicketFact};
use super::super::snapshot::{Table, Unit, Value};
use super::*;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

fn october() -> Period {
    Period::parse("2026-10").unwrap()
}

fn zone() -> Tz {
    "Asia/Jakarta".parse().unwrap()
}

/// The instant at which October begins, and that at which it is over.
fn month() -> (i64, i64) {
    let (from, to) = october().bounds(zone());
    (from.timestamp(), to.timestamp())
}

fn names() -> Names {
    let named = |id: i64, active| Named { code: format!("O{id}"), name: format!("Nama {}", 9 - id), active };
    Names {
        opds: (1..=4).map(|id| (OpdId(id), named(id, id != 4))).collect(),
        teams: (1..=2).map(|id| (TeamId(id), named(id, true))).collect(),
        categories: (1..=3).map(|id| (CategoryId(id), named(id, true))).collect(),
    }
}

fn snapshot(facts: &Facts, scope: Scope) -> Snapshot {
    let (tenant, names) = (TenantPart { name: "Pemda".to_owned(), dinas: "Dinas".to_owned() }, names());
    let now = "2026-11-06T00:00:00Z".parse().unwrap();
    let (period, zone) = (october(), zone());
    compute(&Input { period, zone, scope, tenant: &tenant, facts, names: &names, anchor: None, now })
}

fn of(opd: i64) -> Of {
    Of { opd: OpdId(opd), confined: false }
}

fn ticket(opened_at: i64, ended: Option<(i64, Outcome)>) -> TicketFact {
    TicketFact {
        of: of(1),
        kind: TicketType::Incident,
        priority: Priority::P3,
        channel: Channel::Portal,
        category: Some(CategoryId(1)),
        confidential: false,
        security: false,
        opened_at,
        ended,
        tier2: false,
        due_at: None,
    }
}

fn whole(cell: &Option<Value>) -> i64 {
    match cell {
        Some(Value::Count(count)) => *count,
        other => panic!("{other:?} is no count"),
    }
}

fn counted(snapshot: &Snapshot, key: &str) -> i64 {
    whole(&snapshot.figure(key).unwrap().value)
}

/// The sum of a column, which is what stands below it.
fn sum(table: &Table, key: &str) -> i64 {
    let sum = table.column(key).unwrap().into_iter().map(whole).sum();
    assert_eq!(whole(table.total_of(key).unwrap()), sum, "{}.{key}", table.key);
    sum
}

#[test]
fn a_ticket_counts_where_it_was_opened_and_where_it_ended() {
    let (from, to) = month();
    let resolved = |at| Some((at, Outcome::Resolved));
    // What there is, and: left over, opened, resolved, left.
    for (name, ticket, expected) in [
        ("opened and resolved within", ticket(from, resolved(to - 1)), [0, 1, 1, 0]),
        ("opened in the last second", ticket(to - 1, None), [0, 1, 0, 1]),
        ("opened as the month is over", ticket(to, None), [0, 0, 0, 0]),
        ("resolved as the month is over", ticket(from, resolved(to)), [0, 1, 0, 1]),
        ("left over and resolved", ticket(from - 1, resolved(from)), [1, 0, 1, 0]),
        ("left over for ever", ticket(from - 9 * DAY, None), [1, 0, 0, 1]),
        ("resolved before", ticket(from - 9 * DAY, resolved(from - 1)), [0, 0, 0, 0]),
        ("resolved after", ticket(from - 9 * DAY, resolved(to + DAY)), [1, 0, 0, 1]),
        ("opened and ended in one second", ticket(from, resolved(from)), [0, 1, 1, 0]),
    ] {
        let facts = Facts { tickets: vec![ticket], ..Facts::default() };
        let snapshot = snapshot(&facts, Scope::All);
        let keys = ["backlog_start", "opened", "resolved", "backlog_end"];
        assert_eq!(keys.map(|key| counted(&snapshot, key)), expected, "{name}");
    }
}

#[test]
fn what_is_left_is_counted_by_age_and_by_whether_it_is_due() {
    let (_, to) = month();
    for (age, due, row, overdue) in [
        (HOUR, None, "under_1", 0),
        (DAY - 1, Some(to - 1), "under_1", 1),
        (DAY, Some(to), "under_3", 0),
        (3 * DAY, Some(to + DAY), "under_7", 0),
        (7 * DAY - 1, Some(to - DAY), "under_7", 1),
        (7 * DAY, None, "under_30", 0),
        (30 * DAY, Some(to - DAY), "over_30", 1),
    ] {
        let ticket = TicketFact { due_at: due, ..ticket(to - age, None) };
        let snapshot = snapshot(&Facts { tickets: vec![ticket], ..Facts::default() }, Scope::All);
        let ageing = snapshot.table("ageing").unwrap();
        let cells: Vec<i64> = ageing.row(row).unwrap().cells.iter().map(whole).collect();
        assert_eq!(cells, [1, overdue], "{age} s");
        assert_eq!((sum(ageing, "backlog_end"), sum(ageing, "overdue")), (1, overdue));
    }
}

fn promise(late: bool, breach: Option<(Cause, Decision)>) -> PromiseFact {
    let clock = ClockKind::Resolution;
    PromiseFact { of: of(1), kind: TicketType::Request, priority: Priority::P2, clock, late, seconds: 60, breach }
}

#[test]
fn only_an_approved_cause_outside_the_service_excuses() {
    for (breach, excused) in [
        (None, 0),
        (Some((Cause::Vendor, Decision::Approved)), 1),
        (Some((Cause::Vendor, Decision::Proposed)), 0),
        (Some((Cause::Vendor, Decision::Refused)), 0),
        (Some((Cause::Tier2, Decision::Approved)), 0),
        (Some((Cause::ForceMajeure, Decision::Approved)), 1),
    ] {
        let facts = Facts { promises: vec![promise(false, None), promise(true, breach)], ..Facts::default() };
        let snapshot = snapshot(&facts, Scope::All);
        let compliance = snapshot.table("compliance").unwrap();
        assert_eq!((sum(compliance, "ended"), sum(compliance, "excused")), (2, excused), "{breach:?}");
        let figure = |key| snapshot.figure(key).unwrap().value.clone();
        assert_eq!(figure("resolution_raw"), Some(Value::Number(50.0)));
        let adjusted = if excused == 1 { 100.0 } else { 50.0 };
        assert_eq!(figure("resolution_adjusted"), Some(Value::Number(adjusted)), "{breach:?}");
        assert_eq!(figure("response_raw"), None, "of nothing there is no share");
    }
}

#[test]
fn the_report_of_an_opd_says_nothing_of_what_is_confined() {
    let (from, _) = month();
    let secret = Of { opd: OpdId(1), confined: true };
    let incident = TicketFact { of: secret, security: true, confidential: true, ..ticket(from, None) };
    let facts = Facts {
        tickets: vec![incident, ticket(from, None), TicketFact { of: of(2), ..ticket(from, None) }],
        reopenings: vec![secret],
        ratings: vec![RatingFact { of: secret, stars: 1 }],
        ..Facts::default()
    };
    let all = snapshot(&facts, Scope::All);
    assert_eq!((counted(&all, "opened"), counted(&all, "security_incidents")), (3, 1));
    let categories = all.table("by_category").unwrap();
    assert_eq!(categories.rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["1", "hidden"]);

    let own = snapshot(&facts, Scope::One(OpdId(1)));
    assert_eq!((counted(&own, "opened"), counted(&own, "reopened"), counted(&own, "ratings")), (1, 0, 0));
    assert_eq!(own.scope.opd.as_ref().unwrap().code, "O1");
    assert_eq!((own.figure("security_incidents"), own.table("league"), own.table("by_opd")), (None, None, None));
    assert!(own.table("by_category").unwrap().row("hidden").is_none());
}

#[test]
fn equal_desks_share_a_place_and_those_with_few_promises_have_none() {
    let at = |opd, late| PromiseFact { of: of(opd), ..promise(late, None) };
    let ranks = |ended: [(i64, i64, bool); 3]| {
        let promises = ended.iter().flat_map(|(opd, of, late)| (0..*of).map(|_| at(*opd, *late))).collect();
        let snapshot = snapshot(&Facts { promises, ..Facts::default() }, Scope::All);
        let rows = snapshot.table("league").unwrap().rows.clone();
        rows.into_iter().map(|row| (row.key, row.cells[0].clone())).collect::<Vec<_>>()
    };
    let place = |opd: &str, rank: i64| (opd.to_owned(), Some(Value::Count(rank)));
    let equal = ranks([(1, 5, true), (2, 5, false), (3, 9, false)]);
    assert_eq!(equal, [place("O3", 1), place("O2", 1), place("O1", 3)], "O4 is no more");
    let few = ranks([(1, 5, true), (2, 4, false), (3, 5, false)]);
    assert_eq!(few, [place("O3", 1), place("O1", 2), ("O2".to_owned(), None)], "four promises compare with nothing");
}

#[test]
fn a_month_that_is_not_over_reaches_up_to_now() {
    let (from, _) = month();
    let (tenant, names) = (TenantPart { name: String::new(), dinas: String::new() }, names());
    let now = "2026-10-02T17:30:00Z".parse().unwrap();
    let facts = Facts { tickets: vec![ticket(from, None), ticket(from + 5 * DAY, None)], ..Facts::default() };
    let (period, zone, scope) = (october(), zone(), Scope::All);
    let snapshot =
        compute(&Input { period, zone, scope, tenant: &tenant, facts: &facts, names: &names, anchor: None, now });
    assert!(!snapshot.complete);
    assert_eq!(counted(&snapshot, "opened"), 1);
    let course = snapshot.table("course").unwrap();
    assert_eq!(
        course.rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>(),
        ["1 Oktober", "2 Oktober", "3 Oktober"]
    );
}

/// Any of the words of an enum.
fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

fn any_of_desk() -> impl Strategy<Value = Of> {
    (1..=4_i64, prop::bool::weighted(0.2)).prop_map(|(opd, confined)| Of { opd: OpdId(opd), confined })
}

prop_compose! {
    fn any_ticket()(
        (of, security, confidential) in (any_of_desk(), any::<bool>(), any::<bool>()),
        kind in any_of(TicketType::ALL),
        priority in any_of(Priority::ALL),
        channel in any_of(Channel::ALL),
        category in prop::option::of(1..=3_i64),
        opened in -40 * DAY..40 * DAY,
        lasted in prop::option::of((0..50 * DAY, any_of(Outcome::ALL))),
        (tier2, due) in (any::<bool>(), prop::option::of(-40 * DAY..60 * DAY)),
    ) -> TicketFact {
        let opened_at = month().0 + opened;
        TicketFact {
            of,
            kind,
            priority,
            channel,
            category: category.map(CategoryId),
            confidential: confidential || of.confined,
            security: security && of.confined,
            opened_at,
            ended: lasted.map(|(lasted, outcome)| (opened_at + lasted, outcome)),
            tier2,
            due_at: due.map(|due| month().0 + due),
        }
    }
}

prop_compose! {
    fn any_promise()(
        of in any_of_desk(),
        kind in any_of(TicketType::ALL),
        priority in any_of(Priority::ALL),
        clock in any_of(ClockKind::ALL),
        late in any::<bool>(),
        seconds in 0..100_000_i64,
        breach in prop::option::of((any_of(Cause::ALL), any_of(Decision::ALL))),
    ) -> PromiseFact {
        PromiseFact { of, kind, priority, clock, late, seconds, breach: breach.filter(|_| late) }
    }
}

prop_compose! {
    fn any_handover()(
        of in any_of_desk(),
        team in 1..=2_i64,
        reason in any_of(HandoverReason::ALL),
        state in any_of(HandoverState::ALL),
    ) -> HandoverFact {
        HandoverFact { of, team: TeamId(team), reason, state }
    }
}

prop_compose! {
    fn any_facts()(
        tickets in vec(any_ticket(), 0..60),
        promises in vec(any_promise(), 0..60),
        handovers in vec(any_handover(), 0..30),
        reopenings in vec(any_of_desk(), 0..10),
        ratings in vec((any_of_desk(), 1..=5_i64), 0..30),
    ) -> Facts {
        let ratings = ratings.into_iter().map(|(of, stars)| RatingFact { of, stars }).collect();
        Facts { tickets, promises, handovers, reopenings, ratings, recommendations: Vec::new() }
    }
}

/// Everything in a report that must be the sum of something else in it.
fn assert_adds_up(snapshot: &Snapshot) {
    let flow = |table: &Table| {
        ["backlog_start", "opened", "resolved", "cancelled", "rejected", "merged", "backlog_end"]
            .map(|key| sum(table, key))
    };
    let told = ["backlog_start", "opened", "resolved", "cancelled", "rejected", "merged", "backlog_end"]
        .map(|key| counted(snapshot, key));
    let [start, opened, resolved, cancelled, rejected, merged, end] = told;
    assert_eq!(start + opened, resolved + cancelled + rejected + merged + end);
    for key in ["by_type", "by_priority", "by_channel", "by_category"] {
        assert_eq!(flow(snapshot.table(key).unwrap()), told, "{key}");
    }
    if let Some(by_opd) = snapshot.table("by_opd") {
        assert_eq!(flow(by_opd), told, "by_opd");
    }
    let table = |key| snapshot.table(key).unwrap();
    assert_eq!([sum(table("course"), "opened"), sum(table("course"), "resolved")], [opened, resolved]);
    assert_eq!(sum(table("ageing"), "backlog_end"), end);
    assert_eq!(sum(table("ageing"), "overdue"), counted(snapshot, "overdue"));
    assert_eq!(sum(table("tiers"), "resolved"), resolved);
    assert_eq!(counted(snapshot, "tier1_solved") + counted(snapshot, "handed_over"), resolved);
    for key in ["handovers", "handover_reasons"] {
        let parts = ["accepted", "returned", "withdrawn", "waiting"].map(|column| sum(table(key), column));
        assert_eq!(parts.iter().sum::<i64>(), sum(table(key), "handovers"), "{key}");
        assert_eq!(sum(table(key), "handovers"), counted(snapshot, "handovers"), "{key}");
        assert_eq!(sum(table(key), "returned"), counted(snapshot, "returned"), "{key}");
    }
    let compliance = table("compliance");
    assert_eq!(sum(compliance, "on_time") + sum(compliance, "late"), sum(compliance, "ended"));
    assert!(sum(compliance, "excused") <= sum(compliance, "late"));
    assert_eq!(sum(compliance, "late"), sum(table("breaches"), "breaches"));
    assert_eq!(sum(compliance, "late"), counted(snapshot, "breaches"));
    let of_clock = |row: &str, column: usize| whole(&compliance.row(row).unwrap().cells[column]);
    for key in ["compliance_by_type", "compliance_by_priority"] {
        for (row, ended, late) in
            [("response", "response_ended", "response_late"), ("resolution", "resolution_ended", "resolution_late")]
        {
            assert_eq!([sum(table(key), ended), sum(table(key), late)], [of_clock(row, 0), of_clock(row, 2)], "{key}");
        }
    }
    let tiers: i64 = ["tier1", "tier2_accept", "tier2"].map(|row| of_clock(row, 0)).iter().sum();
    assert_eq!(sum(table("tier_time"), "ended"), tiers);
    sum(table("tier_time"), "seconds");
    assert_eq!(sum(table("satisfaction"), "ratings"), counted(snapshot, "ratings"));
    if let Some(league) = snapshot.table("league") {
        for key in ["opened", "resolved", "backlog_end", "handovers", "reopened", "ratings"] {
            assert_eq!(sum(league, key), counted(snapshot, key), "{key}");
        }
    }
}

proptest! {
    #[test]
    fn the_parts_add_up_to_the_whole(facts in any_facts()) {
        let all = snapshot(&facts, Scope::All);
        assert_adds_up(&all);
        let open: Facts = Facts {
            tickets: facts.tickets.iter().copied().filter(|ticket| !ticket.of.confined).collect(),
            promises: facts.promises.iter().copied().filter(|promise| !promise.of.confined).collect(),
            handovers: facts.handovers.iter().copied().filter(|handover| !handover.of.confined).collect(),
            reopenings: facts.reopenings.iter().copied().filter(|of| !of.confined).collect(),
            ratings: facts.ratings.iter().copied().filter(|rating| !rating.of.confined).collect(),
            recommendations: Vec::new(),
        };
        let without_confined = snapshot(&open, Scope::All);
        let own: Vec<Snapshot> = (1..=4).map(|opd| snapshot(&facts, Scope::One(OpdId(opd)))).collect();
        own.iter().for_each(assert_adds_up);
        for figure in all.figures.iter().filter(|figure| figure.unit == Unit::Count && figure.key != "security_incidents") {
            let parts: i64 = own.iter().map(|snapshot| counted(snapshot, &figure.key)).sum();
            prop_assert_eq!(parts, counted(&without_confined, &figure.key), "{}", figure.key);
        }
    }

    #[test]
    fn what_is_left_is_what_the_next_month_begins_with(facts in any_facts()) {
        let (tenant, names) = (TenantPart { name: String::new(), dinas: String::new() }, names());
        let now = "2027-01-01T00:00:00Z".parse().unwrap();
        let (zone, scope) = (zone(), Scope::All);
        let of = |period| {
            compute(&Input { period, zone, scope, tenant: &tenant, facts: &facts, names: &names, anchor: None, now })
        };
        prop_assert_eq!(counted(&of(october()), "backlog_end"), counted(&of(october().next()), "backlog_start"));
        let months = ["2026-10", "2026-11", "2026-12"].map(|month| counted(&of(Period::parse(month).unwrap()), "opened"));
        prop_assert_eq!(months.iter().sum::<i64>(), counted(&of(Period::parse("2026-Q4").unwrap()), "opened"));
    }

    #[test]
    fn a_report_is_the_same_after_being_written_and_read(facts in any_facts()) {
        let snapshot = snapshot(&facts, Scope::All);
        let text = serde_json::to_string(&snapshot).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Snapshot>(&text).unwrap(), &snapshot);
    }
}

#[test]
fn every_definition_is_used_and_every_table_is_there() {
    let snapshot = snapshot(&Facts::default(), Scope::All);
    let mut used: Vec<&str> = snapshot.figures.iter().map(|figure| figure.key.as_str()).collect();
    used.extend(snapshot.tables.iter().flat_map(|table| &table.columns).map(|column| column.key.as_str()));
    let unused: Vec<&str> =
        DEFINITIONS.iter().map(|definition| definition.key).filter(|key| !used.contains(key)).collect();
    assert_eq!(unused, Vec::<&str>::new());
    let tables: Vec<&str> = snapshot.tables.iter().map(|table| table.key.as_str()).collect();
    let titled: Vec<&str> = super::super::definitions::TABLES.iter().map(|table| table.key).collect();
    assert_eq!(tables, titled);
    for table in &snapshot.tables {
        assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()), "{}", table.key);
    }
}
