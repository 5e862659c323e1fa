//! Versions of calendars and of the policy. A version holds from its instant on until the next one does, and
//! is never changed or taken back: what was planned is replaced by another version for the same instant.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::super::{Error, FieldError, Result, Work};
use crate::domain::Instant;
use crate::domain::chain::sha256_hex;
use crate::domain::ids::PersonId;
use crate::domain::sla::Problem;
use crate::domain::ticket::word_enum;
use crate::store::sla::{CalendarVersionRow, NewVersion, PolicyVersionRow};
use crate::store::{Conn, people};

/// The years that calendars reckon with.
pub const YEARS: RangeInclusive<i32> = 1970..=2199;

word_enum! {
    /// What a version is at present.
    VersionState {
        /// will hold from its instant on
        Planned = "planned",
        /// holds
        InForce = "in_force",
        /// held once
        Past = "past",
        /// another version for the same instant holds instead
        Replaced = "replaced",
    }
}

/// A version and what it is at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: i64,
    pub effective_at: Instant,
    pub created_at: Instant,
    /// Who added it; nobody if it came with the program.
    pub created_by: Option<(PersonId, String)>,
    pub state: VersionState,
    rules: String,
}

impl Version {
    /// What it says.
    pub fn rules<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.rules).map_err(|error| Error::Internal(format!("version {}: {error}", self.id)))
    }
}

/// A row of either table.
pub(super) struct Row {
    id: i64,
    effective_at: Instant,
    created_at: Instant,
    created_by: Option<PersonId>,
    rules: String,
}

impl From<CalendarVersionRow> for Row {
    fn from(row: CalendarVersionRow) -> Self {
        Self {
            id: row.id,
            effective_at: row.effective_at.and_utc(),
            created_at: row.created_at.and_utc(),
            created_by: row.created_by_id.map(PersonId),
            rules: row.rules,
        }
    }
}

impl From<PolicyVersionRow> for Row {
    fn from(row: PolicyVersionRow) -> Self {
        Self {
            id: row.id,
            effective_at: row.effective_at.and_utc(),
            created_at: row.created_at.and_utc(),
            created_by: row.created_by_id.map(PersonId),
            rules: row.rules,
        }
    }
}

/// Versions of one thing in the order of their effect, with what each is at `now`.
pub(super) fn in_order<R: Into<Row>>(conn: &mut Conn, rows: Vec<R>, now: Instant) -> Result<Vec<Version>> {
    let mut rows: Vec<Row> = rows.into_iter().map(Into::into).collect();
    rows.sort_by_key(|row| (row.effective_at, row.id));
    let nexts: Vec<Option<Instant>> = rows.iter().skip(1).map(|row| Some(row.effective_at)).chain([None]).collect();
    let mut names = BTreeMap::new();
    let mut versions = Vec::new();
    for (row, next) in rows.into_iter().zip(nexts) {
        let state = match next {
            Some(next) if next == row.effective_at => VersionState::Replaced,
            _ if row.effective_at > now => VersionState::Planned,
            Some(next) if next <= now => VersionState::Past,
            _ => VersionState::InForce,
        };
        let created_by = match row.created_by {
            Some(person) => Some((person, name(conn, person, &mut names)?)),
            None => None,
        };
        let Row { id, effective_at, created_at, rules, .. } = row;
        versions.push(Version { id, effective_at, created_at, created_by, state, rules });
    }
    Ok(versions)
}

fn name(conn: &mut Conn, person: PersonId, known: &mut BTreeMap<PersonId, String>) -> Result<String> {
    if let Some(name) = known.get(&person) {
        return Ok(name.clone());
    }
    let name = people::by_id(conn, person)?.ok_or(Error::NotFound)?.name;
    known.insert(person, name.clone());
    Ok(name)
}

/// The last that was added, which is how others tell whether anything was: the ETag. 0 if there is none.
pub fn newest(versions: &[Version]) -> i64 {
    versions.iter().map(|version| version.id).max().unwrap_or(0)
}

/// The one in force; the first while a clock that was set back lets none be.
pub fn current(versions: &[Version]) -> Result<&Version> {
    let current = versions.iter().find(|version| version.state == VersionState::InForce).or_else(|| versions.first());
    current.ok_or_else(|| Error::Internal("there is no version".to_owned()))
}

/// From when on something is to hold: as asked, or from now on. What has passed stays as it was.
pub(super) fn effect(work: &Work<'_, '_>, asked: Option<DateTime<Utc>>) -> Result<Instant> {
    match asked {
        Some(at) if at < work.now => {
            Err(Error::field("/effective_at", "in_the_past", "aturan hanya dapat berlaku mulai sekarang atau kelak"))
        }
        Some(at) if !YEARS.contains(&at.year()) => {
            Err(Error::field("/effective_at", "out_of_range", format!("paling lambat tahun {}", YEARS.end())))
        }
        Some(at) => Ok(at),
        None => Ok(work.now),
    }
}

/// A version to be added by somebody, or by the program.
pub(super) fn new<'r>(
    work: &Work<'_, '_>,
    effective_at: Instant,
    by: Option<PersonId>,
    rules: &'r str,
) -> NewVersion<'r> {
    NewVersion { effective_at, created_at: work.now, created_by: by, rules }
}

/// What the audit trail tells of a version: the rules by their digest.
pub(super) fn fact(id: i64, effective_at: Instant, rules: &str) -> Value {
    json!({"id": id, "effective_at": effective_at.timestamp_millis(), "rules": sha256_hex(rules.as_bytes())})
}

/// What is wrong with the rules in the body.
pub(super) fn wrong(problems: Vec<Problem>) -> Error {
    let field = |problem: Problem| FieldError::new(format!("/rules{}", problem.pointer), problem.code, problem.message);
    Error::Invalid(problems.into_iter().map(field).collect())
}

/// Rules as they are kept.
pub(super) fn text(rules: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(rules).map_err(|error| Error::Internal(error.to_string()))
}
