//! Letters to a mail server (RFC 5321), with TLS as the URL says: `smtps://` always, `smtp://…?tls=required`
//! by STARTTLS, `smtp://` without, which is for a server on the same machine.
//!
//! The steps of a delivery are taken one by one, because what a refusal means depends on the step: whoever does
//! not let us in, or does not take mail from our address, refuses all letters and not this one.

use std::fmt;
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use percent_encoding::percent_decode_str;
use url::Url;

use super::{Connection, Failure, Mail, Sender, Transport};
use crate::config;

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection that was not used for so long may be gone.
const FRESH: Duration = Duration::from_secs(20);

/// What the server says when it is about to hang up, and when it wants another sign-in (RFC 5321, 3.8; RFC 4954).
const CLOSING: u16 = 421;
const SIGN_IN: [u16; 4] = [454, 530, 534, 535];

#[derive(Clone)]
enum Security {
    None,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

/// A mail server.
#[derive(Clone)]
pub(super) struct Post {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    hello: ClientId,
    sender: Sender,
}

impl Post {
    /// By its URL; nothing is sent yet.
    pub fn open(config: &config::Mail, sender: Sender) -> Result<Self, String> {
        let url = Url::parse(config.url.reveal()).map_err(|error| error.to_string())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?.to_owned();
        let wanted = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let (security, usual) = match (url.scheme(), wanted.as_deref()) {
            ("smtps", None) => (Security::Tls(tls(&host, config)?), 465),
            ("smtp", Some("required")) => (Security::StartTls(tls(&host, config)?), 587),
            ("smtp", None) => (Security::None, 25),
            _ => return Err("must be smtps://…, smtp://…?tls=required or smtp://…".to_owned()),
        };
        let decode = |text: &str| percent_decode_str(text).decode_utf8().map(|text| text.into_owned());
        let credentials = match url.password() {
            None => None,
            Some(password) => {
                let decoded = decode(url.username()).and_then(|user| Ok((user, decode(password)?)));
                let (user, password) = decoded.map_err(|error| error.to_string())?;
                Some(Credentials::new(user, password))
            }
        };
        let hello = ClientId::Domain(sender.from.email.domain().to_owned());
        Ok(Self { host, port: url.port().unwrap_or(usual), security, credentials, hello, sender })
    }

    fn dial(&self) -> Result<SmtpConnection, Error> {
        let at_once = match &self.security {
            Security::Tls(tls) => Some(tls),
            Security::None | Security::StartTls(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut line = SmtpConnection::connect(server, Some(PATIENCE), &self.hello, at_once, None)?;
        if let Security::StartTls(tls) = &self.security {
            line.starttls(tls, &self.hello)?;
        }
        if let Some(credentials) = &self.credentials {
            line.auth(&[Mechanism::Plain, Mechanism::Login], credentials)?;
        }
        Ok(line)
    }
}

fn tls(host: &str, config: &config::Mail) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if !config.certificate.is_empty() {
        let path = &config.certificate;
        let pem = std::fs::read(path).map_err(|error| format!("mail.certificate: {path}: {error}"))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| format!("mail.certificate: {path}: {error}"))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| error.to_string())
}

impl Transport for Post {
    fn connect(&self) -> Result<Box<dyn Connection>, String> {
        let line = self.dial().map_err(|error| self.explain(&error))?;
        Ok(Box::new(Line { post: self.clone(), line, used: Instant::now() }))
    }
}

impl Post {
    fn explain(&self, error: &Error) -> String {
        format!("{}:{}: {}", self.host, self.port, whole(error))
    }
}

/// An error with what is behind it.
fn whole(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// A connection to a mail server, kept from letter to letter.
struct Line {
    post: Post,
    line: SmtpConnection,
    used: Instant,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.line.abort();
    }
}

impl Line {
    /// Names the sender. Nothing has left yet, so a connection that turns out to be gone is replaced.
    fn begin(&mut self, from: &MailFrom) -> Result<(), Failure> {
        let is_gone = self.used.elapsed() > FRESH && !self.line.test_connected();
        if !is_gone {
            match self.line.command(from) {
                Ok(_) => return Ok(()),
                Err(error) if code(&error).is_none_or(|code| code == CLOSING) => {}
                Err(error) if error.is_transient() && !asks_sign_in(&error) => return Err(self.passing(&error)),
                // Our own address is refused: so would be every letter.
                Err(error) => return Err(Failure::Down(self.post.explain(&error))),
            }
        }
        self.line.abort();
        self.line = self.post.dial().map_err(|error| Failure::Down(self.post.explain(&error)))?;
        self.line.command(from).map(drop).map_err(|error| Failure::Down(self.post.explain(&error)))
    }

    fn passing(&mut self, error: &Error) -> Failure {
        let failure = Failure::Passing(whole(error));
        self.forget();
        failure
    }

    /// Ends a delivery that went no further, so that the connection serves the next.
    fn forget(&mut self) {
        if self.line.command(Rset).is_err() {
            self.line.abort();
        }
    }

    /// What a failure means at a step where only this letter is in question.
    fn judge(&mut self, step: Result<Response, Error>, is_out: bool) -> Result<Response, Failure> {
        let error = match step {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        match code(&error) {
            _ if asks_sign_in(&error) => Err(Failure::Down(self.post.explain(&error))),
            // Whether the server has the letter nobody knows: it is sent again under the same Message-ID.
            None if is_out => {
                self.line.abort();
                Err(Failure::Passing(whole(&error)))
            }
            None | Some(CLOSING) => Err(Failure::Down(self.post.explain(&error))),
            Some(_) if error.is_permanent() => {
                self.forget();
                Err(Failure::Lasting(whole(&error)))
            }
            Some(_) => Err(self.passing(&error)),
        }
    }
}

fn code(error: &Error) -> Option<u16> {
    error.status().map(u16::from)
}

fn asks_sign_in(error: &Error) -> bool {
    code(error).is_some_and(|code| SIGN_IN.contains(&code))
}

/// A whole letter as it goes over the line (RFC 5321, 4.5.2): what begins with a dot has one more, and a dot by
/// itself ends it.
///
/// Its end leaves in the same write. lettre's own `message` writes it by itself, and then each letter waits 40 ms
/// for an acknowledgement that the other side holds back (lettre #1159, not released in 0.11.23).
#[derive(Debug)]
struct Content(String);

impl Content {
    fn of(letter: Vec<u8>) -> Result<Self, Failure> {
        let letter = String::from_utf8(letter).map_err(|error| Failure::Lasting(error.to_string()))?;
        let letter = letter.strip_suffix("\r\n").unwrap_or(&letter);
        let first = if letter.starts_with('.') { "." } else { "" };
        Ok(Self(format!("{first}{}\r\n.\r\n", letter.replace("\r\n.", "\r\n.."))))
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Connection for Line {
    fn send(&mut self, mail: &Mail) -> Result<String, Failure> {
        let message = self.post.sender.message(mail)?;
        let content = Content::of(message.formatted())?;
        self.begin(&MailFrom::new(message.envelope().from().cloned(), Vec::new()))?;
        for to in message.envelope().to() {
            let step = self.line.command(Rcpt::new(to.clone(), Vec::new()));
            self.judge(step, false)?;
        }
        let step = self.line.command(Data);
        self.judge(step, false)?;
        let step = self.line.command(&content);
        let response = self.judge(step, true)?;
        self.used = Instant::now();
        Ok(format!("{} {}", response.code(), response.message().collect::<Vec<_>>().join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_ends_only_where_it_ends() {
        let cases = [
            ("Subject: a\r\n\r\nSalam\r\n", "Subject: a\r\n\r\nSalam\r\n.\r\n"),
            ("a: b\r\n\r\nSalam", "a: b\r\n\r\nSalam\r\n.\r\n"),
            ("a: b\r\n\r\n.\r\n..\r\n.c.\r\n", "a: b\r\n\r\n..\r\n...\r\n..c.\r\n.\r\n"),
            (".a\r\n", "..a\r\n.\r\n"),
            ("a: b\r\n\r\n\r\n", "a: b\r\n\r\n\r\n.\r\n"),
        ];
        for (letter, sent) in cases {
            assert_eq!(Content::of(letter.as_bytes().to_vec()).unwrap().0, sent, "{letter:?}");
        }
        assert!(matches!(Content::of(vec![0xff]), Err(Failure::Lasting(_))));
    }
}
