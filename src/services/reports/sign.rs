//! Signing a frozen report: whether it may be signed, and keeping what was signed. The paper is written and
//! signed in between, outside of any transaction; what is kept then is a whole paper or nothing.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::read::{self, Report};
use super::schedule::{self, Moment};
use super::{period, scope};
use crate::config::Secret;
use crate::domain::people::{Actor, Role};
use crate::domain::signing::Problem;
use crate::domain::{Instant, Refusal};
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::report_signatures::{self, NewSignature, SignatureRow};
use crate::store::{self, reports};

/// The most letters of a passphrase.
const PASSPHRASE: usize = 200;

/// How a report is signed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignReport)]
pub struct Input {
    /// The number of the letter; without it the place stays blank.
    #[schema(max_length = 60)]
    pub number: Option<String>,
    /// Of the signer; where it is not configured. It is used once and kept nowhere.
    #[schema(value_type = Option<String>, max_length = 200)]
    pub passphrase: Option<Secret>,
}

/// A report that may be signed.
#[derive(Clone, Debug)]
pub struct Ready {
    pub report: Report,
    id: i64,
    /// How many addenda the paper has.
    addenda: i64,
}

/// What was signed.
#[derive(Clone, Debug)]
pub struct Made {
    /// Of the signed file, which is among the attachment files already.
    pub sha256: String,
    pub size: i64,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub valid_until: Instant,
}

/// A signature that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub id: i64,
}

/// Who has it signed: somebody who is signed in, or whoever has the command line.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    Caller(&'a Caller),
    CommandLine,
}

impl By<'_> {
    fn actor(&self) -> Option<&Actor> {
        match self {
            Self::Caller(caller) => Some(&caller.actor),
            Self::CommandLine => None,
        }
    }
}

/// Looks whether a report may be signed: it is frozen, and this paper of it is not signed.
pub fn prepare(desk: &Desk, by: By<'_>, of: &str, opd: Option<&str>, input: &Input) -> Result<Ready> {
    let ready = desk.store.snapshot(|conn| {
        let scope = match by.actor() {
            Some(actor) => {
                let scope = scope(conn, actor, opd)?;
                require_signer(actor)?;
                scope
            }
            None => read::unchecked_scope(conn, opd)?,
        };
        let period = period(desk, conn, of)?;
        let report = read::frozen(conn, period, scope)?.ok_or(Refusal::NotFrozen)?;
        let id = report.frozen.as_ref().map(|row| row.id).ok_or(Refusal::NotFrozen)?;
        if report.signature.is_some() {
            return Err(Refusal::AlreadySigned.into());
        }
        let addenda = i64::try_from(report.addenda.len()).unwrap_or(i64::MAX);
        Ok::<_, Error>(Ready { report, id, addenda })
    })?;
    let signing = &desk.config.signing;
    if !signing.is_on() {
        return Err(Problem::Off.into());
    }
    let given = input.passphrase.as_ref().map_or("", Secret::reveal);
    if given.is_empty() && signing.asks_passphrase() {
        return Err(Error::field("/passphrase", "required", "isi passphrase penanda tangan"));
    }
    if given.chars().count() > PASSPHRASE {
        return Err(Error::field("/passphrase", "too_long", format!("paling banyak {PASSPHRASE} huruf")));
    }
    Ok(ready)
}

/// Supervision and administration, on behalf of the signatory whom the letterhead names.
fn require_signer(actor: &Actor) -> Result<()> {
    if may_sign(actor) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether somebody may have reports signed.
pub fn may_sign(actor: &Actor) -> bool {
    actor.has(Role::Supervisor) || actor.has(Role::Admin)
}

/// What a request came to that is only repeated; nothing if it is new.
pub fn known(desk: &Desk, by: By<'_>) -> Result<Option<Kept>> {
    match by {
        By::Caller(caller) if desk.was_done(caller)? => desk.act(caller, |_| Err(Error::Conflict)).map(Some),
        By::Caller(_) | By::CommandLine => Ok(None),
    }
}

/// Keeps a signed paper, and queues it for whoever gets signed reports.
pub fn keep(desk: &Desk, by: By<'_>, ready: &Ready, made: &Made) -> Result<Kept> {
    let signed_by = by.actor().map(|actor| actor.id);
    let keep = |work: &mut Work<'_, '_>| {
        // Somebody may have been faster, with the same paper.
        if report_signatures::list(work.tx, ready.id)?.iter().any(|row| row.addenda == ready.addenda) {
            return Err(Refusal::AlreadySigned.into());
        }
        let new = NewSignature {
            report: ready.id,
            addenda: ready.addenda,
            sha256: made.sha256.clone(),
            size: made.size,
            subject: made.subject.clone(),
            issuer: made.issuer.clone(),
            serial: made.serial.clone(),
            valid_until: made.valid_until,
            signed_by,
        };
        let id = report_signatures::insert(work.tx, &new, work.now)?;
        let facts = json!({
            "report": ready.id,
            "period": ready.report.period.to_string(),
            "signature": id,
            "sha256": made.sha256,
            "serial": made.serial,
        });
        work.audit("report_signed", signed_by, facts)?;
        schedule::queue(work, ready.report.period, ready.id, ready.report.scope, Moment::Signed, id)?;
        Ok(Kept { id })
    };
    match by {
        By::Caller(caller) => desk.act(caller, keep),
        By::CommandLine => desk.housekeep(|work| keep(work)),
    }
}

/// The signed papers of a report, the first one first; none while it is provisional.
pub fn list(desk: &Desk, actor: &Actor, of: &str, opd: Option<&str>) -> Result<Vec<SignatureRow>> {
    desk.read(|conn| {
        let scope = scope(conn, actor, opd)?;
        let period = period(desk, conn, of)?;
        match reports::of(conn, &period.to_string(), scope)? {
            Some(report) => Ok(report_signatures::list(conn, report.id)?),
            None => Ok(Vec::new()),
        }
    })
}

/// The signed papers of a report that whoever asks reads.
pub fn of_report(desk: &Desk, report: i64) -> Result<Vec<SignatureRow>> {
    desk.read(|conn| Ok(report_signatures::list(conn, report)?))
}

/// The bytes of one signed paper.
pub fn paper(desk: &Desk, actor: &Actor, of: &str, opd: Option<&str>, id: i64) -> Result<Vec<u8>> {
    let row = list(desk, actor, of, opd)?.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    bytes(desk, &row)
}

/// The bytes of one of the signed papers of a report.
pub fn bytes_of(desk: &Desk, report: &Report, id: i64) -> Result<Vec<u8>> {
    let of = report.frozen.as_ref().map_or(0, |row| row.id);
    let rows = of_report(desk, of)?;
    bytes(desk, rows.iter().find(|row| row.id == id).ok_or(Error::NotFound)?)
}

/// The bytes of a signed paper. Whatever is wrong with its file is a defect of this paper, and no reason for all other
/// mail to wait until the database is back.
pub fn bytes(desk: &Desk, row: &SignatureRow) -> Result<Vec<u8>> {
    desk.blobs.get(&row.sha256).map_err(|error| {
        let why = match error {
            store::Error::NotFound => "its file is gone".to_owned(),
            store::Error::Unavailable(why) => why,
            other => other.to_string(),
        };
        Error::Internal(format!("signed paper {}: {why}", row.id))
    })
}
