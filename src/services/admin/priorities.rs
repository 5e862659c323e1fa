//! The priority table: data, not code (Perbup Seruyan 23/2023 Ps 38(6): it follows the pedoman).

use serde::Deserialize;
use serde_json::json;

use super::super::{Caller, Desk, Error, Result};
use super::require_admin;
use crate::domain::priority::{Level, Priority, PriorityTable};
use crate::store::organisation;

/// The priority of one pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub impact: Level,
    pub urgency: Level,
    pub priority: Priority,
}

/// The whole table: each of the nine pairs once.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriorityTable)]
pub struct Input {
    #[schema(min_items = 9, max_items = 9)]
    pub rules: Vec<Rule>,
}

/// The table in force. For everybody who is signed in.
pub fn read(desk: &Desk) -> Result<Vec<Rule>> {
    let table = desk.read(|conn| Ok(organisation::priorities(conn)?))?;
    Ok(table
        .rows()
        .iter()
        .map(|(impact, urgency, priority)| Rule { impact: *impact, urgency: *urgency, priority: *priority })
        .collect())
}

/// Replaces the table. Tickets keep the priority that they have.
pub fn replace(desk: &Desk, caller: &Caller, input: &Input) -> Result<()> {
    require_admin(&caller.actor)?;
    let rows = input.rules.iter().map(|rule| (rule.impact, rule.urgency, rule.priority)).collect();
    let table = PriorityTable::new(rows).map_err(|_| {
        Error::field("/rules", "incomplete", "setiap pasangan dampak dan urgensi harus ada tepat satu kali")
    })?;
    desk.act(caller, |work| {
        organisation::set_priorities(work.tx, &table)?;
        work.audit("priorities_replaced", Some(caller.actor.id), json!({"rules": input.rules}))
    })
}
