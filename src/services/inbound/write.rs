//! What a mail writes: a reply with its files, or a ticket with its files. What is not taken of it is told in
//! the text.

use super::super::tickets::attach::{self, StoredFile};
use super::super::tickets::{open, reply};
use super::super::{Desk, Error, Result, Work};
use crate::domain::attachment::FileProblem;
use crate::domain::ids::TicketId;
use crate::domain::mail::incoming::Incoming;
use crate::domain::mail::{quote, subject};
use crate::domain::people::Actor;
use crate::domain::priority::Level;
use crate::domain::text::{Body, Subject};
use crate::domain::ticket::{Channel, Classification, TicketType};

/// A message whose files are stored.
pub struct Prepared<'a> {
    pub message: &'a Incoming,
    files: Vec<StoredFile>,
    /// Name and why.
    refused: Vec<(String, String)>,
}

/// Stores the files that can be taken, before the transaction that tells of them.
pub fn prepare<'a>(desk: &Desk, message: &'a Incoming) -> Result<Prepared<'a>> {
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    for file in &message.files {
        let input = attach::Input { name: file.name.clone(), content: file.content.clone(), internal: false };
        match attach::store(desk, &input) {
            Ok(stored) => files.push(stored),
            Err(Error::File(problem)) => refused.push((file.name.clone(), short(problem).to_owned())),
            Err(Error::TooLarge(most)) => {
                refused.push((file.name.clone(), format!("lebih besar dari {} MB", most / 1_048_576)));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Prepared { message, files, refused })
}

/// A message of which nothing is stored: nothing will be written.
pub fn unprepared(message: &Incoming) -> Prepared<'_> {
    Prepared { message, files: Vec::new(), refused: Vec::new() }
}

fn short(problem: FileProblem) -> &'static str {
    match problem {
        FileProblem::Name => "nama tidak sah",
        FileProblem::Kind => "jenis berkas tidak diterima",
        FileProblem::Mismatch => "isi tidak sesuai dengan akhirannya",
        FileProblem::Empty => "kosong",
    }
}

/// Writes the message on a ticket.
pub fn as_reply(work: &mut Work<'_, '_>, actor: &Actor, id: TicketId, mail: &Prepared<'_>) -> Result<()> {
    let (admitted, full) = attach::admit(work, actor, Some(id), &mail.files)?;
    let text = match subject::is_forward(&mail.message.subject) {
        true => quote::whole_text(&mail.message.text),
        false => quote::new_text(&mail.message.text),
    };
    let body = body(&text, mail, &full)?;
    for file in admitted {
        attach::apply(work, actor, id, file)?;
    }
    reply::apply(work, actor, id, &body)?;
    Ok(())
}

/// Makes a ticket of the message, for a requester; `by` is who does so.
pub fn as_ticket(
    work: &mut Work<'_, '_>,
    by: &Actor,
    requester: &Actor,
    kind: TicketType,
    follows: Option<TicketId>,
    mail: &Prepared<'_>,
) -> Result<TicketId> {
    let (admitted, full) = attach::admit(work, requester, None, &mail.files)?;
    let opening = open::Opening {
        kind,
        subject: title(&subject::clean(&mail.message.subject, &work.desk.prefix))?,
        description: body(&quote::whole_text(&mail.message.text), mail, &full)?,
        impact: Level::Medium,
        urgency: Level::Medium,
        channel: Channel::Email,
        classification: Classification::Open,
        security: false,
        personal_data: false,
        requester: requester.id,
        desk: None,
        category: None,
        tags: Vec::new(),
        follows,
    };
    let id = open::apply(work, by, &opening)?;
    for file in admitted {
        attach::apply(work, requester, id, file)?;
    }
    Ok(id)
}

fn title(subject: &str) -> Result<Subject> {
    let cut: String = clean(subject).chars().take(Subject::MAX).collect();
    let words = if cut.trim().is_empty() { "(tanpa perihal)" } else { &cut };
    Subject::parse(words).map_err(|problem| Error::Internal(format!("subject: {}", problem.code)))
}

/// The text, and below it what was not taken.
fn body(text: &str, mail: &Prepared<'_>, full: &[&StoredFile]) -> Result<Body> {
    let mut notes = String::new();
    if let Some(size) = mail.message.cut_at {
        let size = size.div_ceil(1_048_576);
        notes += &format!("\n[Surat ini terlalu besar ({size} MB): hanya awalnya yang dibaca, tanpa lampiran.]");
    }
    let room = "melebihi batas lampiran".to_owned();
    let refused = mail.refused.iter().map(|(name, why)| (name.as_str(), why));
    for (name, why) in refused.chain(full.iter().map(|file| (file.name(), &room))).take(MOST_NAMED) {
        notes += &format!("\n[Lampiran tidak diterima: {name} ({why})]");
    }
    let left = (mail.refused.len() + full.len()).saturating_sub(MOST_NAMED);
    if left > 0 {
        notes += &format!("\n[… dan {left} lampiran lain]");
    }
    let mut text = clean(text);
    if text.trim().is_empty() {
        text = "(surat tanpa isi)".to_owned();
    }
    let room = Body::MAX.saturating_sub(notes.chars().count() + CUT.chars().count() + 1);
    if text.chars().count() > room {
        text = text.chars().take(room).collect();
        text.push_str(CUT);
    }
    if !notes.is_empty() {
        text = format!("{}\n{notes}", text.trim_end());
    }
    Body::parse(&text).map_err(|problem| Error::Internal(format!("text: {}", problem.code)))
}

/// How many files that were not taken are named.
const MOST_NAMED: usize = 20;

/// Stands where a text is longer than a ticket takes.
const CUT: &str = "\n[… teks selanjutnya terlalu panjang]";

/// Without what no text of a ticket may have.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
