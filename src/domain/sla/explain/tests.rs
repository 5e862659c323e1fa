//! Stretches of a clock's life.

use proptest::prelude::*;

use super::super::target::Target;
use super::super::testing::{always, any_calendar, default_calendar, local, minute, shown, timetable};
use super::*;

const WIB: &str = "Asia/Jakarta";

fn mark(at: &str, holder: Holder, event: i64) -> Mark {
    Mark { at: local(WIB, at), holder, event }
}

fn drawn(segments: &[Segment]) -> Vec<String> {
    let line = |s: &Segment| {
        let working = if s.working { "kerja" } else { "tutup" };
        let (from, to) = (shown(WIB, s.from), shown(WIB, s.to));
        format!(
            "{} {} {working} {} {} #{} {}/{}",
            &from[8..],
            &to[8..],
            s.state,
            s.holder,
            s.event,
            s.consumed / 60,
            s.total / 60
        )
    };
    segments.iter().map(line).collect()
}

#[test]
fn the_life_of_a_clock() {
    let timetable = timetable(default_calendar(WIB));
    let at = |text| local(WIB, text);
    let mut clock = Clock::start(at("2026-11-02 15:00"), Target::WorkingMinutes(240), &timetable);
    clock.pause(at("2026-11-03 08:30"));
    clock.resume(at("2026-11-03 10:00"));
    clock.stop(at("2026-11-03 11:00"));
    clock.resume(at("2026-11-03 13:30"));
    let marks = [
        mark("2026-11-02 15:00", Holder::Tier1, 1),
        mark("2026-11-03 08:00", Holder::Tier2, 2),
        mark("2026-11-03 08:30", Holder::Tier2, 3),
        mark("2026-11-03 10:00", Holder::Tier2, 4),
        mark("2026-11-03 11:00", Holder::Nobody, 5),
        mark("2026-11-03 13:30", Holder::Tier2, 6),
    ];
    let segments = segments(&clock, &marks, at("2026-11-03 14:00"));
    assert_eq!(
        drawn(&segments),
        [
            "02 15:00 02 16:00 kerja running tier1 #1 60/60",
            "02 16:00 03 07:30 tutup running tier1 #1 0/60",
            "03 07:30 03 08:00 kerja running tier1 #1 30/90",
            "03 08:00 03 08:30 kerja running tier2 #2 30/120",
            "03 08:30 03 10:00 kerja paused tier2 #3 0/120",
            "03 10:00 03 11:00 kerja running tier2 #4 60/180",
            "03 11:00 03 12:00 kerja stopped nobody #5 0/180",
            "03 12:00 03 13:00 tutup stopped nobody #5 0/180",
            "03 13:00 03 13:30 kerja stopped nobody #5 0/180",
            "03 13:30 03 14:00 kerja running tier2 #6 30/210",
        ]
    );
    assert_eq!(shares(&segments), [(Holder::Tier2, 7200), (Holder::Tier1, 5400)]);
}

#[test]
fn resolved_while_waiting_and_reopened() {
    let timetable = timetable(always(WIB));
    let at = |text| local(WIB, text);
    let mut clock = Clock::start(at("2026-11-02 08:00"), Target::WorkingMinutes(240), &timetable);
    clock.pause(at("2026-11-02 09:00"));
    clock.stop(at("2026-11-02 10:00"));
    clock.resume(at("2026-11-02 11:00"));
    let states: Vec<_> = segments(&clock, &[], at("2026-11-02 12:00")).iter().map(|s| s.state).collect();
    assert_eq!(states, [State::Running, State::Paused, State::Stopped, State::Running]);
}

/// After a change of calendar every stretch is wholly working time or not, by the calendar it fell under.
#[test]
fn a_calendar_changed_while_the_clock_stood_still() {
    let (desk, team) = (timetable(default_calendar(WIB)), timetable(always(WIB)));
    let at = |text| local(WIB, text);
    let target = Target::WorkingMinutes(240);
    let mut clock = Clock::start(at("2026-11-02 15:00"), target, &desk);
    clock.pause(at("2026-11-02 15:30"));
    clock.retarget(at("2026-11-02 17:00"), target, &team);
    clock.resume(at("2026-11-03 06:00"));
    assert_eq!(
        drawn(&segments(&clock, &[], at("2026-11-03 08:00"))),
        [
            "02 15:00 02 15:30 kerja running nobody #0 30/30",
            "02 15:30 02 16:00 kerja paused nobody #0 0/30",
            "02 16:00 03 06:00 tutup paused nobody #0 0/30",
            "03 06:00 03 08:00 kerja running nobody #0 120/150",
        ]
    );
    assert_eq!(segments(&clock, &[], at("2026-11-02 15:00")), []);
    assert_eq!(segments(&clock, &[], at("2026-11-01 15:00")), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn they_tile_the_time_and_sum_to_what_was_consumed(
        first in any_calendar(), second in any_calendar(), from in minute(), long in 1_i64..1_500_000,
        acts in prop::collection::vec((0_i64..150_000, 0_u8..5), 0..10),
        marks in prop::collection::vec(0_i64..1_500_000, 0..6),
        calendar_hours in any::<bool>(),
    ) {
        let (first, second) = (timetable(first), timetable(second));
        let target = if calendar_hours { Target::CalendarHours(72.0) } else { Target::WorkingDays(3.0) };
        let mut clock = Clock::start(from, target, &first);
        let mut at = from;
        for (seconds, act) in acts {
            at += seconds;
            match act {
                0 => clock.pause(at),
                1 => clock.stop(at),
                2 => clock.retarget(at, target, &second),
                _ => clock.resume(at),
            }
        }
        let mut marks: Vec<i64> = marks.into_iter().map(|mark| from + mark).collect();
        marks.sort_unstable();
        let marks: Vec<_> = marks.iter().zip(1..).map(|(at, event)| Mark { at: *at, holder: Holder::Tier1, event }).collect();
        let until = from + long;
        let segments = segments(&clock, &marks, until);
        let mut total = 0;
        let mut last = from;
        for segment in &segments {
            prop_assert_eq!(segment.from, last, "no gap");
            prop_assert!(segment.from < segment.to);
            total += segment.consumed;
            prop_assert_eq!(segment.total, total);
            prop_assert!(segment.state == State::Running || segment.consumed == 0);
            prop_assert!(segment.working || calendar_hours || segment.consumed == 0);
            if segment.state == State::Running && (segment.working || calendar_hours) {
                prop_assert_eq!(segment.consumed, segment.to - segment.from, "all of it, or none");
            }
            last = segment.to;
        }
        prop_assert_eq!(last, until);
        prop_assert_eq!(total, clock.consumed_seconds(until));
    }
}
