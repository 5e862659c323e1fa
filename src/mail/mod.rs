//! Mail as it leaves: a letter, and the two ways it can go. Knows nothing of tickets, accounts or the
//! database; whoever sends keeps what is to be sent until it is.

mod folder;
pub mod letters;
mod post;

use lettre::message::{Mailbox, MessageBuilder};
use lettre::{Address, Message};

use crate::config::Mail;
use crate::domain::Instant;

/// A letter to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Distinguishes it from every other, also after a restart.
    pub key: String,
    pub at: Instant,
    pub name: String,
    pub email: String,
    pub subject: String,
    /// Complete on its own.
    pub text: String,
}

/// Why a letter did not leave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may leave when it is tried again.
    #[error("{0}")]
    Passing(String),
    /// It never will as it is.
    #[error("{0}")]
    Lasting(String),
}

/// A way for letters to leave.
pub trait Transport: Send + Sync {
    /// Sends one, and gives what the other side answered.
    fn send(&self, letter: &Letter) -> Result<String, Failure>;
}

/// The way that the configuration names; says what is wrong with it.
pub fn open(config: &Mail) -> Result<Box<dyn Transport>, String> {
    let from: Mailbox = config.from.parse().map_err(|error| format!("mail.from: {error}"))?;
    let url = config.url.reveal();
    match url.strip_prefix("file://") {
        Some(path) => Ok(Box::new(folder::Folder { path: path.into(), from })),
        None => Ok(Box::new(post::Post::open(url, from).map_err(|error| format!("mail.url: {error}"))?)),
    }
}

/// The letter as it stands on the wire (RFC 5322).
fn message(letter: &Letter, from: &Mailbox) -> Result<Message, Failure> {
    let lasting = |error: &dyn std::fmt::Display| Failure::Lasting(error.to_string());
    let address: Address = letter.email.parse().map_err(|error| lasting(&error))?;
    let builder: MessageBuilder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(Some(letter.name.clone()), address))
        .subject(letter.subject.clone())
        .date(letter.at.into())
        .message_id(Some(format!("<{}@{}>", letter.key, from.email.domain())))
        // Nobody's out-of-office note answers a program (RFC 3834).
        .raw_header(lettre::message::header::HeaderValue::new(
            lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    builder.singlepart(lettre::message::SinglePart::plain(letter.text.clone())).map_err(|error| lasting(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretUrl;

    fn config(url: &str, from: &str) -> Mail {
        Mail { url: SecretUrl::new(url), from: from.to_owned(), ..Mail::default() }
    }

    fn letter() -> Letter {
        Letter {
            key: "reset-1-1".to_owned(),
            at: "2026-11-23T03:00:00Z".parse().unwrap(),
            name: "Budi \"B\" Santoso".to_owned(),
            email: "budi@contoh.go.id".to_owned(),
            subject: "Kata sandi baru\r\nBcc: x@evil.example".to_owned(),
            text: "Yth. Budi — tautan:\nhttp://x/sandi-baru/abc\n".to_owned(),
        }
    }

    #[test]
    fn what_the_configuration_names_is_checked_at_the_start() {
        assert!(open(&Mail::default()).is_ok());
        assert!(open(&config("smtp://user:pass@mail.contoh.go.id:587?tls=required", "a@b.go.id")).is_ok());
        assert!(open(&config("file://x", "nobody")).is_err());
        assert!(open(&config("smtp://", "a@b.go.id")).is_err());
    }

    #[test]
    fn a_letter_is_a_file_and_no_line_of_it_is_a_header_of_somebody_else() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}/new", folder.path().display());
        let transport = open(&config(&url, "Service Desk <desk@contoh.go.id>")).unwrap();
        transport.send(&letter()).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("new")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains("Message-ID: <reset-1-1@contoh.go.id>"), "{text}");
        assert!(text.contains("Date: Mon, 23 Nov 2026 03:00:00 +0000"), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
    }

    #[test]
    fn an_address_that_is_none_never_becomes_one() {
        let folder = tempfile::tempdir().unwrap();
        let transport = open(&config(&format!("file://{}", folder.path().display()), "a@b.go.id")).unwrap();
        let sent = transport.send(&Letter { email: "a b@c".to_owned(), ..letter() });
        assert!(matches!(sent, Err(Failure::Lasting(_))), "{sent:?}");
    }
}
