//! Files that prove that a recommendation is followed. For them holds what holds for files on tickets: their kind
//! is told by their content, and size and quota are the configuration's.

use serde_json::json;

use super::{Added, Told, load, record};
use crate::domain::Refusal;
use crate::domain::chain::{canonical, sha256_hex};
use crate::domain::evaluation::{Happening, MOST_EVIDENCE, Right};
use crate::domain::ids::{EvidenceId, RecommendationId};
use crate::domain::people::Actor;
use crate::services::tickets::attach::{self as files, Input, StoredFile};
use crate::services::{Caller, Desk, Error, Result, Work};
use crate::store::Conn;
use crate::store::recommendations::{self, Change, EvidenceRow, NewEvidence};

/// Adds a file.
pub fn run(desk: &Desk, caller: &Caller, id: RecommendationId, input: &Input) -> Result<Added> {
    if !desk.was_done(caller)? {
        // Before it is stored, so that nobody fills the disk with what will be refused.
        desk.read(|conn| require(desk, conn, &caller.actor, id, input.content.len()))?;
    }
    let file = files::store(desk, input)?;
    desk.act(caller, |work| apply(work, &caller.actor, id, &file))
}

/// Refuses whoever may not add files: asked before megabytes are read.
pub fn may_attach(desk: &Desk, actor: &Actor, id: RecommendationId) -> Result<()> {
    desk.read(|conn| load(conn, actor, id, Right::Prove).map(drop))
}

fn require(desk: &Desk, conn: &mut Conn, actor: &Actor, id: RecommendationId, size: usize) -> Result<()> {
    let row = load(conn, actor, id, Right::Prove)?.row;
    if row.status()?.is_final() {
        return Err(Refusal::RecommendationEnded.into());
    }
    if recommendations::evidence_of(conn, &[id.0])?.len() >= MOST_EVIDENCE {
        return Err(Refusal::TooMuchEvidence.into());
    }
    if !files::has_room(desk, conn, actor, size)? {
        return Err(Refusal::QuotaExceeded.into());
    }
    Ok(())
}

/// Adds a stored file, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: RecommendationId, file: &StoredFile) -> Result<Added> {
    require(work.desk, work.tx, actor, id, usize::try_from(file.size()).unwrap_or(usize::MAX))?;
    let row = load(work.tx, actor, id, Right::Prove)?.row;
    work.require_version(row.version)?;
    let new = NewEvidence {
        of: id,
        uploader: actor.id,
        name: file.name(),
        media_type: file.media_type(),
        size: file.size(),
        sha256: file.sha256(),
        at: work.now,
    };
    let evidence = recommendations::add_evidence(work.tx, &new)?;
    // The name may be personal: the history has only its digest.
    let name = sha256_hex(file.name().as_bytes());
    let facts = json!({"evidence": evidence, "size": file.size(), "sha256": file.sha256(), "name": name});
    let facts = canonical(&facts);
    let (kind, by) = (Happening::EvidenceAdded, Some(actor.id));
    record(work, &row, &Change::none(&row)?, Told { kind, by, note: None, facts: Some(&facts) })?;
    Ok(Added { id: evidence.0 })
}

/// The files of a recommendation.
pub fn list(desk: &Desk, actor: &Actor, id: RecommendationId) -> Result<Vec<EvidenceRow>> {
    desk.read(|conn| {
        load(conn, actor, id, Right::See)?;
        Ok(recommendations::evidence_of(conn, &[id.0])?)
    })
}

/// A file with its content.
pub fn download(desk: &Desk, actor: &Actor, id: RecommendationId, file: EvidenceId) -> Result<(EvidenceRow, Vec<u8>)> {
    let row = desk.read(|conn| {
        load(conn, actor, id, Right::See)?;
        recommendations::evidence(conn, id, file)?.ok_or(Error::NotFound)
    })?;
    let content = content(desk, &row)?;
    Ok((row, content))
}

/// What a file has in it.
pub fn content(desk: &Desk, row: &EvidenceRow) -> Result<Vec<u8>> {
    desk.blobs.get(&row.sha256).map_err(|error| match error {
        crate::store::Error::NotFound => gone(row),
        other => other.into(),
    })
}

/// Refuses files of which one is gone.
pub fn require_all<'a>(desk: &Desk, mut rows: impl Iterator<Item = &'a EvidenceRow>) -> Result<()> {
    rows.find(|row| !desk.blobs.has(&row.sha256)).map_or(Ok(()), |row| Err(gone(row)))
}

fn gone(row: &EvidenceRow) -> Error {
    Error::Internal(format!("the file of evidence {} is gone", row.id))
}
