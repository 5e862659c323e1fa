//! Letters to a mail server (RFC 5321), with TLS as the URL says: `smtps://` always, `smtp://…?tls=required`
//! by STARTTLS, `smtp://` without, which is for a server on the same machine.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::extension::ClientId;
use lettre::{SmtpTransport, Transport as _};

use super::{Failure, Letter, Transport, message};

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server. A connection is made for the first letter and kept for the next.
pub struct Post {
    server: SmtpTransport,
    from: Mailbox,
}

impl Post {
    /// By its URL; nothing is sent yet.
    pub fn open(url: &str, from: Mailbox) -> Result<Self, String> {
        let builder = SmtpTransport::from_url(url).map_err(|error| error.to_string())?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self { server: builder.hello_name(hello).timeout(Some(PATIENCE)).build(), from })
    }
}

impl Transport for Post {
    fn send(&self, letter: &Letter) -> Result<String, Failure> {
        let message = message(letter, &self.from)?;
        match self.server.send(&message) {
            Ok(response) => Ok(response.message().collect::<Vec<_>>().join(" ")),
            Err(error) if error.is_permanent() => Err(Failure::Lasting(error.to_string())),
            Err(error) => Err(Failure::Passing(error.to_string())),
        }
    }
}
