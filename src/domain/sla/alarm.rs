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
