//! Identities: one newtype per thing, so that a team can never be passed where a person is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A ticket. People see it as its number, see [`Prefix::number`].
    TicketId,
    /// A person: employee, agent, leader.
    PersonId,
    /// A Perangkat Daerah.
    OpdId,
    /// A Tier 2 team of the Dinas.
    TeamId,
    /// A category of tickets.
    CategoryId,
    /// A text on a ticket.
    MessageId,
    /// A handover from a desk to a team.
    HandoverId,
    /// A question to a team without handing over.
    ConsultationId,
    /// A link between two tickets.
    LinkId,
    /// A file on a ticket.
    AttachmentId,
    /// A row of a ticket's history.
    EventId,
    /// A personal API key.
    ApiKeyId,
    /// An evaluation of a report.
    EvaluationId,
    /// Something that an evaluation found in the figures.
    FindingId,
    /// A recommendation of an evaluation.
    RecommendationId,
    /// A row of a recommendation's history.
    FollowUpId,
    /// A file that proves that a recommendation was followed.
    EvidenceId,
}

/// The letters before a ticket number, e.g. `BTG` in `BTG-000412`. Two to eight capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Parses two to eight capital ASCII letters.
    pub fn parse(text: &str) -> Result<Self, String> {
        if (2..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("\"{text}\" is not two to eight capital letters"))
        }
    }

    /// The number that people read out: prefix, dash, at least six digits.
    pub fn number(&self, id: TicketId) -> String {
        format!("{}-{:06}", self.0, id.0)
    }

    /// The words by which a ticket number is found: as it is read out, and without its zeros.
    pub fn search_words(&self, id: TicketId) -> String {
        format!("{} {}", self.number(id), id.0)
    }

    /// Reads a ticket number, with or without prefix: `BTG-000412`, `btg-412` and `412` are one ticket.
    pub fn read(&self, text: &str) -> Option<TicketId> {
        let text = text.trim();
        let digits = match text.split_once('-') {
            Some((prefix, digits)) if prefix.eq_ignore_ascii_case(&self.0) => digits,
            Some(_) => return None,
            None => text,
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().filter(|id| *id > 0).map(TicketId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_number_reads_back_however_it_is_typed() {
        let prefix = Prefix::parse("BTG").unwrap();
        assert_eq!(prefix.number(TicketId(412)), "BTG-000412");
        assert_eq!(prefix.number(TicketId(12_345_678)), "BTG-12345678");
        for (typed, id) in [
            ("BTG-000412", Some(412)),
            ("btg-412", Some(412)),
            (" 412 ", Some(412)),
            ("XYZ-412", None),
            ("BTG-", None),
            ("-412", None),
            ("0", None),
            ("+5", None),
            ("99999999999999999999", None),
            ("drop table", None),
        ] {
            assert_eq!(prefix.read(typed), id.map(TicketId), "{typed}");
        }
        for bad in ["", "B", "btg", "ABCDEFGHI", "B-G"] {
            assert!(Prefix::parse(bad).is_err(), "{bad}");
        }
    }
}
