//! What a letter says, before it is put into words.

use serde::Serialize;

use super::super::Instant;
use super::super::notice::Notice;

/// A letter to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub at: Instant,
    /// Without angle brackets; the same at each try, so that a server that took it twice delivers it once.
    pub message_id: String,
    /// Message-IDs that it belongs to, the oldest first, without angle brackets.
    pub references: Vec<String>,
    /// Where answers go, if anybody reads them.
    pub reply_to: Option<String>,
    /// Whether it answers what its recipient sent, rather than telling something by itself.
    pub is_answer: bool,
    pub name: String,
    pub email: String,
    pub words: Words,
    pub files: Vec<File>,
}

/// A file that a letter brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// In plain letters.
    pub name: String,
    pub media_type: &'static str,
    pub content: Vec<u8>,
}

/// What the templates of a letter have to say. What a notice does not need is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The template.
    #[serde(skip)]
    pub notice: Template,
    /// To whom.
    pub name: String,
    /// Whose desk it is.
    pub tenant: String,
    pub dinas: String,
    /// Where the one button leads, and the page on which notices are chosen.
    pub url: String,
    pub choices_url: String,
    /// The ticket's number and subject.
    pub number: String,
    pub subject: String,
    /// Whether the recipient is who needs the help.
    pub mine: bool,
    /// Whether it was told because the recipient follows the ticket.
    pub followed: bool,
    /// Who did it.
    pub actor: String,
    pub requester: String,
    pub opd: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
    /// What was done to a recommendation, and how it stood from then on.
    pub did: String,
    pub status: String,
    /// What was written, as far as the recipient may read it.
    pub text: Option<String>,
    /// Whether that was cut.
    pub cut: bool,
    /// Whether the requester is asked for something.
    pub asks: bool,
    /// An instant that matters: until when a link holds, when a ticket closes, when a target is reached.
    pub until: Option<String>,
    /// How many stars, of five.
    pub stars: Option<i64>,
    /// What a digest tells of, and how much more there is.
    pub items: Vec<Item>,
    pub more: usize,
    /// Why a mail was not taken.
    pub reason: Option<String>,
    /// Whether a report is signed, and whether it goes to an office beside the desk.
    pub signed: bool,
    pub official: bool,
    /// Whether an answer by mail is read.
    pub can_answer: bool,
}

/// What a digest says of one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    pub number: String,
    pub subject: String,
    pub url: String,
    /// What happened, each once, the oldest first.
    pub notices: Vec<Notice>,
}

/// Which words are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// Those of the notice.
    Notice(Notice),
    /// Of a ticket whose content is for few eyes: that there is something, no more.
    #[default]
    Confidential,
    /// Somebody tries whether mails leave.
    Trial,
}

impl Template {
    /// The name of its file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice(notice) => notice.as_str(),
            Self::Confidential => "confidential",
            Self::Trial => "trial",
        }
    }
}
