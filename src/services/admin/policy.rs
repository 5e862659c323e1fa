//! The policy: what is promised for which ticket. It has versions; clocks follow the one in force.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::{Caller, Desk, Error, Result, Work};
use super::require_admin;
use super::versions::{self, Version};
use crate::domain::Instant;
use crate::domain::ids::PersonId;
use crate::domain::sla::Problem;
use crate::domain::sla::policy::Policy;
use crate::store::{Conn, organisation, sla};

/// A policy to be.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplacePolicy)]
pub struct Input {
    /// The whole policy, not only what changes.
    pub rules: Policy,
    /// From when on it holds; from now on if absent, never before.
    #[serde(default)]
    pub effective_at: Option<DateTime<Utc>>,
}

/// The version that was added.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct AddedVersion {
    id: i64,
}

/// All versions in the order of their effect, of which there is at least one. For everybody who is signed in.
pub fn versions(desk: &Desk) -> Result<Vec<Version>> {
    desk.read(|conn| {
        let rows = sla::policy_versions(conn)?;
        versions::in_order(conn, rows, desk.now())
    })
}

/// One version.
pub fn version(desk: &Desk, id: i64) -> Result<Version> {
    versions(desk)?.into_iter().find(|version| version.id == id).ok_or(Error::NotFound)
}

/// Adds a version; gives its id.
pub fn replace(desk: &Desk, caller: &Caller, input: &Input) -> Result<i64> {
    require_admin(&caller.actor)?;
    let added = desk.act(caller, |work| {
        sla::hold_versions(work.tx)?;
        let rows = sla::policy_versions(work.tx)?;
        work.require_version(rows.iter().map(|row| row.id).max().unwrap_or(0))?;
        let effective_at = versions::effect(work, input.effective_at)?;
        Ok(AddedVersion { id: apply(work, Some(caller.actor.id), &input.rules, effective_at)? })
    })?;
    Ok(added.id)
}

/// Checks a policy and adds it as a version, inside a transaction.
pub fn apply(work: &mut Work<'_, '_>, by: Option<PersonId>, rules: &Policy, effective_at: Instant) -> Result<i64> {
    let mut problems = rules.check();
    problems.extend(check_names(work.tx, rules, effective_at)?);
    if !problems.is_empty() {
        return Err(versions::wrong(problems));
    }
    let text = versions::text(rules)?;
    let id = sla::insert_policy_version(work.tx, versions::new(work, effective_at, by, &text))?;
    work.audit("policy_version_added", by, json!({"version": versions::fact(id, effective_at, &text)}))?;
    Ok(id)
}

/// What the policy names and is not there when it takes effect.
fn check_names(conn: &mut Conn, policy: &Policy, effective_at: Instant) -> Result<Vec<Problem>> {
    let all = i64::MAX;
    let categories: BTreeSet<i64> = organisation::categories(conn, 0, all)?.iter().map(|row| row.id).collect();
    let opds: BTreeSet<i64> = organisation::opds(conn, 0, all)?.iter().map(|row| row.id).collect();
    let team_rows = organisation::teams(conn, 0, all)?;
    let teams: BTreeSet<i64> = team_rows.iter().map(|row| row.id).collect();
    let takers: BTreeSet<i64> = team_rows.iter().filter(|row| row.active && !row.csirt).map(|row| row.id).collect();
    let calendars: BTreeSet<i64> = sla::calendars(conn)?.iter().map(|row| row.id).collect();
    let versions = sla::calendar_versions(conn)?;
    let begun = versions.iter().filter(|row| row.effective_at.and_utc() <= effective_at);
    let begun: BTreeSet<i64> = begun.map(|row| row.calendar_id).collect();

    let mut problems = Vec::new();
    let mut require = |among: &BTreeSet<i64>, id: Option<i64>, place: String, code, message: &str| {
        if id.is_some_and(|id| !among.contains(&id)) {
            problems.push(Problem::new(place, code, message));
        }
    };
    let unknown = "not_found";
    for (index, rule) in policy.targets.iter().enumerate() {
        let place = format!("/targets/{index}");
        require(&categories, rule.category_id, format!("{place}/category_id"), unknown, "kategori tidak ditemukan");
        require(&opds, rule.opd_id, format!("{place}/opd_id"), unknown, "OPD tidak ditemukan");
    }
    for (index, rule) in policy.automatic_handover.iter().enumerate() {
        let place = format!("/automatic_handover/{index}/opd_id");
        require(&opds, rule.opd_id, place, unknown, "OPD tidak ditemukan");
    }
    let message = "tim tidak ditemukan, tidak aktif, atau tim CSIRT";
    require(&takers, policy.fallback_team_id, "/fallback_team_id".to_owned(), unknown, message);
    let mut named = vec![("/calendars/default_id".to_owned(), policy.calendars.default_id)];
    for (index, own) in policy.calendars.opds.iter().enumerate() {
        let place = format!("/calendars/opds/{index}");
        require(&opds, Some(own.opd_id), format!("{place}/opd_id"), unknown, "OPD tidak ditemukan");
        named.push((format!("{place}/calendar_id"), own.calendar_id));
    }
    for (index, own) in policy.calendars.teams.iter().enumerate() {
        let place = format!("/calendars/teams/{index}");
        require(&teams, Some(own.team_id), format!("{place}/team_id"), unknown, "tim tidak ditemukan");
        named.push((format!("{place}/calendar_id"), own.calendar_id));
    }
    for (place, calendar) in named {
        if calendars.contains(&calendar) {
            let message = "kalender ini belum berlaku pada saat itu";
            require(&begun, Some(calendar), place, "not_in_force", message);
        } else {
            require(&calendars, Some(calendar), place, unknown, "kalender tidak ditemukan");
        }
    }
    Ok(problems)
}
