//! A mail that came in, for whoever decides about it; and as it came, for whoever works on its ticket.

use super::super::work::load;
use super::super::{Desk, Error, Result};
use super::{list, require_postmaster};
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::mime;
use crate::store::inbound_mail::{self, InboundRow};

/// A mail with what it says, as long as it is kept and belongs to no ticket.
#[derive(Clone, Debug)]
pub struct Shown {
    pub row: InboundRow,
    /// The author's name as they wrote it.
    pub name: String,
    /// As plain text.
    pub text: Option<String>,
    /// Names of the files and their sizes in bytes.
    pub files: Vec<(String, usize)>,
    /// Whether it can be made a ticket, or put aside.
    pub undecided: bool,
}

/// Shows it.
pub fn run(desk: &Desk, actor: &Actor, id: i64) -> Result<Shown> {
    require_postmaster(actor)?;
    let mut row = desk.read(|conn| inbound_mail::by_id(conn, id)?.ok_or(Error::NotFound))?;
    let raw = row.raw_sha256.clone().filter(|_| row.ticket_id.is_none());
    let message = raw.map(|raw| desk.blobs.get(&raw)).transpose()?.map(|raw| mime::read(&raw, None));
    let undecided = row.outcome()?.is_undecided() && message.is_some();
    list::veil(&mut row);
    Ok(match message {
        None => Shown { row, name: String::new(), text: None, files: Vec::new(), undecided },
        Some(message) => Shown {
            row,
            name: message.from.map(|(_, name)| name).unwrap_or_default(),
            text: Some(message.text),
            files: message.files.into_iter().map(|file| (file.name, file.content.len())).collect(),
            undecided,
        },
    })
}

/// The mail as it came. If it belongs to a ticket, for those who read everything on it; else for those who
/// decide about mails.
pub fn original(desk: &Desk, actor: &Actor, id: i64) -> Result<Vec<u8>> {
    let raw = desk.read(|conn| {
        let row = inbound_mail::by_id(conn, id)?.ok_or(Error::NotFound)?;
        match row.ticket_id {
            Some(ticket) => load(conn, actor, TicketId(ticket), Action::ReadInternal).map(|_| ())?,
            None => require_postmaster(actor)?,
        }
        row.raw_sha256.ok_or(Error::NotFound)
    })?;
    Ok(desk.blobs.get(&raw)?)
}
