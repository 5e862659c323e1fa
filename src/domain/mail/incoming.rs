//! A message that came in, read.

use super::super::Instant;

/// A file that came along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// As the sender calls it, made a plain file name; with an ending.
    pub name: String,
    pub content: Vec<u8>,
}

/// What a message says. Ids are without angle brackets, addresses in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Every header field in order: name in lower case, value in one line.
    pub headers: Vec<(String, String)>,
    pub message_id: Option<String>,
    /// What it answers: `In-Reply-To`, then `References` from the newest.
    pub answers: Vec<String>,
    /// Address and name of the one author; nothing if there is none, or more than one.
    pub from: Option<(String, String)>,
    /// To, Cc, and where the servers say that it was delivered.
    pub recipients: Vec<String>,
    /// To and Cc alone.
    pub addressed: Vec<String>,
    pub subject: String,
    pub sent_at: Option<Instant>,
    /// As plain text, whatever it was; empty if there is none.
    pub text: String,
    pub files: Vec<File>,
    /// The type of a report (RFC 6522), e.g. `delivery-status`.
    pub report: Option<String>,
    /// The parts of a delivery report that programs read (RFC 3464), as text.
    pub statuses: Vec<String>,
    /// Message-ID and recipient of the message that a report returns.
    pub returned: Option<(String, Option<String>)>,
    /// The message was too large: this is its beginning, without files. Its size in bytes.
    pub cut_at: Option<u64>,
}

impl Incoming {
    /// The first value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a header field, from the top.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The author's address, or nothing.
    pub fn sender(&self) -> &str {
        self.from.as_ref().map_or("", |(address, _)| address)
    }
}
