//! The calendars and the policy in force at an instant.

use std::collections::BTreeMap;

use crate::domain::Instant;
use crate::domain::sla::calendar::{Calendar, CalendarSpec};
use crate::domain::sla::clock::Terms;
use crate::domain::sla::keeping::{ClockKind, Worker};
use crate::domain::sla::policy::{Facts, Policy};
use crate::domain::sla::timetable::Timetable;
use crate::domain::ticket::Ticket;
use crate::services::{Error, Result};
use crate::store::{Conn, sla};

/// A version and from when on it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    effective_at: Instant,
    id: i64,
}

/// All versions there are, laid out for reckoning.
#[derive(Debug)]
pub struct Rules {
    newest: (i64, i64),
    /// In order of effect; among those of one instant the last holds.
    policies: Vec<(Version, Policy)>,
    /// By calendar, in order of effect.
    calendars: BTreeMap<i64, Vec<Version>>,
    timetables: BTreeMap<i64, Timetable>,
}

/// What holds at an instant.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'r> {
    rules: &'r Rules,
    now: Instant,
    version: Version,
    pub policy: &'r Policy,
}

impl Rules {
    /// Reads all versions.
    pub fn load(conn: &mut Conn) -> Result<Self> {
        let newest = sla::newest(conn)?;
        let mut policies = Vec::new();
        for row in sla::policy_versions(conn)? {
            let policy = read(&row.rules, "policy", row.id)?;
            policies.push((Version { effective_at: row.effective_at.and_utc(), id: row.id }, policy));
        }
        policies.sort_by_key(|(version, _)| *version);
        let (mut calendars, mut timetables) = (BTreeMap::<i64, Vec<Version>>::new(), BTreeMap::new());
        for row in sla::calendar_versions(conn)? {
            let spec: CalendarSpec = read(&row.rules, "calendar", row.id)?;
            let calendar = Calendar::parse(&spec)
                .map_err(|_| Error::Internal(format!("version {} of a calendar is not valid", row.id)))?;
            timetables.insert(row.id, Timetable::new(calendar));
            let versions = calendars.entry(row.calendar_id).or_default();
            versions.push(Version { effective_at: row.effective_at.and_utc(), id: row.id });
            versions.sort();
        }
        Ok(Self { newest, policies, calendars, timetables })
    }

    /// Whether nothing was added since.
    pub fn is_newest(&self, conn: &mut Conn) -> Result<bool> {
        Ok(self.newest == sla::newest(conn)?)
    }

    /// What holds at an instant.
    pub fn at(&self, now: Instant) -> Result<InForce<'_>> {
        let started = self.policies.iter().rev().find(|(version, _)| version.effective_at <= now);
        let (version, policy) = started.ok_or_else(|| Error::Internal("no policy is in force".to_owned()))?;
        Ok(InForce { rules: self, now, version: *version, policy })
    }

    /// The timetable of a version of a calendar.
    pub fn timetable(&self, version: i64) -> Option<&Timetable> {
        self.timetables.get(&version)
    }
}

fn read<T: serde::de::DeserializeOwned>(text: &str, what: &str, id: i64) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("version {id} of a {what}: {error}")))
}

impl<'r> InForce<'r> {
    /// The same calendars under another policy.
    pub fn under(self, policy: &'r Policy) -> Self {
        Self { policy, ..self }
    }

    /// By how many versions what holds now came about. It only grows, with each that takes effect.
    pub fn revision(&self) -> i64 {
        let calendars = self.rules.calendars.values().flatten().copied();
        let all = self.rules.policies.iter().map(|(version, _)| *version).chain(calendars);
        i64::try_from(all.filter(|version| version.effective_at <= self.now).count()).unwrap_or(i64::MAX)
    }

    fn calendar(&self, calendar: i64) -> Result<Version> {
        let versions = self.rules.calendars.get(&calendar);
        let version = versions.and_then(|versions| versions.iter().rev().find(|v| v.effective_at <= self.now));
        version.copied().ok_or_else(|| Error::Internal(format!("calendar {calendar} is not in force")))
    }

    /// The terms of a clock of a ticket.
    pub fn terms(&self, clock: ClockKind, ticket: &Ticket) -> Result<Terms> {
        self.terms_of(clock, &Facts::from(ticket), clock.worker(ticket))
    }

    /// The terms of a clock of such a ticket, by the hours of whoever works.
    pub fn terms_of(&self, clock: ClockKind, facts: &Facts, worker: Worker) -> Result<Terms> {
        let target = self.policy.target(clock, facts);
        let target = target.ok_or_else(|| Error::Internal(format!("the policy has no target for {clock}")))?;
        let calendar = self.calendar(self.policy.calendar(worker))?;
        Ok(Terms { target, calendar: calendar.id, policy: self.version.id })
    }

    /// Since when these terms could have held: the later of what brought them about.
    pub fn since(&self, terms: &Terms) -> Instant {
        let calendars = self.rules.calendars.values().flatten();
        let calendar = calendars.into_iter().find(|version| version.id == terms.calendar);
        calendar.map_or(self.version.effective_at, |version| version.effective_at.max(self.version.effective_at))
    }

    /// The timetable in force of a calendar.
    pub fn timetable_of(&self, calendar: i64) -> Result<&'r Timetable> {
        let version = self.calendar(calendar)?;
        self.rules.timetable(version.id).ok_or_else(|| Error::Internal(format!("no timetable {}", version.id)))
    }

    /// The versions behind what is in force: of the policy, and of a calendar.
    pub fn versions(&self, calendar: i64) -> Result<(i64, i64)> {
        Ok((self.version.id, self.calendar(calendar)?.id))
    }
}
