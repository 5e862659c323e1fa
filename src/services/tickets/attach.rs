//! Attaches files and gives them back.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::work::{Details, load};
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::attachment::{MOST_PER_TICKET, check};
use crate::domain::event::EventKind;
use crate::domain::ids::{AttachmentId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::{Refusal, chain};
use crate::store::attachments::{self, AttachmentRow, NewAttachment};

/// A file as it comes in.
#[derive(Clone, Debug)]
pub struct Input {
    pub name: String,
    pub content: Vec<u8>,
    /// Only for those who work on the ticket; ignored from a requester, whose files are always public.
    pub internal: bool,
}

/// The file that was attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    pub id: AttachmentId,
}

/// A checked file whose bytes are stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    name: String,
    media_type: &'static str,
    size: i64,
    sha256: String,
    internal: bool,
}

/// Attaches a file. Its kind is told by its content; size and quota are the configuration's.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Attached> {
    require(desk, &caller.actor, id)?;
    let file = store(desk, input)?;
    desk.act(caller, |work| Ok(Attached { id: apply(work, &caller.actor, id, &file)? }))
}

/// Refuses whoever may not attach to this ticket or has used up their quota: asked before anything is
/// read or stored, so that nobody fills memory or disk with what will be refused.
pub fn require(desk: &Desk, actor: &Actor, id: TicketId) -> Result<()> {
    desk.read(|conn| {
        let loaded = load(conn, actor, id, Action::Attach)?;
        if loaded.ticket.status.is_final() {
            return Err(Refusal::Final.into());
        }
        let used = attachments::bytes_of(conn, actor.id)?;
        if u64::try_from(used).unwrap_or(u64::MAX) >= desk.config.attachments.quota_bytes {
            return Err(Refusal::QuotaExceeded.into());
        }
        Ok(())
    })
}

/// Checks a file and stores its bytes, before the transaction that tells of them.
pub(crate) fn store(desk: &Desk, input: &Input) -> Result<StoredFile> {
    let most = u64::from(desk.config.attachments.most_bytes);
    let size = i64::try_from(input.content.len()).map_err(|_| Error::TooLarge(most))?;
    if size.unsigned_abs() > most {
        return Err(Error::TooLarge(most));
    }
    let sniffed = infer::get(&input.content).map(|kind| kind.mime_type());
    let media_type = check(&input.name, sniffed, &input.content).map_err(Error::File)?;
    let sha256 = desk.blobs.put(&input.content)?;
    Ok(StoredFile { name: input.name.clone(), media_type, size, sha256, internal: input.internal })
}

/// Attaches a stored file, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, file: &StoredFile) -> Result<AttachmentId> {
    let loaded = work.load(actor, id, Action::Attach)?;
    if loaded.ticket.status.is_final() {
        return Err(Refusal::Final.into());
    }
    if attachments::of_ticket(work.tx, id, true)?.len() >= MOST_PER_TICKET {
        return Err(Refusal::TooManyAttachments.into());
    }
    let used = attachments::bytes_of(work.tx, actor.id)?;
    if u64::try_from(used + file.size).unwrap_or(u64::MAX) > work.desk.config.attachments.quota_bytes {
        return Err(Refusal::QuotaExceeded.into());
    }
    let public = !file.internal || !loaded.may(Action::ReadInternal);
    let new = NewAttachment {
        ticket: id,
        uploader: actor.id,
        name: &file.name,
        media_type: file.media_type,
        size: file.size,
        sha256: &file.sha256,
        public,
        at: work.now,
    };
    let attachment = attachments::insert(work.tx, new)?;
    // The name may be personal: the history has only its digest.
    let name = chain::sha256_hex(file.name.as_bytes());
    let facts = json!({"id": attachment, "size": file.size, "sha256": file.sha256, "name": name, "public": public});
    let mut after = loaded.ticket.clone();
    let details = Details::none().with("attachment", facts);
    work.record(EventKind::Attached, Some(actor.id), &loaded.ticket, &mut after, details)?;
    Ok(attachment)
}

/// The files of a ticket that the actor may read.
pub fn list(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<AttachmentRow>> {
    desk.read(|conn| {
        let loaded = load(conn, actor, id, Action::Read)?;
        Ok(attachments::of_ticket(conn, id, loaded.may(Action::ReadInternal))?)
    })
}

/// A file with its content.
pub fn download(desk: &Desk, actor: &Actor, id: TicketId, file: AttachmentId) -> Result<(AttachmentRow, Vec<u8>)> {
    let row = desk.read(|conn| {
        let loaded = load(conn, actor, id, Action::Read)?;
        attachments::by_id(conn, id, file)?
            .filter(|row| row.public || loaded.may(Action::ReadInternal))
            .ok_or(Error::NotFound)
    })?;
    let content = desk.blobs.get(&row.sha256).map_err(|error| match error {
        crate::store::Error::NotFound => Error::Internal(format!("the file of attachment {} is gone", row.id)),
        other => other.into(),
    })?;
    Ok((row, content))
}
