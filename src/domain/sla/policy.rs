//! The policy as data: what is promised for which ticket, by whose hours, and what happens when it is
//! not kept. Versioned, each version in force from an instant on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::super::ids::{CategoryId, OpdId, TeamId};
use super::super::priority::Priority;
use super::super::ticket::{Ticket, TicketType, word_enum};
use super::Problem;
use super::keeping::{ClockKind, Pausing, Worker};
use super::target::Target;

/// A version of the policy as it is written down and kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Targets. Of the rules that fit a ticket and name a clock, the most particular gives its target:
    /// category before OPD before type before priority.
    pub targets: Vec<TargetRule>,
    /// For personal data: UU PDP 27/2022 Ps 46 allows 3×24 hours.
    #[serde(default = "three_days")]
    pub legal: Target,
    /// After how long a resolved ticket closes by itself.
    #[serde(default = "three_working_days")]
    pub close_after: Target,
    #[serde(default)]
    pub pausing: Pausing,
    /// Who is told when how much of a target is used up.
    #[serde(default = "standard_alarms")]
    pub alarms: Vec<AlarmRule>,
    /// Where a ticket is handed over by itself when the Tier 1 target is missed; on where no rule says
    /// otherwise. The most particular rule counts: OPD before type before priority.
    #[serde(default)]
    pub automatic_handover: Vec<HandoverRule>,
    /// The team that gets what is handed over by itself if the category names none; the first active team
    /// if absent.
    #[serde(default)]
    pub fallback_team_id: Option<i64>,
    pub calendars: CalendarRules,
}

/// Targets for the tickets that fit all that is named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetRule {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TicketType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// A category: an item of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Target>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Target>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier1: Option<Target>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier2_accept: Option<Target>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier2: Option<Target>,
}

word_enum! {
    /// Who is told of an alarm.
    Alarmed {
        /// who works on it; before anybody does, those who could: the desk, or the team
        Assignee = "assignee",
        /// the Tier 1 agents of the OPD
        Desk = "desk",
        /// supervision
        Supervisor = "supervisor",
        /// head of the OPD
        OpdHead = "opd_head",
    }
}

/// At a share of the target, who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmRule {
    /// Of the target.
    #[schema(minimum = 1, maximum = 1000)]
    pub percent: i64,
    pub tell: Vec<Alarmed>,
}

/// Whether tickets that fit are handed over by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverRule {
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TicketType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd_id: Option<i64>,
    pub enabled: bool,
}

/// Whose hours are which calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PolicyCalendars)]
pub struct CalendarRules {
    /// For all who have none of their own.
    pub default_id: i64,
    #[serde(default)]
    pub opds: Vec<OpdCalendar>,
    #[serde(default)]
    pub teams: Vec<TeamCalendar>,
}

/// The calendar of an OPD's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpdCalendar {
    pub opd_id: i64,
    pub calendar_id: i64,
}

/// The calendar of a Tier 2 team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamCalendar {
    pub team_id: i64,
    pub calendar_id: i64,
}

fn three_days() -> Target {
    Target::CalendarHours(72.0)
}

fn three_working_days() -> Target {
    Target::WorkingDays(3.0)
}

fn standard_alarms() -> Vec<AlarmRule> {
    vec![
        AlarmRule { percent: 75, tell: vec![Alarmed::Assignee] },
        AlarmRule { percent: 100, tell: vec![Alarmed::Assignee, Alarmed::Desk, Alarmed::Supervisor] },
    ]
}

/// What decides the terms of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    pub kind: TicketType,
    pub priority: Priority,
    pub category: Option<CategoryId>,
    pub opd: OpdId,
}

impl From<&Ticket> for Facts {
    fn from(t: &Ticket) -> Self {
        Self { kind: t.kind, priority: t.priority, category: t.category, opd: t.opd }
    }
}

fn fits<T: PartialEq>(named: Option<T>, is: Option<T>) -> bool {
    named.is_none() || named == is
}

impl TargetRule {
    fn fits(&self, facts: &Facts) -> bool {
        fits(self.kind, Some(facts.kind))
            && fits(self.priority, Some(facts.priority))
            && fits(self.category_id, facts.category.map(i64::from))
            && fits(self.opd_id, Some(facts.opd.0))
    }

    fn weight(&self) -> (bool, bool, bool, bool) {
        (self.category_id.is_some(), self.opd_id.is_some(), self.kind.is_some(), self.priority.is_some())
    }

    fn target(&self, clock: ClockKind) -> Option<Target> {
        match clock {
            ClockKind::Response => self.response,
            ClockKind::Resolution => self.resolution,
            ClockKind::Tier1 => self.tier1,
            ClockKind::Tier2Accept => self.tier2_accept,
            ClockKind::Tier2 => self.tier2,
            ClockKind::Legal | ClockKind::Closing => None,
        }
    }
}

/// The clocks whose targets the rules give.
const RULED: [ClockKind; 5] =
    [ClockKind::Response, ClockKind::Resolution, ClockKind::Tier1, ClockKind::Tier2Accept, ClockKind::Tier2];

impl Policy {
    /// The policy that the product ships with; its targets for incidents and the rest are a proposal that
    /// each Pemda sets by decree. Tier 1 has the first part of the resolution time, Tier 2 the rest.
    pub fn standard(default_calendar: i64) -> Self {
        use Target::{WorkingDays, WorkingMinutes};
        let rule = |priority, [response, resolution, tier1, tier2_accept, tier2]: [Target; 5]| TargetRule {
            priority: Some(priority),
            response: Some(response),
            resolution: Some(resolution),
            tier1: Some(tier1),
            tier2_accept: Some(tier2_accept),
            tier2: Some(tier2),
            ..TargetRule::default()
        };
        let (minutes, days) = (WorkingMinutes, WorkingDays);
        Self {
            targets: vec![
                rule(Priority::P1, [minutes(15), minutes(240), minutes(60), minutes(15), minutes(165)]),
                rule(Priority::P2, [minutes(30), minutes(480), minutes(120), minutes(30), minutes(330)]),
                rule(Priority::P3, [minutes(120), days(2.0), minutes(240), minutes(120), days(1.0)]),
                rule(Priority::P4, [minutes(240), days(5.0), days(1.0), minutes(240), days(3.0)]),
            ],
            legal: three_days(),
            close_after: three_working_days(),
            pausing: Pausing::default(),
            alarms: standard_alarms(),
            automatic_handover: Vec::new(),
            fallback_team_id: None,
            calendars: CalendarRules { default_id: default_calendar, opds: Vec::new(), teams: Vec::new() },
        }
    }

    /// Everything that is wrong with it: targets that cannot be kept to, two rules for the same tickets, a
    /// type and priority without a target, alarms twice. Whether what it names exists is not known here.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut named = BTreeSet::new();
        for (index, rule) in self.targets.iter().enumerate() {
            let place = format!("/targets/{index}");
            if !named.insert((rule.kind, rule.priority, rule.category_id, rule.opd_id)) {
                let message = "aturan lain sudah mengatur jenis, prioritas, kategori, dan OPD yang sama";
                problems.push(Problem::new(place.clone(), "duplicate_rule", message));
            }
            for clock in RULED {
                check_target(rule.target(clock), format!("{place}/{clock}"), &mut problems);
            }
        }
        check_target(Some(self.legal), "/legal".to_owned(), &mut problems);
        check_target(Some(self.close_after), "/close_after".to_owned(), &mut problems);
        for kind in TicketType::ALL {
            for priority in Priority::ALL {
                let facts = Facts { kind: *kind, priority: *priority, category: None, opd: OpdId(0) };
                for clock in RULED.into_iter().filter(|clock| self.ruled(*clock, &facts).is_none()) {
                    let message = format!("belum ada target {clock} untuk {kind} berprioritas {priority}");
                    problems.push(Problem::new("/targets", "missing_target", message));
                }
            }
        }
        let mut percents = BTreeSet::new();
        for (index, alarm) in self.alarms.iter().enumerate() {
            let place = format!("/alarms/{index}/percent");
            if !(1..=1000).contains(&alarm.percent) {
                problems.push(Problem::new(place, "out_of_range", "antara 1 dan 1000 persen"));
            } else if !percents.insert(alarm.percent) {
                problems.push(Problem::new(place, "duplicate_rule", "ambang ini sudah ada"));
            }
        }
        let mut placed = BTreeSet::new();
        for (index, own) in self.calendars.opds.iter().enumerate() {
            if !placed.insert(own.opd_id) {
                let place = format!("/calendars/opds/{index}/opd_id");
                problems.push(Problem::new(place, "duplicate_rule", "kalender OPD ini sudah disebut"));
            }
        }
        placed.clear();
        for (index, own) in self.calendars.teams.iter().enumerate() {
            if !placed.insert(own.team_id) {
                let place = format!("/calendars/teams/{index}/team_id");
                problems.push(Problem::new(place, "duplicate_rule", "kalender tim ini sudah disebut"));
            }
        }
        let mut handed = BTreeSet::new();
        for (index, rule) in self.automatic_handover.iter().enumerate() {
            if !handed.insert((rule.kind, rule.priority, rule.opd_id)) {
                let place = format!("/automatic_handover/{index}");
                problems.push(Problem::new(place, "duplicate_rule", "aturan lain sudah mengatur tiket yang sama"));
            }
        }
        problems
    }

    /// The target of a clock for such a ticket. Every clock has one in a policy that [`Policy::check`]
    /// finds nothing wrong with.
    pub fn target(&self, clock: ClockKind, facts: &Facts) -> Option<Target> {
        match clock {
            ClockKind::Legal => Some(self.legal),
            ClockKind::Closing => Some(self.close_after),
            ClockKind::Response
            | ClockKind::Resolution
            | ClockKind::Tier1
            | ClockKind::Tier2Accept
            | ClockKind::Tier2 => self.ruled(clock, facts),
        }
    }

    fn ruled(&self, clock: ClockKind, facts: &Facts) -> Option<Target> {
        let fitting = self.targets.iter().filter(|rule| rule.fits(facts));
        fitting
            .filter_map(|rule| Some((rule.weight(), rule.target(clock)?)))
            .max_by_key(|(weight, _)| *weight)
            .map(|(_, target)| target)
    }

    /// The calendar of whoever works.
    pub fn calendar(&self, worker: Worker) -> i64 {
        let own = match worker {
            Worker::Desk(OpdId(opd)) => self.calendars.opds.iter().find(|c| c.opd_id == opd).map(|c| c.calendar_id),
            Worker::Team(TeamId(team)) => {
                self.calendars.teams.iter().find(|c| c.team_id == team).map(|c| c.calendar_id)
            }
        };
        own.unwrap_or(self.calendars.default_id)
    }

    /// Whether such a ticket is handed over by itself when its Tier 1 target is missed.
    pub fn hands_over(&self, facts: &Facts) -> bool {
        let fitting = self.automatic_handover.iter().filter(|rule| {
            fits(rule.kind, Some(facts.kind))
                && fits(rule.priority, Some(facts.priority))
                && fits(rule.opd_id, Some(facts.opd.0))
        });
        let weight = |rule: &HandoverRule| (rule.opd_id.is_some(), rule.kind.is_some(), rule.priority.is_some());
        fitting.max_by_key(|rule| weight(rule)).is_none_or(|rule| rule.enabled)
    }
}

fn check_target(target: Option<Target>, pointer: String, problems: &mut Vec<Problem>) {
    if target.is_some_and(|target| !target.is_sound() || target.amount() <= 0) {
        let message = "lebih dari nol, paling lama beberapa tahun, dan tidak lebih halus dari seperseribu";
        problems.push(Problem::new(pointer, "invalid_target", message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(kind: TicketType, priority: Priority, category: Option<i64>, opd: i64) -> Facts {
        Facts { kind, priority, category: category.map(CategoryId), opd: OpdId(opd) }
    }

    #[test]
    fn the_most_particular_rule_gives_the_target() {
        let mut policy = Policy::standard(1);
        let resolution = |minutes| Some(Target::WorkingMinutes(minutes));
        let rules = [
            TargetRule { kind: Some(TicketType::Request), resolution: resolution(10), ..TargetRule::default() },
            TargetRule { opd_id: Some(7), resolution: resolution(20), ..TargetRule::default() },
            TargetRule { category_id: Some(3), resolution: resolution(30), ..TargetRule::default() },
            TargetRule {
                category_id: Some(3),
                priority: Some(Priority::P1),
                resolution: resolution(40),
                ..TargetRule::default()
            },
        ];
        policy.targets.extend(rules);
        assert_eq!(policy.check(), vec![]);
        use Priority::{P1, P2};
        use TicketType::{Incident, Request};
        for (facts, minutes) in [
            (facts(Incident, P1, None, 1), 240),
            (facts(Request, P1, None, 1), 10),
            (facts(Request, P1, None, 7), 20),
            (facts(Request, P2, Some(3), 7), 30),
            (facts(Request, P1, Some(3), 7), 40),
            (facts(Request, P1, Some(4), 1), 10),
        ] {
            assert_eq!(policy.target(ClockKind::Resolution, &facts), resolution(minutes), "{facts:?}");
        }
        // A rule that says nothing of a clock leaves it to the next.
        let password = facts(Request, P1, Some(3), 7);
        assert_eq!(policy.target(ClockKind::Response, &password), Some(Target::WorkingMinutes(15)));
    }

    #[test]
    fn handing_over_by_itself_is_on_unless_a_rule_says_otherwise() {
        let mut policy = Policy::standard(1);
        let off = |kind, opd_id, enabled| HandoverRule { kind, priority: None, opd_id, enabled };
        policy.automatic_handover =
            vec![off(Some(TicketType::Change), None, false), off(None, Some(7), true), off(None, Some(8), false)];
        for (kind, opd, expected) in [
            (TicketType::Incident, 1, true),
            (TicketType::Change, 1, false),
            (TicketType::Change, 7, true),
            (TicketType::Incident, 8, false),
        ] {
            assert_eq!(policy.hands_over(&facts(kind, Priority::P3, None, opd)), expected, "{kind} {opd}");
        }
    }

    #[test]
    fn a_policy_with_gaps_or_doubles_is_refused() {
        let codes = |policy: &Policy| {
            let mut codes: Vec<_> = policy.check().iter().map(|p| p.code).collect();
            codes.dedup();
            codes
        };
        let standard = Policy::standard(1);
        assert_eq!(codes(&standard), Vec::<&str>::new());
        let mut policy = standard.clone();
        policy.targets.pop();
        assert_eq!(codes(&policy), vec!["missing_target"]);
        policy = standard.clone();
        let double = policy.targets.first().cloned();
        policy.targets.extend(double);
        assert_eq!(codes(&policy), vec!["duplicate_rule"]);
        policy = standard.clone();
        policy.legal = Target::CalendarHours(0.0);
        policy.close_after = Target::WorkingDays(f64::NAN);
        policy.alarms.push(AlarmRule { percent: 0, tell: vec![] });
        policy.alarms.push(AlarmRule { percent: 100, tell: vec![] });
        assert_eq!(codes(&policy), vec!["invalid_target", "out_of_range", "duplicate_rule"]);
    }
}
