//! What became of a message that came in, and why.

use super::super::ticket::word_enum;

word_enum! {
    /// What became of a message.
    Outcome {
        /// a reply on a ticket
        Reply = "reply",
        /// a new ticket
        Ticket = "ticket",
        /// waits for somebody to decide
        Triage = "triage",
        /// not taken, with an explanation to the sender
        Rejected = "rejected",
        /// put aside by somebody
        Discarded = "discarded",
        /// tells that a mail of ours was not delivered
        Bounce = "bounce",
        /// written by a program
        Automatic = "automatic",
        /// of a mailing list, or to many
        List = "list",
        /// written by ourselves
        Own = "own",
        /// would go on for ever
        Loop = "loop",
        /// came before
        Repeated = "repeated",
        /// could not be understood
        Broken = "broken",
    }
}

impl Outcome {
    /// Whether somebody may still make a ticket of it, or put it aside.
    pub fn is_undecided(self) -> bool {
        match self {
            Self::Triage | Self::Rejected | Self::Automatic | Self::List | Self::Loop | Self::Broken => true,
            Self::Reply | Self::Ticket | Self::Discarded | Self::Bounce | Self::Own | Self::Repeated => false,
        }
    }
}

word_enum! {
    /// Why.
    Reason {
        /// nobody active has the sender's address
        UnknownSender = "unknown_sender",
        /// the sender was told already today
        AnsweredBefore = "answered_before",
        /// no author, or several
        NoSender = "no_sender",
        /// the sender may not write on that ticket
        NotInvolved = "not_involved",
        /// the ticket is over, and the sender did not ask for it
        Ended = "ended",
        /// the mail server does not confirm that it is from the sender
        NotAuthenticated = "not_authenticated",
        /// nobody could own the ticket
        NoOwner = "no_owner",
        /// an address that will not work
        Permanent = "permanent",
        /// a delay, or a passing failure
        Passing = "passing",
        /// a report that does not say of which mail of ours
        Unrelated = "unrelated",
        /// the message says so itself (RFC 3834, 5)
        AutoSubmitted = "auto_submitted",
        /// a header that only answering programs write
        AutoReply = "auto_reply",
        /// a receipt
        Receipt = "receipt",
        /// nobody could answer it (RFC 3834, 2)
        NullSender = "null_sender",
        /// several signs of an out-of-office note
        OutOfOffice = "out_of_office",
        /// of a mailing list
        MailingList = "mailing_list",
        /// to many
        Bulk = "bulk",
        /// our own address
        OwnAddress = "own_address",
        /// our own Message-ID
        OwnId = "own_id",
        /// too many servers on its way
        Hops = "hops",
        /// it passed us before
        Passed = "passed",
        /// too many from this sender within an hour
        TooMany = "too_many",
        /// the same message came before
        SameMessage = "same_message",
        /// it failed; what is told beside it says how
        Failed = "failed",
    }
}

impl Reason {
    /// As it is stored, with more beside it.
    pub fn with(self, more: &str) -> String {
        let more: String = more.chars().filter(|c| !c.is_control()).take(300).collect();
        if more.is_empty() { self.as_str().to_owned() } else { format!("{self}: {more}") }
    }

    /// Reads what is stored: the reason, and what stands beside it.
    pub fn read(stored: &str) -> (Option<Self>, &str) {
        let (word, more) = stored.split_once(": ").unwrap_or((stored, ""));
        (Self::parse(word), more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_stored() {
        assert_eq!(
            Reason::read(&Reason::Permanent.with("5.1.1: no\r\nuser")),
            (Some(Reason::Permanent), "5.1.1: nouser")
        );
        assert_eq!(Reason::read(&Reason::Hops.with("")), (Some(Reason::Hops), ""));
        assert_eq!(Reason::read("once upon"), (None, ""));
    }
}
