//! Events: what happened to a ticket, as it is written into its history.

use serde_json::{Map, Value};

use super::ticket::{Ticket, word_enum};

word_enum! {
    /// What happened.
    EventKind {
        Opened = "opened",
        Edited = "edited",
        Classified = "classified",
        Tagged = "tagged",
        Assigned = "assigned",
        Replied = "replied",
        Noted = "noted",
        Held = "held",
        Resumed = "resumed",
        Resolved = "resolved",
        Reopened = "reopened",
        /// The requester says what they think of the help.
        Rated = "rated",
        Closed = "closed",
        Cancelled = "cancelled",
        Rejected = "rejected",
        HandedOver = "handed_over",
        HandoverAccepted = "handover_accepted",
        HandoverReturned = "handover_returned",
        HandoverWithdrawn = "handover_withdrawn",
        Consulted = "consulted",
        ConsultationAnswered = "consultation_answered",
        WatcherAdded = "watcher_added",
        WatcherRemoved = "watcher_removed",
        Linked = "linked",
        Unlinked = "unlinked",
        Merged = "merged",
        MergeReceived = "merge_received",
        Attached = "attached",
        TextErased = "text_erased",
        /// A share of a target is used up.
        Alarmed = "alarmed",
        /// A new version of a calendar or the policy holds for its clocks.
        ClocksAdjusted = "clocks_adjusted",
        BreachExplained = "breach_explained",
        BreachDecided = "breach_decided",
        /// Supervision reminds the desk of a target that was missed.
        Reminded = "reminded",
    }
}

impl EventKind {
    /// Whether a requester may see in the history that it happened.
    pub fn is_public(self) -> bool {
        match self {
            Self::Noted
            | Self::Consulted
            | Self::ConsultationAnswered
            | Self::Linked
            | Self::Unlinked
            | Self::Tagged
            | Self::WatcherAdded
            | Self::WatcherRemoved
            | Self::MergeReceived
            | Self::Attached
            | Self::Alarmed
            | Self::ClocksAdjusted
            | Self::BreachExplained
            | Self::BreachDecided
            | Self::Reminded => false,
            Self::Opened
            | Self::Edited
            | Self::Classified
            | Self::Assigned
            | Self::Replied
            | Self::Held
            | Self::Resumed
            | Self::Resolved
            | Self::Reopened
            | Self::Rated
            | Self::Closed
            | Self::Cancelled
            | Self::Rejected
            | Self::HandedOver
            | Self::HandoverAccepted
            | Self::HandoverReturned
            | Self::HandoverWithdrawn
            | Self::Merged
            | Self::TextErased => true,
        }
    }
}

/// The fields that a change set, with their new values: `{"status": "resolved", …}`. From no ticket
/// to one, all of them. Replaying these over a history gives the ticket's state again.
pub fn changed_fields(before: Option<&Ticket>, after: &Ticket) -> Map<String, Value> {
    let after = fields(after);
    match before {
        None => after,
        Some(before) => {
            let before = fields(before);
            after.into_iter().filter(|(key, value)| before.get(key) != Some(value)).collect()
        }
    }
}

/// A ticket's state as the events tell it.
pub fn fields(ticket: &Ticket) -> Map<String, Value> {
    match serde_json::to_value(ticket).expect("a ticket has only string keys") {
        Value::Object(map) => map,
        other => unreachable!("a struct serialises to an object, not {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lifecycle::tests::{agent, ticket};
    use super::*;

    #[test]
    fn a_change_tells_only_what_changed() {
        let before = ticket();
        let mut after = before.clone();
        after.assign(&agent(11)).unwrap();
        let set = Value::Object(changed_fields(Some(&before), &after));
        assert_eq!(set, serde_json::json!({"status": "in_progress", "owner": 11, "assignee": 11}));
    }

    #[test]
    fn texts_stay_out_of_events() {
        let all = Value::Object(changed_fields(None, &ticket())).to_string();
        assert!(!all.contains("Internet mati"), "{all}");
    }
}
