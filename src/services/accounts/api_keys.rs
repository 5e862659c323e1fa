//! Personal API keys: shown once, stored as a hash, limited by scopes.

use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::super::fields::Fields;
use super::super::{Caller, Desk, Error, Result};
use super::secret;
use crate::domain::ids::ApiKeyId;
use crate::domain::people::Actor;
use crate::domain::text::Name;
use crate::domain::ticket::word_enum;
use crate::store::access::{self, ApiKeyRow};

/// What API keys begin with, so that a leaked one is recognised.
pub const PREFIX: &str = "ktg_";

/// The most keys in force of one person.
const MOST: usize = 20;

word_enum! {
    /// What a key may be used for. The person's roles limit it further.
    Scope {
        /// read tickets
        TicketsRead = "tickets:read",
        /// change tickets
        TicketsWrite = "tickets:write",
        /// read people and organisation
        DirectoryRead = "directory:read",
        /// change people and organisation
        DirectoryWrite = "directory:write",
        /// read the audit trail
        AuditRead = "audit:read",
    }
}

/// A key to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiKey)]
pub struct Input {
    /// What it is for.
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[schema(min_items = 1)]
    pub scopes: Vec<Scope>,
    /// After how many days it ends; never if absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3650)]
    pub days: Option<i64>,
}

/// Makes a key and gives it with its secret, which nobody can see again.
pub fn create(desk: &Desk, caller: &Caller, input: &Input) -> Result<(ApiKeyRow, String)> {
    let mut fields = Fields::default();
    let name = fields.take("/name", Name::parse(&input.name));
    if input.scopes.is_empty() {
        fields.wrong("/scopes", "required", "pilih paling sedikit satu cakupan");
    }
    if input.days.is_some_and(|days| !(1..=3650).contains(&days)) {
        fields.wrong("/days", "out_of_range", "1 sampai 3650 hari");
    }
    let name = fields.finish(name)?;
    let mut scopes: Vec<&str> = input.scopes.iter().map(|scope| scope.as_str()).collect();
    scopes.sort_unstable();
    scopes.dedup();
    let scopes = scopes.join(" ");
    let key = format!("{PREFIX}{}", secret::random());
    let person = caller.actor.id;
    // Not remembered under an idempotency key: the secret must not be stored.
    desk.housekeep(|work| {
        let now = work.now.naive_utc();
        let holds = |key: &&ApiKeyRow| key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > now);
        let in_force = access::keys(work.tx, person)?.iter().filter(holds).count();
        if in_force >= MOST {
            return Err(Error::field("/name", "too_many", format!("paling banyak {MOST} kunci API")));
        }
        let expires = input.days.map(|days| work.now + Duration::days(days));
        let id = access::insert_key(work.tx, person, name.as_str(), &secret::hash(&key), &scopes, work.now, expires)?;
        work.audit("api_key_created", Some(person), json!({"key": id, "scopes": scopes}))?;
        let row = access::keys(work.tx, person)?.into_iter().find(|row| row.id == id.0).ok_or(Error::NotFound)?;
        Ok((row, key.clone()))
    })
}

/// The actor's keys, without their secrets.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<ApiKeyRow>> {
    desk.read(|conn| Ok(access::keys(conn, actor.id)?))
}

/// Revokes one of the actor's keys at once.
pub fn revoke(desk: &Desk, caller: &Caller, id: ApiKeyId) -> Result<()> {
    let person = caller.actor.id;
    desk.act(caller, |work| {
        if !access::revoke_key(work.tx, person, id, work.now)? {
            return Err(Error::NotFound);
        }
        work.audit("api_key_revoked", Some(person), json!({"key": id}))
    })
}
