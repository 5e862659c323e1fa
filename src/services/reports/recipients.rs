//! Who gets which reports by mail: people of the desk who may read them, and addresses beside them within the
//! policy (`reports.recipient_domains`).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::schedule::Moment;
use super::{named, oversees, scope};
use crate::domain::people::{Actor, Role};
use crate::domain::report::Scope;
use crate::domain::text::{Email, Name};
use crate::domain::ticket::word_enum;
use crate::services::fields::Fields;
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::report_recipients::{self, NewRecipient, RecipientRow, Whom};
use crate::store::{Conn, people};

word_enum! {
    /// What a mail brings.
    Attached {
        /// the letter
        Pdf = "pdf",
        /// the workbook
        Xlsx = "xlsx",
    }
}

/// The most recipients there are.
const MOST: usize = 500;

/// Who gets what.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AddReportRecipient)]
pub struct Input {
    /// The code of an OPD; absent for the report of all OPDs together.
    #[schema(max_length = 32)]
    pub opd: Option<String>,
    /// Of somebody of the desk, who is told on the pages too, or of an office beside it.
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    /// How an office beside the desk is addressed; people of the desk have their own.
    #[schema(max_length = 120)]
    pub name: Option<String>,
    /// The letter alone, if absent.
    #[serde(default)]
    pub formats: Vec<Attached>,
    /// When it is frozen, if absent.
    pub moment: Option<Moment>,
}

/// A recipient who was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: i64,
}

/// All of them.
pub fn list(desk: &Desk, actor: &Actor) -> Result<Vec<RecipientRow>> {
    if !oversees(actor) {
        return Err(Error::Forbidden);
    }
    desk.read(|conn| Ok(report_recipients::list(conn)?))
}

/// Whether somebody may add and remove recipients.
pub fn may_change(actor: &Actor) -> bool {
    actor.has(Role::Supervisor) || actor.has(Role::Admin)
}

/// Adds one.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    if !may_change(&caller.actor) {
        return Err(Error::Forbidden);
    }
    let mut fields = Fields::default();
    let email = fields.take("/email", Email::parse(&input.email));
    let called = input.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let called = called.map(|name| fields.take("/name", Name::parse(name)));
    let email = fields.finish(email)?;
    let called = called.flatten().map(|name| name.as_str().to_owned());
    let mut formats = if input.formats.is_empty() { vec![Attached::Pdf] } else { input.formats.clone() };
    formats.sort_by_key(|form| form.as_str());
    formats.dedup();
    desk.act(caller, |work| {
        let scope = match input.opd.as_deref().filter(|code| !code.is_empty()) {
            None => Scope::All,
            Some(code) => Scope::One(named(work.tx, code)?.ok_or_else(unknown_opd)?),
        };
        let whom = whom(desk, work, email.as_str(), scope)?;
        if report_recipients::is_there(work.tx, scope, email.as_str())? {
            return Err(Error::field("/email", "already_there", "sudah menerima laporan ini"));
        }
        if report_recipients::list(work.tx)?.len() >= MOST {
            return Err(Error::field("/email", "too_many", format!("paling banyak {MOST} penerima")));
        }
        let new = NewRecipient {
            scope,
            // People have their own, which may change.
            name: called.clone().filter(|_| matches!(whom, Whom::Address(_))).unwrap_or_default(),
            whom,
            forms: formats.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(" "),
            moment: input.moment.unwrap_or(Moment::Frozen).as_str(),
            added_by: caller.actor.id,
        };
        let id = report_recipients::insert(work.tx, &new, work.now)?;
        work.audit("report_recipient_added", Some(caller.actor.id), facts(id, &new.whom, scope))?;
        Ok(Added { id })
    })
}

fn unknown_opd() -> Error {
    Error::field("/opd", "unknown_opd", "OPD ini tidak ada")
}

fn facts(id: i64, whom: &Whom, scope: Scope) -> serde_json::Value {
    let person = match whom {
        Whom::Person(person) => Some(person.0),
        Whom::Address(_) => None,
    };
    let opd = match scope {
        Scope::All => None,
        Scope::One(opd) => Some(opd.0),
    };
    json!({"recipient": id, "person": person, "opd": opd})
}

/// Who has an address. A report goes to nobody who may not read it.
fn whom(desk: &Desk, work: &mut Work<'_, '_>, email: &str, scope: Scope) -> Result<Whom> {
    match people::by_email(work.tx, email)? {
        Some(row) => {
            let today = work.today();
            let person = crate::domain::ids::PersonId(row.id);
            let reads = match people::actor(work.tx, person, today)? {
                Some(actor) => may_read(work.tx, &actor, scope)?,
                None => false,
            };
            if !reads {
                let message = "orang ini tidak aktif atau tidak berwenang membaca laporan ini";
                return Err(Error::field("/email", "may_not_read", message));
            }
            Ok(Whom::Person(person))
        }
        None if desk.config.reports.may_go_to(email) => Ok(Whom::Address(email.to_owned())),
        None => {
            let domains = desk.config.reports.recipient_domains.join(", ");
            let message = match domains.as_str() {
                "" => "laporan hanya dikirim kepada orang yang terdaftar".to_owned(),
                domains => format!("laporan hanya dikirim ke alamat pada domain {domains}"),
            };
            Err(Error::field("/email", "outside_policy", message))
        }
    }
}

/// Whether somebody may read the reports of a scope.
pub fn may_read(conn: &mut Conn, actor: &Actor, of: Scope) -> Result<bool> {
    match of {
        Scope::All => Ok(oversees(actor)),
        Scope::One(opd) if oversees(actor) || opd == actor.opd => match scope(conn, actor, None) {
            Ok(_) => Ok(true),
            Err(Error::NotFound) => Ok(false),
            Err(error) => Err(error),
        },
        Scope::One(_) => Ok(false),
    }
}

/// Removes one. What was queued for them and has not left, leaves no more.
pub fn remove(desk: &Desk, caller: &Caller, id: i64) -> Result<()> {
    if !may_change(&caller.actor) {
        return Err(Error::Forbidden);
    }
    desk.act(caller, |work| {
        if !report_recipients::remove(work.tx, id, work.now)? {
            return Err(Error::NotFound);
        }
        work.audit("report_recipient_removed", Some(caller.actor.id), json!({"recipient": id}))
    })
}
