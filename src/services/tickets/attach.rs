//! Attaches files and gives them back.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::fields::Fields;
use super::super::work::{Details, load};
use super::super::{Caller, Desk, Error, Result, Work};
use crate::domain::attachment::{MOST_PER_TICKET, check};
use crate::domain::event::EventKind;
use crate::domain::ids::{AttachmentId, TicketId};
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::ticket::Ticket;
use crate::domain::{Refusal, chain};
use crate::store::Conn;
use crate::store::attachments::{self, AttachmentRow, NewAttachment};

/// A file as it comes in: a form whose part `file` carries the name.
#[derive(Clone, Debug, utoipa::ToSchema)]
#[schema(as = AttachmentForm)]
pub struct Input {
    #[schema(ignore)]
    pub name: String,
    /// The file, with its name.
    #[schema(rename = "file", value_type = String, format = Binary)]
    pub content: Vec<u8>,
    /// Only for those who work on the ticket; ignored from a requester, whose files are always public.
    #[schema(required = false)]
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

impl StoredFile {
    /// As it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With which media type it is served.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// In bytes.
    pub fn size(&self) -> i64 {
        self.size
    }

    /// Of its content.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// Attaches a file. Its kind is told by its content; size and quota are the configuration's.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Attached> {
    if !desk.was_done(caller)? {
        require(desk, &caller.actor, id, input.content.len())?;
    }
    let file = store(desk, input)?;
    desk.act(caller, |work| Ok(Attached { id: apply(work, &caller.actor, id, &file)? }))
}

/// Refuses whoever may not attach to this ticket: asked before megabytes are read.
pub fn may_attach(desk: &Desk, actor: &Actor, id: TicketId) -> Result<()> {
    desk.read(|conn| load(conn, actor, id, Action::Attach).map(|_| ()))
}

/// Refuses a file of `size` bytes that would not be accepted for its size: asked before it is stored, so
/// that nobody fills the disk with what will be refused, and again inside the transaction.
pub(super) fn require(desk: &Desk, actor: &Actor, id: TicketId, size: usize) -> Result<()> {
    desk.read(|conn| {
        let loaded = load(conn, actor, id, Action::Attach)?;
        require_room(desk, conn, actor, &loaded.ticket, size)
    })
}

fn require_room(desk: &Desk, conn: &mut Conn, actor: &Actor, ticket: &Ticket, size: usize) -> Result<()> {
    if ticket.status.is_final() {
        return Err(Refusal::Final.into());
    }
    if attachments::of_ticket(conn, ticket.id, true)?.len() >= MOST_PER_TICKET {
        return Err(Refusal::TooManyAttachments.into());
    }
    if !has_room(desk, conn, actor, size)? {
        return Err(Refusal::QuotaExceeded.into());
    }
    Ok(())
}

/// Checks files that are to be attached to a ticket that there is not yet, so that it is not opened without
/// them. Says at `/files` which is refused.
pub fn check_all(desk: &Desk, actor: &Actor, files: &[Input]) -> Result<()> {
    let mut fields = Fields::default();
    for file in files {
        let (code, message) = match inspect(desk, file) {
            Ok(_) => continue,
            Err(Error::File(problem)) => (problem.code(), problem.message().to_owned()),
            Err(Error::TooLarge(most)) => ("too_large", format!("Lebih besar dari {} MB.", most / 1_048_576)),
            Err(other) => return Err(other),
        };
        fields.wrong("/files", code, format!("{}: {message}", file.name));
    }
    let size: usize = files.iter().map(|file| file.content.len()).sum();
    if !files.is_empty() && !desk.read(|conn| has_room(desk, conn, actor, size))? {
        fields.wrong("/files", Refusal::QuotaExceeded.code(), Refusal::QuotaExceeded.to_string());
    }
    fields.finish(Some(()))
}

/// Whether so many bytes more fit into what the actor may upload.
pub(crate) fn has_room(desk: &Desk, conn: &mut Conn, actor: &Actor, size: usize) -> Result<bool> {
    let used = u64::try_from(attachments::bytes_of(conn, actor.id)?).unwrap_or(u64::MAX);
    Ok(used.saturating_add(size as u64) <= desk.config.attachments.quota_bytes)
}

/// What a file is: its media type and its size.
fn inspect(desk: &Desk, input: &Input) -> Result<(&'static str, i64)> {
    let most = u64::from(desk.config.attachments.most_bytes);
    let size = i64::try_from(input.content.len()).map_err(|_| Error::TooLarge(most))?;
    if size.unsigned_abs() > most {
        return Err(Error::TooLarge(most));
    }
    let plain_text = !input.content.contains(&0) && std::str::from_utf8(&input.content).is_ok();
    // Two letters at its beginning do not make a text a picture or a program.
    let by_two_letters = ["image/bmp", "application/vnd.microsoft.portable-executable"];
    let sniffed = infer::get(&input.content).map(|kind| kind.mime_type());
    let sniffed = sniffed.filter(|kind| !(plain_text && by_two_letters.contains(kind)));
    let media_type = check(&input.name, sniffed, &input.content).map_err(Error::File)?;
    Ok((media_type, size))
}

/// Of stored files those that there is room for, in order, and those that there is not.
pub(crate) fn admit<'a>(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    ticket: Option<TicketId>,
    files: &'a [StoredFile],
) -> Result<(Vec<&'a StoredFile>, Vec<&'a StoredFile>)> {
    if files.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let present = ticket.map(|id| attachments::of_ticket(work.tx, id, true)).transpose()?.unwrap_or_default().len();
    let (mut admitted, mut full, mut size) = (Vec::new(), Vec::new(), 0);
    for file in files {
        let with = size + usize::try_from(file.size).unwrap_or(usize::MAX);
        if present + admitted.len() < MOST_PER_TICKET && has_room(work.desk, work.tx, actor, with)? {
            admitted.push(file);
            size = with;
        } else {
            full.push(file);
        }
    }
    Ok((admitted, full))
}

/// Checks a file and stores its bytes, before the transaction that tells of them.
pub(crate) fn store(desk: &Desk, input: &Input) -> Result<StoredFile> {
    let (media_type, size) = inspect(desk, input)?;
    let sha256 = desk.blobs.put(&input.content)?;
    Ok(StoredFile { name: input.name.clone(), media_type, size, sha256, internal: input.internal })
}

/// Attaches a stored file, inside a transaction.
pub(crate) fn apply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, file: &StoredFile) -> Result<AttachmentId> {
    let loaded = work.load(actor, id, Action::Attach)?;
    let size = usize::try_from(file.size).unwrap_or(usize::MAX);
    require_room(work.desk, work.tx, actor, &loaded.ticket, size)?;
    // A requester's files are public; whoever does not write to the requester attaches internally.
    let public = !loaded.may(Action::ReadInternal) || (!file.internal && loaded.may(Action::Reply));
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
