//! Odd cases of a clock as a table, and what holds whatever happens to it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::keeping::ClockKind;
use super::super::testing::{always, any_calendar, date, default_calendar, local, minute, shown, timetable};
use super::super::timetable::DAY;
use super::*;

const WIB: &str = "Asia/Jakarta";

fn entry(act: Act, target: Option<Target>) -> Entry {
    let terms = target.map(|target| Terms { target, calendar: 1, policy: 1 });
    Entry { clock: ClockKind::Resolution, act, at: None, terms }
}

/// A clock by its ledger, in order of writing.
fn replay<'t>(entries: &[(i64, Entry)], timetable: &'t Timetable) -> Clock<'t> {
    let replayed = entries.iter().fold(None, |clock, (at, entry)| Clock::apply(clock, entry, *at, |_| Some(timetable)));
    replayed.expect("a whole ledger")
}

struct Case {
    name: &'static str,
    calendar: Value,
    start: &'static str,
    target: Target,
    acts: &'static [(Act, &'static str)],
    /// Nothing if the clock stands still before.
    due: Option<&'static str>,
}

/// The odd cases; times are local ones of the calendar's zone.
#[test]
fn odd_cases() {
    use Act::{Pause, Resume, Stop};
    use Target::{CalendarHours, WorkingDays, WorkingMinutes, WorkingSeconds};
    let asn = || default_calendar(WIB);
    let case = |name, calendar, start, target, acts, due| Case { name, calendar, start, target, acts, due: Some(due) };
    let hour = WorkingMinutes(60);
    let cases = [
        case("ends at closing", asn(), "2026-11-02 15:00", hour, &[], "2026-11-02 16:00"),
        case("a second later", asn(), "2026-11-02 15:00", WorkingSeconds(3601), &[], "2026-11-03 07:30:01"),
        case("ends as the break begins", asn(), "2026-11-02 11:00", hour, &[], "2026-11-02 12:00"),
        case("would end in the break", asn(), "2026-11-02 11:30", hour, &[], "2026-11-02 13:30"),
        case("begins in the break", asn(), "2026-11-02 12:15", hour, &[], "2026-11-02 14:00"),
        case("begins at night", asn(), "2026-11-02 22:00", hour, &[], "2026-11-03 08:30"),
        case("nothing to do, at night", asn(), "2026-11-02 22:00", WorkingSeconds(0), &[], "2026-11-03 07:30"),
        case("nothing to do, at closing", asn(), "2026-11-02 16:00", WorkingSeconds(0), &[], "2026-11-03 07:30"),
        case("Friday's longer break", asn(), "2026-11-06 11:00", hour, &[], "2026-11-06 13:30"),
        case("over the weekend", asn(), "2026-11-06 16:00", hour, &[], "2026-11-09 08:00"),
        case("ends on the eve of four closed days", asn(), "2026-12-23 15:00", hour, &[], "2026-12-23 16:00"),
        case("goes on after four closed days", asn(), "2026-12-23 15:30", hour, &[], "2026-12-28 08:00"),
        case("Idulfitri, and Ramadan ends", asn(), "2026-03-17 14:00", WorkingMinutes(120), &[], "2026-03-25 08:30"),
        case("days over Idulfitri", asn(), "2026-03-17 15:00", WorkingDays(1.0), &[], "2026-03-25 16:00"),
        case("over the turn of a year", asn(), "2026-12-31 15:00", WorkingMinutes(120), &[], "2027-01-04 08:30"),
        // 1 h of 18 February, 6.5 h of the first day of Ramadan, 0.5 h of the second.
        case("Ramadan begins meanwhile", asn(), "2026-02-18 15:00", WorkingMinutes(480), &[], "2026-02-20 08:30"),
        // A third of a day of 7.5 h is 10.00; a third of one of 6.5 h is 10.10.
        case("days, Ramadan begins", asn(), "2026-02-18 10:00", WorkingDays(2.0), &[], "2026-02-20 10:10"),
        case("two days end at the same time", asn(), "2026-11-02 10:00", WorkingDays(2.0), &[], "2026-11-04 10:00"),
        case("a day from Thursday morning", asn(), "2026-11-05 10:00", WorkingDays(1.0), &[], "2026-11-06 10:00"),
        // Six of seven and a half hours, on a day that closes later after a longer break.
        case("a day from Thursday afternoon", asn(), "2026-11-05 14:30", WorkingDays(1.0), &[], "2026-11-06 15:00"),
        case("days from outside working time", asn(), "2026-11-07 10:00", WorkingDays(2.0), &[], "2026-11-10 16:00"),
        case("half a day", asn(), "2026-11-02 07:30", WorkingDays(0.5), &[], "2026-11-02 11:15"),
        case("3×24 hours", asn(), "2026-11-06 15:00", CalendarHours(72.0), &[], "2026-11-09 15:00"),
        case(
            "a pause outside working time changes nothing",
            asn(),
            "2026-11-06 16:00",
            hour,
            &[(Pause, "2026-11-06 16:30"), (Resume, "2026-11-09 07:30")],
            "2026-11-09 08:00",
        ),
        case(
            "a pause over the weekend costs its working time",
            asn(),
            "2026-11-06 15:30",
            WorkingMinutes(120),
            &[(Pause, "2026-11-06 16:00"), (Resume, "2026-11-09 08:30")],
            "2026-11-09 10:00",
        ),
        case(
            "paused twice, resumed once",
            asn(),
            "2026-11-02 08:00",
            hour,
            &[(Pause, "2026-11-02 08:30"), (Pause, "2026-11-02 09:00"), (Resume, "2026-11-02 10:00")],
            "2026-11-02 10:30",
        ),
        case(
            "resumed twice",
            asn(),
            "2026-11-02 08:00",
            hour,
            &[(Pause, "2026-11-02 08:30"), (Resume, "2026-11-02 09:00"), (Resume, "2026-11-02 09:10")],
            "2026-11-02 09:30",
        ),
        case(
            "resumed without pause",
            asn(),
            "2026-11-02 08:00",
            hour,
            &[(Resume, "2026-11-02 08:30")],
            "2026-11-02 09:00",
        ),
        case(
            "paused at the very instant it is due",
            asn(),
            "2026-11-02 08:00",
            hour,
            &[(Pause, "2026-11-02 09:00")],
            "2026-11-02 09:00",
        ),
        Case {
            name: "paused for good",
            calendar: asn(),
            start: "2026-11-02 08:00",
            target: hour,
            acts: &[(Pause, "2026-11-02 08:59")],
            due: None,
        },
        case(
            "a pause of the wall clock's target",
            asn(),
            "2026-11-06 15:00",
            CalendarHours(72.0),
            &[(Pause, "2026-11-07 00:00"), (Resume, "2026-11-08 00:00")],
            "2026-11-10 15:00",
        ),
        case(
            "reopened after its end: goes on where it stopped",
            asn(),
            "2026-11-02 08:00",
            WorkingMinutes(120),
            &[(Stop, "2026-11-02 09:00"), (Stop, "2026-11-02 09:30"), (Resume, "2026-11-04 08:00")],
            "2026-11-04 09:00",
        ),
        case(
            "stopped while paused, then reopened",
            asn(),
            "2026-11-02 08:00",
            WorkingMinutes(120),
            &[
                (Pause, "2026-11-02 09:00"),
                (Stop, "2026-11-02 09:30"),
                (Pause, "2026-11-02 10:00"),
                (Resume, "2026-11-04 08:00"),
            ],
            "2026-11-04 09:00",
        ),
        case(
            "the host's clock jumped back an hour: resumed when it was paused",
            asn(),
            "2026-11-02 08:00",
            WorkingMinutes(120),
            &[(Pause, "2026-11-02 09:00"), (Resume, "2026-11-02 08:05")],
            "2026-11-02 10:00",
        ),
        case(
            "a desk in WIT",
            default_calendar("Asia/Jayapura"),
            "2026-11-02 15:30",
            WorkingMinutes(120),
            &[],
            "2026-11-03 09:00",
        ),
        case(
            "around the clock over midnight",
            always(WIB),
            "2026-11-02 23:59",
            WorkingSeconds(120),
            &[],
            "2026-11-03 00:01",
        ),
        case("around the clock until midnight", always(WIB), "2026-11-02 23:00", hour, &[], "2026-11-03 00:00"),
        case(
            "around the clock from midnight",
            always(WIB),
            "2026-11-02 00:00",
            WorkingDays(1.0),
            &[],
            "2026-11-03 00:00",
        ),
        case(
            "office hours, clocks leap forward",
            default_calendar("Europe/Berlin"),
            "2026-03-27 16:00",
            hour,
            &[],
            "2026-03-30 08:00",
        ),
        case(
            "24 hours, clocks leap forward",
            always("Europe/Berlin"),
            "2026-03-28 12:00",
            WorkingMinutes(1440),
            &[],
            "2026-03-29 13:00",
        ),
        case(
            "24 hours, clocks leap back",
            always("Europe/Berlin"),
            "2026-10-24 12:00",
            WorkingMinutes(1440),
            &[],
            "2026-10-25 11:00",
        ),
        case(
            "24 h of the wall clock, leap forward",
            asn_in_berlin(),
            "2026-03-28 12:00",
            CalendarHours(24.0),
            &[],
            "2026-03-29 13:00",
        ),
        // Half of a day of 23 hours, and of one of 25.
        case(
            "a day, clocks leap forward",
            always("Europe/Berlin"),
            "2026-03-28 12:00",
            WorkingDays(1.0),
            &[],
            "2026-03-29 12:30",
        ),
        case(
            "a day, clocks leap back",
            always("Europe/Berlin"),
            "2026-10-24 12:00",
            WorkingDays(1.0),
            &[],
            "2026-10-25 11:30",
        ),
    ];
    for Case { name, calendar, start, target, acts, due } in cases {
        let zone = calendar["tz"].as_str().unwrap().to_owned();
        let timetable = timetable(calendar);
        let mut entries = vec![(local(&zone, start), entry(Act::Start, Some(target)))];
        entries.extend(acts.iter().map(|(act, at)| (local(&zone, at), entry(*act, None))));
        let clock = replay(&entries, &timetable);
        assert_eq!(clock.due().map(|at| shown(&zone, at)).as_deref(), due, "{name}");
    }
}

fn asn_in_berlin() -> Value {
    default_calendar("Europe/Berlin")
}

/// 15.30 at a desk in WIT is 13.30 for a supervisor in WIB: the instant is one, and so is the due time.
#[test]
fn a_clock_in_another_zone() {
    let desk = timetable(default_calendar("Asia/Jayapura"));
    let clock = Clock::start(local(WIB, "2026-11-02 13:30"), Target::WorkingMinutes(120), &desk);
    assert_eq!(shown(WIB, clock.due().unwrap()), "2026-11-03 07:00");
}

#[test]
fn priority_changed_while_paused() {
    let timetable = timetable(default_calendar(WIB));
    let at = |text| local(WIB, text);
    let mut clock = Clock::start(at("2026-11-02 08:00"), Target::WorkingMinutes(480), &timetable);
    clock.pause(at("2026-11-02 10:00"));
    clock.retarget(at("2026-11-02 11:00"), Target::WorkingMinutes(240), &timetable);
    assert_eq!((clock.state, clock.due()), (State::Paused, None));
    clock.resume(at("2026-11-02 13:00"));
    assert_eq!(clock.consumed_seconds(at("2026-11-02 13:00")), 7200, "what was consumed stays");
    assert_eq!(clock.due(), Some(at("2026-11-02 15:00")));
    // A target that is used up already was used up when it was reached.
    clock.retarget(at("2026-11-02 13:00"), Target::WorkingMinutes(60), &timetable);
    assert_eq!(clock.due(), Some(at("2026-11-02 09:00")));
    assert!(clock.is_breached(at("2026-11-02 13:00")));
    // In another measure: 2 of 7.5 hours are consumed, 3 more today.
    clock.retarget(at("2026-11-02 13:00"), Target::WorkingDays(1.0), &timetable);
    assert_eq!(clock.due(), Some(at("2026-11-03 10:00")));
}

#[test]
fn another_calendar_counts_from_then_on() {
    let (desk, csirt) = (timetable(default_calendar(WIB)), timetable(always(WIB)));
    let at = |text| local(WIB, text);
    let target = Target::WorkingMinutes(240);
    let mut clock = Clock::start(at("2026-11-06 15:30"), target, &desk);
    clock.retarget(at("2026-11-06 20:00"), target, &csirt);
    assert_eq!(clock.due(), Some(at("2026-11-06 23:00")));
    // Retargeted while it stands still: counts when it goes on.
    let mut clock = Clock::start(at("2026-11-06 15:30"), target, &desk);
    clock.pause(at("2026-11-06 16:00"));
    clock.retarget(at("2026-11-06 20:00"), target, &csirt);
    clock.resume(at("2026-11-07 00:00"));
    assert_eq!(clock.due(), Some(at("2026-11-07 03:30")));
}

#[test]
fn shares_of_a_target() {
    let timetable = timetable(default_calendar(WIB));
    let at = |text| local(WIB, text);
    let share = |start, target, percent| Clock::start(at(start), target, &timetable).share_used(percent).unwrap();
    for (start, target, percent, due) in [
        ("2026-11-02 08:00", Target::WorkingMinutes(100), 90, "2026-11-02 09:30"),
        ("2026-11-02 15:00", Target::WorkingMinutes(100), 90, "2026-11-03 08:00"),
        ("2026-11-02 08:00", Target::WorkingMinutes(15), 75, "2026-11-02 08:11:15"),
        ("2026-11-02 08:00", Target::WorkingSeconds(1), 75, "2026-11-02 08:00:01"),
        ("2026-11-02 07:30", Target::WorkingDays(1.0), 90, "2026-11-02 15:15"),
        ("2026-11-02 08:00", Target::WorkingMinutes(60), 150, "2026-11-02 09:30"),
        ("2026-11-06 08:00", Target::CalendarHours(72.0), 75, "2026-11-08 14:00"),
    ] {
        assert_eq!(shown(WIB, share(start, target, percent)), due, "{start} {target:?} {percent} %");
    }
}

#[test]
fn in_time_until_it_is_due_and_as_it_stopped() {
    let timetable = timetable(default_calendar(WIB));
    let at = |text| local(WIB, text);
    let mut clock = Clock::start(at("2026-11-02 15:00"), Target::WorkingMinutes(60), &timetable);
    let due = at("2026-11-02 16:00");
    assert_eq!((clock.is_breached(due), clock.is_breached(due + 1)), (false, true));
    clock.stop(due);
    assert!(!clock.is_breached(due + 86_400), "stopped in time, in time for ever");
    assert!(!clock.runs_at(due) && clock.runs_at(due - 1));
    clock.restart(at("2026-11-03 15:00"), Target::WorkingMinutes(30), &timetable);
    assert_eq!((clock.round, clock.due()), (2, Some(at("2026-11-03 15:30"))));
    clock.stop(at("2026-11-03 15:31"));
    assert!(clock.is_breached(at("2026-11-04 00:00")));
}

#[test]
fn a_broken_ledger_is_no_clock() {
    let timetable = timetable(always("UTC"));
    let known = |_: i64| Some(&timetable);
    for act in [Act::Pause, Act::Resume, Act::Stop, Act::Retarget] {
        assert!(Clock::apply(None, &entry(act, None), 0, known).is_none(), "{act} before anything");
    }
    let clock = || Some(Clock::start(0, Target::WorkingMinutes(1), &timetable));
    for act in [Act::Start, Act::Retarget] {
        assert!(Clock::apply(clock(), &entry(act, None), 0, known).is_none(), "{act} without terms");
        let with = entry(act, Some(Target::WorkingMinutes(1)));
        assert!(Clock::apply(clock(), &with, 0, |_| None).is_none(), "{act} by an unknown calendar");
        assert!(Clock::apply(clock(), &with, 0, known).is_some());
    }
}

/// A clock of any target, with anything done to it.
fn any_target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (1_i64..60 * 3600).prop_map(Target::WorkingSeconds),
        (1_i64..8000).prop_map(|thousandths| Target::WorkingDays(thousandths as f64 / 1000.0)),
        (1_i64..400).prop_map(|hours| Target::CalendarHours(hours as f64 / 2.0)),
    ]
}

/// An act so many seconds after the one before; backwards now and then, as clocks of hosts do.
type Acts = Vec<(i64, Act)>;

fn any_acts() -> impl Strategy<Value = Acts> {
    let act = prop::sample::select([Act::Pause, Act::Resume, Act::Resume, Act::Stop, Act::Retarget].as_slice());
    prop::collection::vec((-4000_i64..120_000, act), 0..12)
}

fn ledger(from: i64, target: Target, acts: &Acts, other: Target) -> Vec<(i64, Entry)> {
    let mut at = from;
    let mut entries = vec![(at, entry(Act::Start, Some(target)))];
    for (seconds, act) in acts {
        at += seconds;
        entries.push((at, entry(*act, (*act == Act::Retarget).then_some(other))));
    }
    entries
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn consumed_time_grows_within_what_passed(
        spec in any_calendar(), from in minute(), target in any_target(), other in any_target(), acts in any_acts(),
        looks in prop::collection::vec(-100_000_i64..2_000_000, 1..8),
    ) {
        let timetable = timetable(spec);
        let clock = replay(&ledger(from, target, &acts, other), &timetable);
        let mut looks: Vec<i64> = looks.into_iter().map(|look| from + look).collect();
        looks.sort_unstable();
        for measure in [Measure::Working, Measure::Days, Measure::Calendar] {
            let mut last = 0;
            for at in &looks {
                let consumed = clock.consumed(measure, *at);
                let passed = if *at > from { measure.between(&timetable, from, *at) } else { 0 };
                prop_assert!(last <= consumed, "it never decreases");
                // Each run of days is rounded by itself.
                prop_assert!(consumed <= passed + 32, "{} of {} passed", consumed, passed);
                last = consumed;
            }
        }
    }

    #[test]
    fn it_does_not_matter_how_time_is_cut(
        spec in any_calendar(), from in minute(), cuts in prop::collection::vec(0_i64..1_000_000, 0..10),
    ) {
        let timetable = timetable(spec);
        let mut cuts: Vec<i64> = cuts.into_iter().map(|cut| from + cut).collect();
        cuts.extend([from, from + 1_000_000]);
        cuts.sort_unstable();
        for (measure, rounding) in [(Measure::Working, 0), (Measure::Days, 16), (Measure::Calendar, 0)] {
            let whole = measure.between(&timetable, from, from + 1_000_000);
            let pieces: i64 = cuts.windows(2).map(|cut| measure.between(&timetable, cut[0], cut[1])).sum();
            prop_assert!((whole - pieces).abs() <= rounding, "{} instead of {}", pieces, whole);
        }
    }

    #[test]
    fn pausing_and_resuming_at_once_changes_nothing(
        spec in any_calendar(), from in minute(), target in any_target(), blinks in prop::collection::vec(0_i64..500_000, 1..8),
    ) {
        let timetable = timetable(spec);
        let steady = Clock::start(from, target, &timetable);
        let mut blinking = Clock::start(from, target, &timetable);
        let mut blinks = blinks;
        blinks.sort_unstable();
        for at in blinks {
            blinking.pause(from + at);
            blinking.resume(from + at);
        }
        prop_assert_eq!(steady.due(), blinking.due());
        prop_assert_eq!(steady.share_used(75), blinking.share_used(75));
        for days in [1, 3, 20] {
            let at = from + days * 86_400;
            prop_assert_eq!(steady.consumed_seconds(at), blinking.consumed_seconds(at));
            prop_assert_eq!(steady.is_breached(at), blinking.is_breached(at));
        }
    }

    #[test]
    fn due_is_the_first_instant_at_which_the_target_is_consumed(
        spec in any_calendar(), from in minute(), target in any_target(), other in any_target(), acts in any_acts(),
    ) {
        let timetable = timetable(spec);
        let clock = replay(&ledger(from, target, &acts, other), &timetable);
        let (measure, amount) = (clock.target.measure(), clock.target.amount());
        match clock.due() {
            Some(due) => {
                prop_assert!(measure.reaches(clock.consumed(measure, due), amount));
                prop_assert!(!measure.reaches(clock.consumed(measure, due - 1), amount));
            }
            None => {
                prop_assert!(clock.state != State::Running);
                prop_assert!(!measure.reaches(clock.consumed(measure, from + 100_000_000), amount));
            }
        }
    }

    #[test]
    fn a_holiday_never_makes_a_clock_due_earlier(
        spec in any_calendar(), holiday in date(), from in minute(), target in any_target(), acts in any_acts(),
    ) {
        let mut with = spec.clone();
        with["holidays"].as_array_mut().unwrap().push(json!(holiday));
        let (without, with) = (timetable(spec), timetable(with));
        let entries = ledger(from, target, &acts, target);
        let (plain, closed) = (replay(&entries, &without), replay(&entries, &with));
        let never = |clock: &Clock<'_>| clock.due().unwrap_or(i64::MAX);
        prop_assert!(never(&closed) >= never(&plain));
    }

    #[test]
    fn what_makes_no_sense_is_harmless(from in minute(), acts in any_acts()) {
        let timetable = timetable(always("UTC"));
        let target = Target::WorkingMinutes(60);
        let clock = replay(&ledger(from, target, &acts, target), &timetable);
        let mut last = from;
        for run in clock.runs() {
            prop_assert!(last <= run.from && run.to.is_none_or(|to| run.from <= to), "runs are in order of time");
            last = run.to.unwrap_or(run.from);
        }
        let open = clock.runs().iter().filter(|run| run.to.is_none()).count();
        prop_assert_eq!(open, usize::from(clock.state == State::Running));
    }
}

#[test]
fn amounts_of_targets() {
    assert_eq!(Target::WorkingDays(2.5).amount(), DAY * 5 / 2);
    assert_eq!(Target::CalendarHours(153.2).amount(), 551_520);
    assert_eq!(Target::WorkingMinutes(90).share(50), 2700);
    assert_eq!(Target::WorkingSeconds(10).share(75), 8, "rounded up");
    for (target, sound) in [
        (Target::WorkingSeconds(0), true),
        (Target::WorkingSeconds(-1), false),
        (Target::WorkingMinutes(i64::MAX), false),
        (Target::WorkingDays(0.001), true),
        (Target::WorkingDays(0.0001), false),
        (Target::WorkingDays(f64::NAN), false),
        (Target::CalendarHours(f64::INFINITY), false),
        (Target::CalendarHours(-0.5), false),
    ] {
        assert_eq!(target.is_sound(), sound, "{target:?}");
    }
}
