//! Mails that were written as files, because there is no mail server: for trying things out. Whoever keeps a trial
//! reads them here. With a mail server there is nothing to read, since being admin opens no ticket; and a link
//! to a new password is never shown, since whoever has it becomes somebody else.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Desk, Error, Result};
use super::require_admin;
use crate::domain::Instant;
use crate::domain::people::Actor;
use crate::mime;

/// The most files that are listed.
pub const MOST: usize = 50;

/// The most of a file that is read, in bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// What a link to a new password has before its secret.
const SECRET_LINK: &str = "/sandi-baru/";

/// What stands in place of the secret.
const HIDDEN: &str = "(rahasia, tidak ditampilkan)";

/// A mail that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Of its file.
    pub name: String,
    pub at: Option<Instant>,
    pub from: String,
    pub to: String,
    pub subject: String,
    /// Its text part.
    pub text: String,
}

/// The folder that mails are written to; nothing if they go to a server.
pub fn folder(desk: &Desk) -> Option<PathBuf> {
    desk.config.mail.url.reveal().strip_prefix("file://").map(PathBuf::from)
}

/// The mails that were written last, the newest first, with how many there are.
pub fn list(desk: &Desk, actor: &Actor) -> Result<(Vec<Written>, usize)> {
    require_admin(actor)?;
    let folder = folder(desk).ok_or(Error::NotFound)?;
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        // The first mail makes it.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        Err(error) => return Err(unreadable(&folder, &error)),
    };
    let named = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok().filter(|name| is_name(name))?;
        Some((entry.metadata().and_then(|facts| facts.modified()).ok()?, name))
    };
    let mut files: Vec<_> = entries.filter_map(|entry| named(entry.ok()?)).collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    let count = files.len();
    files.truncate(MOST);
    let mails = files.iter().map(|(_, name)| open(&folder, name)).collect::<Result<Vec<_>>>()?;
    Ok((mails.into_iter().flatten().collect(), count))
}

/// One mail that was written.
pub fn read(desk: &Desk, actor: &Actor, name: &str) -> Result<Written> {
    require_admin(actor)?;
    let folder = folder(desk).ok_or(Error::NotFound)?;
    if !is_name(name) {
        return Err(Error::NotFound);
    }
    open(&folder, name)?.ok_or(Error::NotFound)
}

/// Whether it is the name of a mail in the folder, and leads nowhere else.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    name.ends_with(".eml") && !name.starts_with('.') && name.len() <= 200 && name.bytes().all(plain)
}

/// Reads a file; nothing if it is gone or none of ours.
fn open(folder: &Path, name: &str) -> Result<Option<Written>> {
    let path = folder.join(name);
    let is_ours = |facts: fs::Metadata| facts.is_file() && facts.len() <= MOST_BYTES;
    // The link itself, if it is one: it may lead anywhere.
    if !fs::symlink_metadata(&path).is_ok_and(is_ours) {
        return Ok(None);
    }
    let bytes = fs::read(&path).map_err(|error| unreadable(&path, &error))?;
    Ok(Some(parse(name, &bytes)))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::Internal(format!("{}: {error}", path.display()))
}

fn parse(name: &str, bytes: &[u8]) -> Written {
    let mail = mime::read(bytes, None);
    Written {
        name: name.to_owned(),
        at: mail.sent_at,
        from: mail.sender().to_owned(),
        to: mail.addressed.join(", "),
        text: without_secrets(&mail.text),
        subject: mail.subject,
    }
}

/// The text without what lets its reader become somebody else.
fn without_secrets(text: &str) -> String {
    let mut parts = text.split(SECRET_LINK);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let secret = part.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).count();
        shown.push_str(SECRET_LINK);
        shown.push_str(HIDDEN);
        shown.push_str(part.get(secret..).unwrap_or_default());
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_nothing_but_mails_of_the_folder() {
        for (name, is) in [
            ("20261122-010203-reset-1-1.eml", true),
            ("../20261122.eml", false),
            ("..%2fx.eml", false),
            (".eml", false),
            (".20261122-010203-1.eml", false),
            ("kentongan.toml", false),
            ("a/b.eml", false),
            ("a\\b.eml", false),
            ("", false),
        ] {
            assert_eq!(is_name(name), is, "{name}");
        }
    }

    #[test]
    fn a_mail_is_told_by_its_head_and_text() {
        let bytes = b"From: \"Service Desk\" <desk@contoh.go.id>\r\nTo: Budi <budi@contoh.go.id>\r\n\
            Subject: =?utf-8?q?Tiket_BTG-000412_selesai_=E2=80=93_terima_kasih?=\r\n\
            Date: Mon, 23 Nov 2026 10:00:00 +0700\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Yth. Budi =E2=80=94 selesai.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Selesai</p>\r\n--b--\r\n";
        let expected = Written {
            name: "a.eml".to_owned(),
            at: Some("2026-11-23T03:00:00Z".parse().unwrap()),
            from: "desk@contoh.go.id".to_owned(),
            to: "budi@contoh.go.id".to_owned(),
            subject: "Tiket BTG-000412 selesai – terima kasih".to_owned(),
            text: "Yth. Budi — selesai.".to_owned(),
        };
        let read = parse("a.eml", bytes);
        assert_eq!(Written { text: read.text.trim().to_owned(), ..read }, expected);
        assert_eq!(parse("a.eml", b"").subject, "");
    }

    #[test]
    fn nobody_becomes_somebody_else_by_reading_their_mail() {
        let text = "Buka https://x.go.id/sandi-baru/aB3-_9 segera.\nAtau /sandi-baru/zz";
        let shown = without_secrets(text);
        assert_eq!(
            shown,
            "Buka https://x.go.id/sandi-baru/(rahasia, tidak ditampilkan) segera.\n\
             Atau /sandi-baru/(rahasia, tidak ditampilkan)"
        );
    }
}
