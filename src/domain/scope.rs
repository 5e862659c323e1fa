//! Who may find a ticket by searching, as words that stand in the search index beside its text.
//! The same rule as `permission`, in a form that an index can answer; a test holds the two together.

use super::people::{Actor, Role};
use super::permission::Involved;
use super::ticket::{Classification, Ticket};

/// Every word that lets somebody find the ticket, separated by spaces. `p` finds what is public,
/// the others also what is internal.
pub fn words(ticket: &Ticket, involved: &Involved) -> String {
    let mut words = vec![
        format!("#p{}", ticket.requester),
        format!("#v{}", ticket.owner),
        format!("#s{}o{}", ticket.owner, ticket.opd),
    ];
    let teams = ticket.handover.map(|h| h.team).into_iter();
    words.extend(
        teams
            .chain(involved.handed_to.iter().copied())
            .chain(involved.consulted.iter().copied())
            .map(|team| format!("#t{team}")),
    );
    if ticket.is_confined() {
        // Elsewhere the desk's or the team's word covers whoever works on it.
        words.extend(ticket.assignee.map(|person| format!("#s{person}o{}", ticket.opd)));
    } else {
        words.push(format!("#r{}", ticket.recorder));
        words.extend(involved.watchers.iter().map(|person| format!("#p{person}")));
        words.push(format!("#o{}", ticket.opd));
    }
    if ticket.classification == Classification::Open && !ticket.security {
        words.push("#all".to_owned());
    }
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The words with which an actor searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Find tickets by all their text.
    pub staff: Vec<String>,
    /// Find tickets by their public text only.
    pub public: Vec<String>,
}

/// The words of an actor.
pub fn reader(actor: &Actor) -> Reader {
    let mut staff = Vec::new();
    if actor.has(Role::Tier1Agent) {
        staff.push(format!("#s{}o{}", actor.id, actor.opd));
    }
    if actor.has(Role::Supervisor) {
        staff.push(format!("#v{}", actor.id));
    }
    if actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead) {
        staff.push(format!("#o{}", actor.opd));
    }
    staff.extend(actor.teams.iter().map(|team| format!("#t{team}")));
    if actor.has(Role::Supervisor) || actor.has(Role::Auditor) {
        staff.push("#all".to_owned());
    }
    let mut public = vec![format!("#p{}", actor.id)];
    if actor.has(Role::Tier2Agent) || actor.has(Role::Supervisor) {
        public.push(format!("#r{}", actor.id));
    }
    Reader { staff, public }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ids::{HandoverId, OpdId, PersonId, TeamId};
    use super::super::lifecycle::tests::ticket;
    use super::super::permission::{Action, may, relations};
    use super::super::ticket::{CurrentHandover, HandoverStage};
    use super::*;

    proptest! {
        /// The index finds for somebody exactly what the permission table lets them read.
        #[test]
        fn searching_and_reading_agree(
            who in 1i64..5, opd in 1i64..3, roles in prop::sample::subsequence(Role::ALL.to_vec(), 0..4),
            team in 1i64..4, owner in 1i64..5, requester in 1i64..5,
            assignee in prop::option::of(1i64..5), watcher in 1i64..5, handed in prop::option::of(1i64..4),
            recorder in 1i64..5, past in 1i64..4, consulted in 1i64..4, class in 0usize..3, security: bool,
        ) {
            let is_tier2 = roles.contains(&Role::Tier2Agent);
            let teams = if is_tier2 { vec![TeamId(team)] } else { vec![] };
            let actor = Actor { id: PersonId(who), opd: OpdId(opd), roles, teams };
            let mut t = ticket();
            t.owner = PersonId(owner);
            t.requester = PersonId(requester);
            t.recorder = PersonId(recorder);
            t.assignee = assignee.map(PersonId);
            t.classification = Classification::ALL[class];
            t.security = security;
            t.handover = handed.map(|team| CurrentHandover {
                id: HandoverId(1), team: TeamId(team), stage: HandoverStage::Accepted,
            });
            let involved = Involved {
                watchers: vec![PersonId(watcher)],
                handed_to: vec![TeamId(past)],
                consulted: vec![TeamId(consulted)],
            };
            let words = words(&t, &involved);
            let has = |word: &String| words.split(' ').any(|w| w == word);
            let reader = reader(&actor);
            let relations = relations(&actor, &t, &involved);
            // An assignee who is neither of the desk nor of the team cannot occur: assign() refuses.
            prop_assume!(assignee != Some(who) || actor.is_desk_of(t.opd)
                || t.handover.is_some_and(|h| actor.is_in(h.team)));
            let finds_internal = reader.staff.iter().any(has);
            let finds = finds_internal || reader.public.iter().any(has);
            prop_assert_eq!(finds_internal, may(&relations, Action::ReadInternal).is_ok());
            prop_assert_eq!(finds, may(&relations, Action::Read).is_ok());
        }
    }
}
