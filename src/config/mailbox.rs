//! The URL of a mailbox: where it is, who reads it, and how the connection is kept from others.

use std::fmt;

use super::Secret;

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the start (RFC 8314).
    Direct,
    /// After asking for it (RFC 3501, 6.2.1); without it nothing is read.
    Start,
    /// Not at all: a server on the same machine.
    Without,
}

/// A mailbox to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub user: String,
    pub password: Secret,
    pub folder: String,
}

impl Mailbox {
    /// Reads `imaps://USER:PASSWORD@HOST[:PORT][/FOLDER]` or `imap://…?tls=required`. What is wrong is said
    /// without the URL, which holds a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (direct, rest) = match url.split_once("://") {
            Some(("imaps", rest)) => (true, rest),
            Some(("imap", rest)) => (false, rest),
            _ => return Err("must begin with imaps:// or imap://".to_owned()),
        };
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, place) = rest.rsplit_once('@').ok_or("lacks user and password")?;
        let (user, password) = login.split_once(':').ok_or("lacks a password")?;
        let (host, folder) = place.split_once('/').unwrap_or((place, ""));
        let usual = if direct { 993 } else { 143 };
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !host.ends_with(':') && (!host.contains(':') || host.ends_with(']')) => {
                (host, port.parse().map_err(|_| format!("has a port that is no number: {port}"))?)
            }
            _ => (host, usual),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        if host.is_empty() || user.is_empty() {
            return Err("lacks a host or a user".to_owned());
        }
        let tls = match (direct, query) {
            (true, "") => Tls::Direct,
            (false, "tls=required") => Tls::Start,
            (false, "") if ["localhost", "127.0.0.1", "::1"].contains(&host.as_str()) => Tls::Without,
            (false, "") => {
                return Err("would send the password in the clear: write imaps://, or ?tls=required".to_owned());
            }
            _ => return Err("has more after ? than tls=required".to_owned()),
        };
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { decoded(folder)? };
        let (user, password) = (decoded(user)?, Secret::new(decoded(password)?));
        if [&user, &folder].iter().any(|text| text.chars().any(char::is_control)) {
            return Err("has control characters".to_owned());
        }
        Ok(Self { host, port, tls, user, password, folder })
    }

    /// What it is called in the database, on pages and in the log: without the password.
    pub fn name(&self) -> String {
        format!("{}@{}/{}", self.user, self.host, self.folder)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// `%40` and its like written out (RFC 3986, 2.1).
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = (*first == b'%').then(|| after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok()));
        match pair {
            None => {
                bytes.push(*first);
                rest = after;
            }
            Some(pair) => {
                let byte = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
                bytes.push(byte.ok_or("has a % that is none: write %25")?);
                rest = after.get(2..).unwrap_or_default();
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8 where it has %".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_mailboxes() {
        let read = Mailbox::parse("imaps://desk%40contoh.go.id:p%3Aa%25@mail.contoh.go.id/Kotak%20Masuk").unwrap();
        assert_eq!((read.host.as_str(), read.port, read.tls), ("mail.contoh.go.id", 993, Tls::Direct));
        assert_eq!((read.user.as_str(), read.password.reveal()), ("desk@contoh.go.id", "p:a%"));
        assert_eq!(read.name(), "desk@contoh.go.id@mail.contoh.go.id/Kotak Masuk");
        let read = Mailbox::parse("imap://a:b@[::1]:1143").unwrap();
        assert_eq!(
            (read.host.as_str(), read.port, read.tls, read.folder.as_str()),
            ("::1", 1143, Tls::Without, "INBOX")
        );
        let read = Mailbox::parse("imap://a:b@mail.contoh.go.id?tls=required").unwrap();
        assert_eq!((read.port, read.tls), (143, Tls::Start));
        for bad in [
            "imaps://mail.contoh.go.id",
            "imaps://a@mail.contoh.go.id",
            "imaps://:b@mail.contoh.go.id",
            "imaps://a:b@",
            "imaps://a:b@x:port",
            "imaps://a:100%@x",
            "imaps://a:b@x?tls=no",
            "imap://a:b@mail.contoh.go.id",
            "imaps://a:b@x/a%0Db",
            "http://a:b@x",
            "",
        ] {
            assert!(Mailbox::parse(bad).is_err(), "{bad}");
        }
    }
}
