//! Mails that come in: each becomes a reply, a ticket, or something that somebody can look at; none is lost,
//! and none counts twice. `docs/mail-inbound.md` has the rules.

pub mod bounces;
pub mod boxes;
pub mod keep;
pub mod list;
mod place;
pub mod show;
pub mod take;
pub mod triage;
mod write;

use super::{Desk, Error, Result};
use crate::domain::people::{Actor, Role};

/// The addresses that notices come from and that answers go to.
fn our_addresses(desk: &Desk) -> Vec<String> {
    let mail = &desk.config.mail;
    let bare = |text: &str| {
        let inside = text.rsplit_once('<').map_or(text, |(_, rest)| rest.trim_end_matches(['>', ' ']));
        inside.trim().to_lowercase()
    };
    [&mail.from, &mail.reply_to].into_iter().filter(|text| !text.is_empty()).map(|text| bare(text)).collect()
}

/// Whether somebody decides about mails that wait: admins and supervisors.
pub fn is_postmaster(actor: &Actor) -> bool {
    actor.has(Role::Admin) || actor.has(Role::Supervisor)
}

/// Refuses everybody else.
fn require_postmaster(actor: &Actor) -> Result<()> {
    if is_postmaster(actor) { Ok(()) } else { Err(Error::Forbidden) }
}
