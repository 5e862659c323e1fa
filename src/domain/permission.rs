//! Who may do what to a ticket: one table, relation × action.
//!
//! An actor has zero or more relations to a ticket; an action is allowed if one of them allows it.
//! Without `SeeExistence` the ticket does not exist for them (404); with it, but without the action
//! asked for, it is forbidden (403).

use super::ids::{PersonId, TeamId};
use super::people::{Actor, Role};
use super::ticket::{Classification, Ticket, word_enum};

word_enum! {
    /// What can be done to a ticket.
    Action {
        /// know that it exists: number, OPD, dates, status, priority
        SeeExistence = "see_existence",
        /// read its content and public conversation
        Read = "read",
        /// read internal notes and handovers
        ReadInternal = "read_internal",
        /// read its history
        ReadHistory = "read_history",
        /// write to the requester, or as the requester
        Reply = "reply",
        /// write an internal note
        Note = "note",
        /// attach a file
        Attach = "attach",
        /// correct subject, description, type, category, impact, urgency, priority
        Edit = "edit",
        /// set the classification
        Classify = "classify",
        /// set tags
        Tag = "tag",
        /// give it to a person
        Assign = "assign",
        /// wait, and go on
        Hold = "hold",
        /// resolve
        Resolve = "resolve",
        /// take up again
        Reopen = "reopen",
        /// close, or confirm
        Close = "close",
        /// say what one thinks of the help
        Rate = "rate",
        /// cancel
        Cancel = "cancel",
        /// reject
        Reject = "reject",
        /// hand over to Tier 2, or withdraw that
        HandOver = "hand_over",
        /// accept a handover
        Accept = "accept",
        /// give it back to the desk
        GiveBack = "give_back",
        /// ask a team
        Consult = "consult",
        /// answer a question
        Answer = "answer",
        /// add or remove watchers
        Watch = "watch",
        /// tie it to other tickets, make it a major incident
        Link = "link",
        /// merge it into another
        Merge = "merge",
        /// say why a target was missed
        ExplainBreach = "explain_breach",
        /// agree to that or not
        DecideBreach = "decide_breach",
        /// remind the desk of a missed target
        Remind = "remind",
    }
}

word_enum! {
    /// What an actor is to a ticket.
    Relation {
        /// needs the help
        Requester = "requester",
        /// of the Dinas, typed it in for somebody
        Recorder = "recorder",
        /// follows it
        Watcher = "watcher",
        /// Tier 1 of its OPD, or the supervisor who is its named owner
        Desk = "desk",
        /// member of the team that has it
        Team = "team",
        /// member of the team that is asked to take it
        AskedTeam = "asked_team",
        /// member of a team that had it once
        PastTeam = "past_team",
        /// member of a team that was consulted
        Consulted = "consulted",
        /// head of its OPD
        OpdHead = "opd_head",
        /// penyelia
        Supervisor = "supervisor",
        /// Inspektorat, Tim Koordinasi
        Auditor = "auditor",
        /// penyelia or auditor before a confidential ticket: that it exists, not what it says
        Onlooker = "onlooker",
    }
}

impl Relation {
    /// What this relation allows: the table.
    pub fn allows(self, action: Action) -> bool {
        use Action::*;
        match self {
            Self::Requester => {
                matches!(action, SeeExistence | Read | ReadHistory | Reply | Attach | Reopen | Close | Rate | Cancel)
            }
            Self::Recorder => matches!(action, SeeExistence | Read | Reply | Attach),
            Self::Watcher => matches!(action, SeeExistence | Read),
            Self::Desk => !matches!(action, Accept | GiveBack | Answer | DecideBreach | Remind | Rate),
            Self::Team => matches!(
                action,
                SeeExistence
                    | Read
                    | ReadInternal
                    | ReadHistory
                    | Reply
                    | Note
                    | Attach
                    | Edit
                    | Classify
                    | Tag
                    | Assign
                    | Hold
                    | Resolve
                    | Reopen
                    | Reject
                    | GiveBack
                    | Accept
                    | Consult
                    | Watch
                    | Link
                    | ExplainBreach
            ),
            Self::AskedTeam => matches!(
                action,
                SeeExistence
                    | Read
                    | ReadInternal
                    | ReadHistory
                    | Reply
                    | Note
                    | Attach
                    | Tag
                    | Accept
                    | GiveBack
                    | Consult
                    | Watch
                    | Link
            ),
            Self::PastTeam => matches!(action, SeeExistence | Read | ReadInternal | ReadHistory | Note | ExplainBreach),
            Self::Consulted => matches!(action, SeeExistence | Read | ReadInternal | Note | Attach | Answer),
            Self::OpdHead => matches!(action, SeeExistence | Read | ReadInternal | ReadHistory),
            Self::Supervisor => matches!(
                action,
                SeeExistence
                    | Read
                    | ReadInternal
                    | ReadHistory
                    | Note
                    | Assign
                    | Classify
                    | Tag
                    | Watch
                    | Link
                    | DecideBreach
                    | Remind
            ),
            Self::Auditor => matches!(action, SeeExistence | Read | ReadInternal | ReadHistory),
            Self::Onlooker => matches!(action, SeeExistence),
        }
    }
}

/// What the ticket itself does not say about who is involved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Involved {
    /// Who watches it.
    pub watchers: Vec<PersonId>,
    /// Teams to which it was ever handed over.
    pub handed_to: Vec<TeamId>,
    /// Teams that were ever consulted.
    pub consulted: Vec<TeamId>,
}

/// Every relation that the actor has to the ticket.
///
/// Confined tickets (secret, or security incidents) know only the people named on them and the
/// teams involved (Perbup Batang 50/2019 Ps 37(3)-(4)); restricted ones know the desk as well. A named
/// owner whose appointment has ended is no longer of the desk.
pub fn relations(actor: &Actor, ticket: &Ticket, involved: &Involved) -> Vec<Relation> {
    let confined = ticket.is_confined();
    let named = ticket.owner == actor.id || ticket.assignee == Some(actor.id);
    let desk = (actor.is_desk_of(ticket.opd) && (!confined || named))
        || (ticket.owner == actor.id && actor.has(Role::Supervisor));
    // Whoever of the Dinas typed it in keeps it in sight; Tier 1 does as long as it is of the desk.
    let dinas = actor.has(Role::Tier2Agent) || actor.has(Role::Supervisor);
    let recorded = ticket.recorder == actor.id && ticket.requester != actor.id && dinas;
    let in_any = |teams: &[TeamId]| teams.iter().any(|team| actor.is_in(*team));
    let handed = ticket.handover.filter(|h| actor.is_in(h.team));
    let oversight = |role, relation| {
        actor.has(role).then_some(if ticket.is_confidential() { Relation::Onlooker } else { relation })
    };
    [
        (ticket.requester == actor.id).then_some(Relation::Requester),
        recorded.then_some(if confined { Relation::Onlooker } else { Relation::Recorder }),
        (involved.watchers.contains(&actor.id) && !confined).then_some(Relation::Watcher),
        desk.then_some(Relation::Desk),
        handed.map(|h| match h.stage {
            super::ticket::HandoverStage::Accepted => Relation::Team,
            super::ticket::HandoverStage::Requested => Relation::AskedTeam,
        }),
        in_any(&involved.handed_to).then_some(Relation::PastTeam),
        in_any(&involved.consulted).then_some(Relation::Consulted),
        (actor.has(Role::OpdHead) && actor.opd == ticket.opd && !confined).then_some(Relation::OpdHead),
        oversight(Role::Supervisor, Relation::Supervisor),
        oversight(Role::Auditor, Relation::Auditor),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether the answer is "no such ticket" or "not for you".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The actor must not learn that it exists.
    Unknown,
    /// The actor sees it but may not do this.
    Forbidden,
}

/// Whether an actor with these relations may do this.
pub fn may(relations: &[Relation], action: Action) -> Result<(), Denied> {
    if relations.iter().any(|r| r.allows(action)) {
        Ok(())
    } else if relations.iter().any(|r| r.allows(Action::SeeExistence)) {
        Err(Denied::Forbidden)
    } else {
        Err(Denied::Unknown)
    }
}

/// Whether a person may follow a ticket: those of its OPD, the teams and supervision follow open ones,
/// its OPD restricted ones, nobody confined ones.
pub fn may_watch(person: &Actor, ticket: &Ticket) -> bool {
    match ticket.classification {
        Classification::Open => {
            !ticket.security && (person.opd == ticket.opd || !person.teams.is_empty() || person.has(Role::Supervisor))
        }
        Classification::Restricted => !ticket.security && person.opd == ticket.opd,
        Classification::Secret => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::{HandoverId, OpdId};
    use super::super::lifecycle::tests::{TEAM, agent, ticket, tier2};
    use super::super::ticket::{CurrentHandover, HandoverStage};
    use super::*;

    #[test]
    fn the_table_of_relation_and_action() {
        let mut drawn = format!("{:<14}", "");
        for relation in Relation::ALL {
            drawn += &format!(" {:>10}", relation.as_str());
        }
        for action in Action::ALL {
            drawn += &format!("\n{:<14}", action.as_str());
            for relation in Relation::ALL {
                drawn += &format!(" {:>10}", if relation.allows(*action) { "yes" } else { "-" });
            }
        }
        insta::assert_snapshot!("the_table_of_relation_and_action", drawn);
    }

    fn person(id: i64, opd: i64, roles: &[Role]) -> Actor {
        Actor { id: PersonId(id), opd: OpdId(opd), roles: roles.to_vec(), teams: vec![] }
    }

    /// Who sees what of an open, a restricted, a secret and a security ticket of OPD 1 that is with
    /// team 7: content, existence or nothing.
    #[test]
    fn who_sees_which_classification() {
        let people = [
            ("requester", person(50, 1, &[Role::Requester])),
            ("colleague", person(51, 1, &[Role::Requester])),
            ("owner", agent(10)),
            ("other tier 1 of the OPD", agent(11)),
            ("tier 1 of another OPD", person(12, 2, &[Role::Tier1Agent])),
            ("team", tier2(20)),
            ("another team", Actor { teams: vec![TeamId(8)], ..tier2(21) }),
            ("head of the OPD", person(60, 1, &[Role::OpdHead])),
            ("supervisor", person(61, 9, &[Role::Supervisor])),
            ("auditor", person(62, 9, &[Role::Auditor])),
            ("admin", person(63, 9, &[Role::Admin])),
        ];
        let mut drawn = String::new();
        for (name, actor) in &people {
            drawn += &format!("{name:<24}");
            for (classification, security) in [
                (Classification::Open, false),
                (Classification::Restricted, false),
                (Classification::Secret, false),
                (Classification::Open, true),
            ] {
                let mut t = ticket();
                t.classification = classification;
                t.security = security;
                t.handover = Some(CurrentHandover { id: HandoverId(1), team: TEAM, stage: HandoverStage::Accepted });
                let relations = relations(actor, &t, &Involved::default());
                let sees = match (may(&relations, Action::Read), may(&relations, Action::SeeExistence)) {
                    (Ok(()), _) => "content",
                    (_, Ok(())) => "existence",
                    _ => "nothing",
                };
                drawn += &format!(" {sees:<10}");
            }
            drawn = drawn.trim_end().to_owned() + "\n";
        }
        insta::assert_snapshot!("who_sees_which_classification", drawn);
    }

    #[test]
    fn a_team_that_returned_it_still_reads_it_but_no_longer_acts() {
        let involved = Involved { handed_to: vec![TEAM], ..Involved::default() };
        let relations = relations(&tier2(20), &ticket(), &involved);
        assert_eq!(may(&relations, Action::Read), Ok(()));
        assert_eq!(may(&relations, Action::Resolve), Err(Denied::Forbidden));
    }

    #[test]
    fn a_note_never_reaches_a_requester_or_a_watcher() {
        for relation in [Relation::Requester, Relation::Recorder, Relation::Watcher, Relation::Onlooker] {
            assert!(!relation.allows(Action::ReadInternal));
            assert!(!relation.allows(Action::Note));
        }
    }
}
