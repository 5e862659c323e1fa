//! The texts on a ticket: which kinds there are and who may read them.

use super::ticket::word_enum;

word_enum! {
    /// What a text is for.
    MessageKind {
        /// the subject; the latest one holds
        Subject = "subject",
        /// the description; the latest one holds
        Description = "description",
        /// to or from the requester
        Reply = "reply",
        /// catatan internal: never mailed to or readable by a requester
        Note = "note",
        /// what the desk tried before handing over
        Tried = "tried",
        /// what Tier 2 tells the desk when giving back
        Instruction = "instruction",
        /// asked of a team
        Question = "question",
        /// a team's answer
        Answer = "answer",
        /// how it was resolved
        Resolution = "resolution",
        /// why it waits, was reopened, cancelled or rejected
        Reason = "reason",
        /// what the requester thinks of the help
        Rating = "rating",
        /// why something internal was done: another priority, a withdrawal
        InternalReason = "internal_reason",
    }
}

impl MessageKind {
    /// Whether the requester may read it. A note never reaches a requester.
    pub fn is_public(self) -> bool {
        match self {
            Self::Subject | Self::Description | Self::Reply | Self::Resolution | Self::Reason | Self::Rating => true,
            Self::Note | Self::Tried | Self::Instruction | Self::Question | Self::Answer | Self::InternalReason => {
                false
            }
        }
    }
}
