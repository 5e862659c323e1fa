//! Mail as it leaves: letters put into words and onto the wire, and the two ways they can go. Knows nothing of
//! the database; whoever sends keeps what is to be sent until it is.

mod folder;
pub mod inbound;
pub mod letters;
mod post;

use lettre::message::header::{ContentTransferEncoding, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MessageBuilder, MultiPart, SinglePart, header};
use lettre::{Address, Message};

use crate::config;
use crate::domain::mail::letter::Letter;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub letter: Letter,
    pub subject: String,
    /// Complete on its own.
    pub text: String,
    pub html: String,
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
    /// Nothing leaves at the moment, and nothing was tried with this one: there is no server, or it does not
    /// take mail from us.
    #[error("{0}")]
    Down(String),
}

/// A way for letters to leave.
pub trait Transport: Send + Sync {
    /// A connection, ready to send; says why there is none.
    fn connect(&self) -> Result<Box<dyn Connection>, String>;
}

/// A connection. After [`Failure::Down`] it is of no use any more.
pub trait Connection: Send {
    /// Sends one, and gives what the other side answered.
    fn send(&mut self, mail: &Mail) -> Result<String, Failure>;
}

/// The way that the configuration names; says what is wrong with it.
pub fn open(config: &config::Mail) -> Result<Box<dyn Transport>, String> {
    let sender = Sender::read(config)?;
    let url = config.url.reveal();
    match url.strip_prefix("file://") {
        Some(path) => Ok(Box::new(folder::Folder { path: path.into(), sender })),
        None => Ok(Box::new(post::Post::open(config, sender).map_err(|error| format!("mail.url: {error}"))?)),
    }
}

/// Who sends.
#[derive(Clone, Debug)]
struct Sender {
    from: Mailbox,
    /// Where the post brings back what it cannot deliver: where somebody reads it, if anybody does.
    returns: Address,
}

impl Sender {
    fn read(config: &config::Mail) -> Result<Self, String> {
        let from: Mailbox = config.from.parse().map_err(|error| format!("mail.from: {error}"))?;
        let returns = match config.reply_to.as_str() {
            "" => from.email.clone(),
            address => address.parse().map_err(|error| format!("mail.reply_to: {error}"))?,
        };
        Ok(Self { from, returns })
    }

    /// What the desk is called among mailing lists (RFC 2919): by its address, with a dot.
    fn list(&self) -> String {
        format!("<{}.{}>", self.from.email.user(), self.from.email.domain())
    }

    /// A letter as it stands on the wire (RFC 5322).
    fn message(&self, mail: &Mail) -> Result<Message, Failure> {
        let lasting = |error: &dyn std::fmt::Display| Failure::Lasting(error.to_string());
        let letter = &mail.letter;
        let to: Address = letter.email.parse().map_err(|error| lasting(&error))?;
        let envelope = lettre::address::Envelope::new(Some(self.returns.clone()), vec![to.clone()]);
        let mut builder: MessageBuilder = Message::builder()
            .envelope(envelope.map_err(|error| lasting(&error))?)
            .from(self.from.clone())
            .to(Mailbox::new(Some(in_line(&letter.name)).filter(|name| !name.is_empty()), to))
            .subject(in_line(&mail.subject))
            .date(letter.at.into())
            .message_id(Some(format!("<{}>", letter.message_id)));
        if let Some(last) = letter.references.last() {
            let references: Vec<String> = letter.references.iter().map(|id| format!("<{id}>")).collect();
            builder = builder.references(references.join(" ")).in_reply_to(format!("<{last}>"));
        }
        if let Some(reply_to) = &letter.reply_to {
            let address: Address = reply_to.parse().map_err(|error| lasting(&error))?;
            builder = builder.reply_to(Mailbox::new(self.from.name.clone(), address));
        }
        // Nobody's out-of-office note answers a program (RFC 3834); the second is how Exchange is told.
        let automatic = if letter.is_answer { "auto-replied" } else { "auto-generated" };
        for (name, value) in
            [("Auto-Submitted", automatic), ("X-Auto-Response-Suppress", "All"), ("List-Id", &self.list())]
        {
            let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| lasting(&error))?;
            builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let parts = MultiPart::alternative()
            .singlepart(part(header::ContentType::TEXT_PLAIN, &mail.text))
            .singlepart(part(header::ContentType::TEXT_HTML, &mail.html));
        if letter.files.is_empty() {
            return builder.multipart(parts).map_err(|error| lasting(&error));
        }
        let mut mixed = MultiPart::mixed().multipart(parts);
        for file in &letter.files {
            let kind = header::ContentType::parse(file.media_type).map_err(|error| lasting(&error))?;
            mixed = mixed.singlepart(Attachment::new(file.name.clone()).body(file.content.clone(), kind));
        }
        builder.multipart(mixed).map_err(|error| lasting(&error))
    }
}

/// A text without anything that ends a line: names and subjects have passed a check on their way in, but a header
/// is no place to rely on it. What looks like an encoded word (RFC 2047) is shown as it was written.
fn in_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.replace("=?", "= ?")
}

/// A part in lines of 76 characters that any server passes on unchanged (RFC 2045, 6.7).
fn part(kind: header::ContentType, text: &str) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    let body = Body::new_with_encoding(text.to_owned(), encoding);
    let body = body.unwrap_or_else(|text| Body::new(String::from_utf8_lossy(&text).into_owned()));
    SinglePart::builder().header(kind).body(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SecretUrl;

    fn config(url: &str, from: &str) -> config::Mail {
        config::Mail { url: SecretUrl::new(url), from: from.to_owned(), ..config::Mail::default() }
    }

    fn mail() -> Mail {
        Mail {
            letter: Letter {
                at: "2026-11-23T03:00:00Z".parse().unwrap(),
                message_id: "surat-1.412.57.0a1b@contoh.go.id".to_owned(),
                references: vec!["tiket.412.0.0a1b@contoh.go.id".to_owned(), "first@dinas.go.id".to_owned()],
                reply_to: Some("desk+412.57.0a1b@contoh.go.id".to_owned()),
                is_answer: false,
                name: "Budi \"B\" Santoso\r\nBcc: a@evil.example".to_owned(),
                email: "budi@contoh.go.id".to_owned(),
                words: crate::domain::mail::letter::Words::default(),
                files: Vec::new(),
            },
            subject: "[BTG-000412] Café mati\r\nBcc: x@evil.example".to_owned(),
            text: "Yth. Budi — tautan:\n.\nhttp://x/sandi-baru/abc\n".to_owned(),
            html: "<p>Yth. Budi</p>".to_owned(),
        }
    }

    #[test]
    fn what_the_configuration_names_is_checked_at_the_start() {
        assert!(open(&config::Mail::default()).is_ok());
        for url in [
            "smtp://user:pass@mail.contoh.go.id:587?tls=required",
            "smtps://user%40contoh.go.id:p%2Fss@mail.contoh.go.id",
            "smtp://localhost",
        ] {
            assert!(open(&config(url, "a@b.go.id")).is_ok(), "{url}");
        }
        for url in ["smtp://", "smtp://mail.contoh.go.id?tls=maybe", "smtp://mail.contoh.go.id:port"] {
            assert!(open(&config(url, "a@b.go.id")).is_err(), "{url}");
        }
        assert!(open(&config("file://x", "nobody")).is_err());
        let answers = config::Mail { reply_to: "a b@c".to_owned(), ..config("file://x", "a@b.go.id") };
        assert!(open(&answers).is_err());
        let authority = config::Mail { certificate: "/nonexistent.pem".to_owned(), ..config("smtps://x", "a@b.go.id") };
        assert!(open(&authority).is_err());
    }

    #[test]
    fn a_letter_is_a_file_and_no_line_of_it_is_a_header_of_somebody_else() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}/new", folder.path().display());
        let transport = open(&config(&url, "Service Desk <desk@contoh.go.id>")).unwrap();
        transport.connect().unwrap().send(&mail()).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("new")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        for expected in [
            "Message-ID: <surat-1.412.57.0a1b@contoh.go.id>",
            "Date: Mon, 23 Nov 2026 03:00:00 +0000",
            "References: <tiket.412.0.0a1b@contoh.go.id> <first@dinas.go.id>",
            "In-Reply-To: <first@dinas.go.id>",
            "desk+412.57.0a1b@contoh.go.id",
            "Auto-Submitted: auto-generated",
            "List-Id: <desk.contoh.go.id>",
            "Content-Type: multipart/alternative",
        ] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        assert!(text.lines().all(|line| line.len() <= 998), "{text}");
    }

    #[test]
    fn an_address_that_is_none_never_becomes_one() {
        let folder = tempfile::tempdir().unwrap();
        let transport = open(&config(&format!("file://{}", folder.path().display()), "a@b.go.id")).unwrap();
        for email in ["a b@c", "", "a@b.go.id\r\nRCPT TO:<x@evil.example>", "a@b>, <c@d"] {
            let mut mail = mail();
            mail.letter.email = email.to_owned();
            let sent = transport.connect().unwrap().send(&mail);
            assert!(matches!(sent, Err(Failure::Lasting(_))), "{email}: {sent:?}");
        }
    }
}
