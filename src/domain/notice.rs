//! Who is told of what: one table, event × audience.

use super::event::EventKind;
use super::ids::{PersonId, TeamId};
use super::ticket::Ticket;

/// A group of people around a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// who needs the help
    Requester,
    /// the named owner of the desk
    Owner,
    /// who works on it
    Assignee,
    /// the team that has it or is asked to take it
    Team,
    /// who follows it
    Watchers,
}

/// Who is told when this happens. Nobody is told of what they did themselves.
pub fn audience(kind: EventKind) -> &'static [Audience] {
    use Audience::{Assignee, Owner, Requester, Team, Watchers};
    match kind {
        EventKind::Opened => &[Requester, Owner, Team],
        EventKind::Assigned => &[Assignee, Owner],
        EventKind::Replied | EventKind::Held | EventKind::Reopened => &[Requester, Assignee, Owner, Watchers],
        EventKind::Resolved | EventKind::Closed | EventKind::Cancelled | EventKind::Rejected | EventKind::Merged => {
            &[Requester, Owner, Assignee, Watchers]
        }
        EventKind::Noted => &[Assignee, Owner],
        EventKind::HandedOver => &[Team, Requester],
        EventKind::HandoverAccepted | EventKind::HandoverReturned => &[Owner],
        EventKind::HandoverWithdrawn => &[Team],
        EventKind::Consulted => &[],
        EventKind::ConsultationAnswered => &[Assignee, Owner],
        EventKind::Edited
        | EventKind::Classified
        | EventKind::Tagged
        | EventKind::Resumed
        | EventKind::WatcherAdded
        | EventKind::WatcherRemoved
        | EventKind::Linked
        | EventKind::Unlinked
        | EventKind::MergeReceived
        | EventKind::Attached
        | EventKind::TextErased
        // Who is told of an alarm is in the policy.
        | EventKind::Alarmed
        | EventKind::ClocksAdjusted
        | EventKind::BreachExplained
        // A desk gets one notice for all that it is reminded of.
        | EventKind::Reminded => &[],
        EventKind::Rated | EventKind::BreachDecided => &[Owner],
    }
}

/// The people to tell: named ones, and the team whose members are told.
pub fn recipients(
    kind: EventKind,
    before: Option<&Ticket>,
    ticket: &Ticket,
    watchers: &[PersonId],
    actor: Option<PersonId>,
) -> (Vec<PersonId>, Option<TeamId>) {
    let mut people = Vec::new();
    let mut team = None;
    for audience in audience(kind) {
        match audience {
            Audience::Requester => people.push(ticket.requester),
            Audience::Owner => people.push(ticket.owner),
            Audience::Assignee => people.extend(ticket.assignee),
            // A withdrawn handover is gone from the ticket: its team is the one before.
            Audience::Team => team = ticket.handover.or(before.and_then(|b| b.handover)).map(|h| h.team),
            Audience::Watchers => people.extend_from_slice(watchers),
        }
    }
    people.sort_unstable();
    people.dedup();
    people.retain(|person| Some(*person) != actor);
    (people, team)
}

#[cfg(test)]
mod tests {
    use super::super::lifecycle::tests::ticket;
    use super::*;

    #[test]
    fn a_note_is_told_to_no_requester_and_no_watcher() {
        for kind in EventKind::ALL.iter().filter(|kind| !kind.is_public()) {
            let told = audience(*kind);
            assert!(!told.contains(&Audience::Requester) && !told.contains(&Audience::Watchers), "{kind}");
        }
    }

    #[test]
    fn nobody_is_told_twice_or_of_their_own_act() {
        let mut t = ticket();
        t.assignee = Some(t.owner);
        let (people, team) = recipients(EventKind::Resolved, None, &t, &[PersonId(70), t.requester], Some(t.owner));
        assert_eq!((people, team), (vec![t.requester, PersonId(70)], None));
    }
}
