//! Handover from a Tier 1 desk to a Tier 2 team (Perbup Sumenep 39/2023 Ps 31(3)-(4)): an object with
//! a life of its own, requested → accepted | returned | withdrawn. Tier 1 stays the ticket's owner.

use super::ids::{HandoverId, OpdId, PersonId, TeamId};
use super::people::Actor;
use super::ticket::{CurrentHandover, HandoverStage, Status, Ticket, word_enum};
use super::{Instant, Refusal};

word_enum! {
    /// How a handover stands.
    HandoverState {
        /// asked for, not answered
        Requested = "requested",
        /// the team works, or worked, on it
        Accepted = "accepted",
        /// given back to the desk with an instruction
        Returned = "returned",
        /// taken back by the desk, or ended with the ticket before an answer
        Withdrawn = "withdrawn",
    }
}

word_enum! {
    /// Why a desk hands over.
    HandoverReason {
        /// needs knowledge that the desk does not have
        Skill = "skill",
        /// needs access or authority that the desk does not have
        Access = "access",
        /// needs equipment or a part
        Equipment = "equipment",
        /// affects several OPDs
        Widespread = "widespread",
        /// needs a decision or approval by the Dinas
        Approval = "approval",
        /// the Tier 1 target was missed
        TargetMissed = "target_missed",
        /// a security incident: straight to CSIRT
        Security = "security",
    }
}

/// One handover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    pub id: HandoverId,
    pub from: OpdId,
    pub to: TeamId,
    pub reason: HandoverReason,
    pub state: HandoverState,
    pub requested_at: Instant,
    pub accepted_by: Option<PersonId>,
    pub accepted_at: Option<Instant>,
    /// When it stopped being the ticket's unresolved handover.
    pub ended_at: Option<Instant>,
}

impl Handover {
    /// Ends it together with its ticket: what a team had accepted counts as accepted for ever, what
    /// nobody had answered is withdrawn.
    pub fn end_with(&mut self, ticket: &Ticket, now: Instant) {
        if ticket.handover.is_none() && self.ended_at.is_none() {
            if self.state == HandoverState::Requested {
                self.state = HandoverState::Withdrawn;
            }
            self.ended_at = Some(now);
        }
    }
}

impl Ticket {
    /// Asks a team to take over. `id` is the new handover's.
    pub fn hand_over(
        &mut self,
        by: &Actor,
        id: HandoverId,
        to: TeamId,
        reason: HandoverReason,
        now: Instant,
    ) -> Result<Handover, Refusal> {
        self.refuse_handover()?;
        self.engage(by);
        Ok(self.request(id, to, reason, now))
    }

    /// Asks a team without anybody of the desk: a security incident at once, or what missed its target.
    pub fn hand_over_by_itself(
        &mut self,
        id: HandoverId,
        to: TeamId,
        reason: HandoverReason,
        now: Instant,
    ) -> Result<Handover, Refusal> {
        self.refuse_handover()?;
        Ok(self.request(id, to, reason, now))
    }

    fn refuse_handover(&self) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status == Status::Resolved {
            return Err(Refusal::AlreadyResolved);
        }
        match self.handover.map(|h| h.stage) {
            Some(HandoverStage::Requested) => return Err(Refusal::HandoverPending),
            Some(HandoverStage::Accepted) => return Err(Refusal::WithTier2),
            None => {}
        }
        Ok(())
    }

    fn request(&mut self, id: HandoverId, to: TeamId, reason: HandoverReason, now: Instant) -> Handover {
        self.status = Status::InProgress;
        self.assignee = None;
        self.handover = Some(CurrentHandover { id, team: to, stage: HandoverStage::Requested });
        Handover {
            id,
            from: self.opd,
            to,
            reason,
            state: HandoverState::Requested,
            requested_at: now,
            accepted_by: None,
            accepted_at: None,
            ended_at: None,
        }
    }

    /// The team takes it on; the person who accepts works on it.
    pub fn accept(&mut self, handover: &mut Handover, by: &Actor, now: Instant) -> Result<(), Refusal> {
        let stage = self.refuse_other(handover)?;
        if stage == HandoverStage::Accepted {
            return Err(Refusal::HandoverAccepted);
        }
        if !by.is_in(handover.to) {
            return Err(Refusal::NotEligible);
        }
        handover.state = HandoverState::Accepted;
        handover.accepted_by = Some(by.id);
        handover.accepted_at = Some(now);
        self.handover = Some(CurrentHandover { id: handover.id, team: handover.to, stage: HandoverStage::Accepted });
        self.assignee = Some(by.id);
        Ok(())
    }

    /// The team gives it back to the desk, before or after accepting. Counts as a bounce.
    pub fn give_back(&mut self, handover: &mut Handover, now: Instant) -> Result<(), Refusal> {
        self.refuse_other(handover)?;
        if self.status == Status::Resolved {
            return Err(Refusal::AlreadyResolved);
        }
        handover.state = HandoverState::Returned;
        self.back_to_desk(handover, now);
        self.bounces += 1;
        Ok(())
    }

    /// The desk takes back what nobody has answered yet.
    pub fn withdraw(&mut self, handover: &mut Handover, now: Instant) -> Result<(), Refusal> {
        if self.refuse_other(handover)? == HandoverStage::Accepted {
            return Err(Refusal::HandoverAccepted);
        }
        // A security incident stays with CSIRT until CSIRT gives it back.
        if self.security {
            return Err(Refusal::SecurityTeam);
        }
        handover.state = HandoverState::Withdrawn;
        self.back_to_desk(handover, now);
        Ok(())
    }

    fn back_to_desk(&mut self, handover: &mut Handover, now: Instant) {
        handover.ended_at = Some(now);
        self.handover = None;
        self.status = Status::InProgress;
        self.assignee = Some(self.owner);
    }

    fn refuse_other(&self, handover: &Handover) -> Result<HandoverStage, Refusal> {
        self.refuse_final()?;
        match self.handover {
            Some(current) if current.id == handover.id => Ok(current.stage),
            _ if handover.ended_at.is_some() => Err(Refusal::HandoverEnded),
            _ => Err(Refusal::NoHandover),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::HandoverId;
    use super::super::lifecycle::tests::{TEAM, agent, at, ticket, tier2};
    use super::*;

    fn handed_over() -> (Ticket, Handover) {
        let mut t = ticket();
        let h = t.hand_over(&agent(10), HandoverId(1), TEAM, HandoverReason::Skill, at(1)).unwrap();
        (t, h)
    }

    #[test]
    fn handing_over_keeps_the_owner_and_leaves_nobody_working() {
        let (t, h) = handed_over();
        assert_eq!((t.owner, t.assignee, t.status), (agent(10).id, None, Status::InProgress));
        assert_eq!((h.state, h.from), (HandoverState::Requested, t.opd));
    }

    #[test]
    fn a_second_handover_needs_the_first_to_end() {
        let (mut t, mut h) = handed_over();
        let again = |t: &mut Ticket| t.hand_over(&agent(10), HandoverId(2), TEAM, HandoverReason::Skill, at(2)).err();
        assert_eq!(again(&mut t), Some(Refusal::HandoverPending));
        t.accept(&mut h, &tier2(20), at(2)).unwrap();
        assert_eq!(again(&mut t), Some(Refusal::WithTier2));
        t.give_back(&mut h, at(3)).unwrap();
        assert_eq!(again(&mut t), None);
    }

    #[test]
    fn a_return_counts_as_a_bounce_and_goes_to_the_owner() {
        for accept_first in [false, true] {
            let (mut t, mut h) = handed_over();
            if accept_first {
                t.accept(&mut h, &tier2(20), at(2)).unwrap();
                assert_eq!(t.assignee, Some(tier2(20).id));
            }
            t.give_back(&mut h, at(3)).unwrap();
            assert_eq!((t.bounces, t.assignee, t.handover), (1, Some(t.owner), None));
            assert_eq!((h.state, h.ended_at), (HandoverState::Returned, Some(at(3))));
            assert_eq!(t.give_back(&mut h, at(4)), Err(Refusal::HandoverEnded));
        }
    }

    #[test]
    fn only_an_unanswered_handover_can_be_withdrawn() {
        let (mut t, mut h) = handed_over();
        let (mut t2, mut h2) = (t.clone(), h.clone());
        t.withdraw(&mut h, at(2)).unwrap();
        assert_eq!((h.state, t.handover, t.bounces), (HandoverState::Withdrawn, None, 0));
        t2.accept(&mut h2, &tier2(20), at(2)).unwrap();
        assert_eq!(t2.withdraw(&mut h2, at(3)), Err(Refusal::HandoverAccepted));
        assert_eq!(t2.accept(&mut h2, &tier2(21), at(3)), Err(Refusal::HandoverAccepted));
    }

    #[test]
    fn only_a_member_of_the_team_accepts() {
        let (mut t, mut h) = handed_over();
        assert_eq!(t.accept(&mut h, &agent(10), at(2)), Err(Refusal::NotEligible));
    }

    #[test]
    fn a_handover_ends_with_its_ticket() {
        let (mut t, mut h) = handed_over();
        t.cancel(at(5)).unwrap();
        h.end_with(&t, at(5));
        assert_eq!((h.state, h.ended_at), (HandoverState::Withdrawn, Some(at(5))));

        let (mut t, mut h) = handed_over();
        t.accept(&mut h, &tier2(20), at(2)).unwrap();
        t.resolve(&tier2(20), at(3)).unwrap();
        t.close(at(4)).unwrap();
        h.end_with(&t, at(4));
        assert_eq!((h.state, h.ended_at), (HandoverState::Accepted, Some(at(4))));
    }
}
