//! Says something about a report after it was frozen: a correction is an addendum, never a silent change.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{period, scope};
use crate::domain::Refusal;
use crate::domain::chain::{canonical, sha256_hex};
use crate::domain::people::{Actor, Role};
use crate::domain::text::{Body, Subject};
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Error, Result};
use crate::store::reports::{self, AddendumRow};

/// What is said.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddAddendum)]
pub struct Input {
    /// Why, in a line; whoever checks the paper reads it.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// What is corrected; for those who may read the report.
    #[schema(min_length = 1, max_length = 20000)]
    pub text: String,
}

/// An addendum that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: i64,
}

/// Adds it.
pub fn run(desk: &Desk, caller: &Caller, of: &str, opd: Option<&str>, input: &Input) -> Result<Added> {
    let mut fields = Fields::default();
    let reason = fields.take("/reason", Subject::parse(&input.reason));
    let text = fields.take("/text", Body::parse(&input.text));
    let (reason, text) = fields.finish(reason.zip(text))?;
    desk.act(caller, |work| {
        let actor = &caller.actor;
        let scope = scope(work.tx, actor, opd)?;
        if !actor.has(Role::Supervisor) && !actor.has(Role::Admin) {
            return Err(Error::Forbidden);
        }
        let period = period(desk, work.tx, of)?;
        let report = reports::of(work.tx, &period.to_string(), scope)?.ok_or(Refusal::NotFrozen)?;
        let said = (reason.as_str(), text.as_str());
        let id = reports::add_addendum(work.tx, report.id, actor.id, said, work.now)?;
        let digest = sha256_hex(canonical(&json!({"reason": said.0, "text": said.1})).as_bytes());
        let facts = json!({"report": report.id, "period": report.period, "addendum": id, "sha256": digest});
        work.audit("report_addendum_added", Some(actor.id), facts)?;
        Ok(Added { id })
    })
}

/// What was said about a report, in order; nothing while it is provisional.
pub fn list(desk: &Desk, actor: &Actor, of: &str, opd: Option<&str>) -> Result<Vec<AddendumRow>> {
    desk.read(|conn| {
        let scope = scope(conn, actor, opd)?;
        let period = period(desk, conn, of)?;
        match reports::of(conn, &period.to_string(), scope)? {
            Some(report) => Ok(reports::addenda(conn, report.id)?),
            None => Ok(Vec::new()),
        }
    })
}
