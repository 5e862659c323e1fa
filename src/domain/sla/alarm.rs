//! When a clock rings: at shares of its target, each once in a round.

use super::clock::{Clock, State};
use super::keeping::ClockKind;
use super::policy::{Alarmed, Facts, Policy};

/// What happens when a share of a target is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    pub percent: i64,
    pub tell: Vec<Alarmed>,
    pub action: Option<Action>,
}

/// What the program does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// hands the ticket over to Tier 2
    HandOver,
    /// tells the requester that the ticket will close
    WarnOfClosing,
    /// closes a resolved ticket
    Close,
}

/// How far towards closing by itself the requester is told of it, in percent.
const CLOSING_SOON: i64 = 67;

/// The alarms of a clock, in order.
pub fn alarms(clock: ClockKind, policy: &Policy, facts: &Facts) -> Vec<Alarm> {
    if clock == ClockKind::Closing {
        let alarm = |percent, action| Alarm { percent, tell: Vec::new(), action: Some(action) };
        return vec![alarm(CLOSING_SOON, Action::WarnOfClosing), alarm(100, Action::Close)];
    }
    let mut alarms: Vec<Alarm> = policy
        .alarms
        .iter()
        .map(|rule| Alarm { percent: rule.percent, tell: rule.tell.clone(), action: None })
        .collect();
    if clock == ClockKind::Tier1 && policy.hands_over(facts) {
        match alarms.iter_mut().find(|alarm| alarm.percent == 100) {
            Some(alarm) => alarm.action = Some(Action::HandOver),
            None => alarms.push(Alarm { percent: 100, tell: Vec::new(), action: Some(Action::HandOver) }),
        }
    }
    alarms.sort_by_key(|alarm| alarm.percent);
    alarms
}

impl Alarm {
    /// When it rings, of an instant at which its share is used up. A target is missed once its last second has
    /// gone by: what ends in that second is in time.
    pub fn rings_at(&self, used_up: i64) -> i64 {
        let misses = self.percent >= 100 && self.action != Some(Action::Close);
        used_up + i64::from(misses)
    }
}

/// The next alarm that has not rung in this round, and when it rings. A clock that was stopped rings no more.
pub fn next(clock: &Clock<'_>, alarms: &[Alarm], rung: &[i64]) -> Option<(i64, Alarm)> {
    if clock.state == State::Stopped {
        return None;
    }
    let waiting = alarms.iter().filter(|alarm| !rung.contains(&alarm.percent));
    let ringing = waiting.filter_map(|alarm| Some((alarm.rings_at(clock.share_used(alarm.percent)?), alarm.clone())));
    ringing.min_by_key(|(at, alarm)| (*at, alarm.percent))
}
#[cfg(test)]
mod tests {
    use super::super::super::ids::OpdId;
    use super::super::super::priority::Priority;
    use super::super::super::ticket::TicketType;
    use super::super::policy::HandoverRule;
    use super::super::target::Target;
    use super::super::testing::{always, timetable};
    use super::*;

    const FACTS: Facts = Facts { kind: TicketType::Incident, priority: Priority::P3, category: None, opd: OpdId(1) };

    fn drawn(clock: ClockKind, policy: &Policy) -> Vec<(i64, Option<Action>)> {
        alarms(clock, policy, &FACTS).into_iter().map(|alarm| (alarm.percent, alarm.action)).collect()
    }

    #[test]
    fn only_a_missed_tier_1_target_hands_over_and_only_a_resolved_ticket_closes() {
        let mut policy = Policy::standard(1);
        assert_eq!(drawn(ClockKind::Resolution, &policy), [(75, None), (100, None)]);
        assert_eq!(drawn(ClockKind::Tier1, &policy), [(75, None), (100, Some(Action::HandOver))]);
        let closing = [(67, Some(Action::WarnOfClosing)), (100, Some(Action::Close))];
        assert_eq!(drawn(ClockKind::Closing, &policy), closing);
        policy.alarms.retain(|alarm| alarm.percent < 100);
        assert_eq!(drawn(ClockKind::Tier1, &policy), [(75, None), (100, Some(Action::HandOver))], "whoever is told");
        policy.automatic_handover = vec![HandoverRule { kind: None, priority: None, opd_id: None, enabled: false }];
        assert_eq!(drawn(ClockKind::Tier1, &policy), [(75, None)]);
    }

    #[test]
    fn each_alarm_rings_once_in_order_and_not_before_the_last_second_is_over() {
        let around_the_clock = timetable(always("UTC"));
        let alarms = alarms(ClockKind::Resolution, &Policy::standard(1), &FACTS);
        let mut clock = Clock::start(1_000, Target::WorkingSeconds(400), &around_the_clock);
        let due = |clock: &Clock<'_>, rung: &[i64]| next(clock, &alarms, rung).map(|(at, alarm)| (at, alarm.percent));
        assert_eq!(due(&clock, &[]), Some((1_300, 75)));
        assert_eq!(due(&clock, &[75]), Some((1_401, 100)), "what ends in the last second is in time");
        assert_eq!(due(&clock, &[75, 100]), None);
        clock.pause(1_350);
        assert_eq!(due(&clock, &[]), Some((1_300, 75)), "what was used up before the pause still rings");
        assert_eq!(due(&clock, &[75]), None);
        clock.stop(1_360);
        assert_eq!(due(&clock, &[]), None);
    }
}
