//! How a ticket moves through its life. Each method is one move: it checks the rule and changes the
//! ticket, or refuses and leaves it as it was. Who may ask for a move is in `permission`.

use super::ids::{PersonId, TicketId};
use super::people::{Actor, Role};
use super::ticket::{HandoverStage, Status, Ticket, word_enum};
use super::{Instant, Refusal};

word_enum! {
    /// Whom a ticket waits for.
    Waiting {
        /// the requester's answer: the requester's clock stands still
        Requester = "requester",
        /// a vendor or another institution
        ThirdParty = "third_party",
        /// an approval
        Approval = "approval",
    }
}

impl Waiting {
    fn status(self) -> Status {
        match self {
            Self::Requester => Status::WaitingRequester,
            Self::ThirdParty => Status::WaitingThirdParty,
            Self::Approval => Status::WaitingApproval,
        }
    }
}

impl Ticket {
    /// Gives it to a person: of the desk or a supervisor, who then also owns it, or, once a team has
    /// accepted it, of that team, in which case the owner stays (Tier 1 remains owner towards the requester).
    pub fn assign(&mut self, to: &Actor) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status == Status::Resolved {
            return Err(Refusal::AlreadyResolved);
        }
        let eligible = match self.handover {
            Some(h) if h.stage == HandoverStage::Requested => return Err(Refusal::HandoverPending),
            Some(h) => to.is_in(h.team),
            // Supervision steps in where a desk has nobody (Perbup Sumenep 39/2023 Ps 31(5)).
            None => to.is_desk_of(self.opd) || to.has(Role::Supervisor),
        };
        if !eligible {
            return Err(Refusal::NotEligible);
        }
        if self.assignee == Some(to.id) {
            return Err(Refusal::Unchanged);
        }
        self.give_to(to);
        Ok(())
    }

    /// Passes on what a person who leaves had: ownership to the successor, who must be of the desk or a
    /// supervisor; work to the successor too, or back into the team's queue if they are not in it.
    pub fn hand_on(&mut self, from: PersonId, to: &Actor) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.owner == from {
            if !to.is_desk_of(self.opd) && !to.has(Role::Supervisor) {
                return Err(Refusal::NotEligible);
            }
            self.owner = to.id;
        }
        if self.assignee == Some(from) {
            let takes_over = match self.handover {
                Some(h) => to.is_in(h.team),
                None => self.owner == to.id || to.is_desk_of(self.opd),
            };
            self.assignee = takes_over.then_some(to.id);
        }
        Ok(())
    }

    /// Puts it back into its queue: nobody works on it.
    pub fn release(&mut self) -> Result<(), Refusal> {
        self.refuse_unworkable()?;
        if self.assignee.is_none() {
            return Err(Refusal::Unchanged);
        }
        self.assignee = None;
        Ok(())
    }

    /// Somebody who may work on it begins to: nothing happens if somebody already does.
    pub fn engage(&mut self, by: &Actor) {
        if self.status == Status::New && self.handover.is_none() {
            self.give_to(by);
        }
    }

    fn give_to(&mut self, to: &Actor) {
        self.assignee = Some(to.id);
        if self.handover.is_none() {
            self.owner = to.id;
        }
        if self.status == Status::New {
            self.status = Status::InProgress;
        }
    }

    /// Waits for somebody else.
    pub fn hold(&mut self, by: &Actor, waiting: Waiting) -> Result<(), Refusal> {
        self.refuse_unworkable()?;
        if self.status == waiting.status() {
            return Err(Refusal::Unchanged);
        }
        self.engage(by);
        self.status = waiting.status();
        Ok(())
    }

    /// Goes on after waiting.
    pub fn resume(&mut self) -> Result<(), Refusal> {
        self.refuse_final()?;
        if !self.status.is_waiting() {
            return Err(Refusal::NotWaiting);
        }
        self.status = Status::InProgress;
        Ok(())
    }

    /// The requester wrote: what waited for that goes on. On a resolved ticket nothing moves, since
    /// reopening is an act of its own.
    pub fn requester_wrote(&mut self) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status == Status::WaitingRequester {
            self.status = Status::InProgress;
        }
        Ok(())
    }

    /// Resolves it. A handover that a team has accepted stays until closing, so that reopening
    /// brings the ticket back to that team.
    pub fn resolve(&mut self, by: &Actor, now: Instant) -> Result<(), Refusal> {
        self.refuse_unworkable()?;
        self.engage(by);
        self.status = Status::Resolved;
        self.resolved_at = Some(now);
        Ok(())
    }

    /// Takes up a resolved ticket again, up to `until`.
    pub fn reopen(&mut self, now: Instant, until: Instant) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status != Status::Resolved {
            return Err(Refusal::NotResolved);
        }
        if now > until {
            return Err(Refusal::ReopenTooLate);
        }
        self.status = Status::InProgress;
        self.resolved_at = None;
        self.reopenings += 1;
        Ok(())
    }

    /// Ends a resolved ticket.
    pub fn close(&mut self, now: Instant) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status != Status::Resolved {
            return Err(Refusal::NotResolved);
        }
        self.end(Status::Closed, now);
        Ok(())
    }

    /// Whether its help can be rated: it was resolved, and is so still.
    pub fn check_rateable(&self) -> Result<(), Refusal> {
        if self.resolved_at.is_some() { Ok(()) } else { Err(Refusal::NotResolved) }
    }

    /// The requester no longer needs it. An unresolved handover ends with it.
    pub fn cancel(&mut self, now: Instant) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status == Status::Resolved {
            return Err(Refusal::AlreadyResolved);
        }
        self.end(Status::Cancelled, now);
        Ok(())
    }

    /// It is not to be done. While a handover waits for its answer it cannot be rejected.
    pub fn reject(&mut self, now: Instant) -> Result<(), Refusal> {
        self.refuse_unworkable()?;
        self.end(Status::Rejected, now);
        Ok(())
    }

    /// Ends as a duplicate of another ticket, which must still be open, of the same type and OPD.
    pub fn merge_into(&mut self, other: &Ticket, now: Instant) -> Result<(), Refusal> {
        if self.id == other.id {
            return Err(Refusal::SameTicket);
        }
        self.refuse_final()?;
        other.refuse_final()?;
        match self.handover.map(|h| h.stage) {
            Some(HandoverStage::Requested) => return Err(Refusal::HandoverPending),
            Some(HandoverStage::Accepted) => return Err(Refusal::WithTier2),
            None => {}
        }
        let confined_alike = self.is_confined() == other.is_confined();
        if self.kind != other.kind || self.opd != other.opd || !confined_alike {
            return Err(Refusal::MergeMismatch);
        }
        self.merged_into = Some(TicketId(other.id.0));
        self.end(Status::Closed, now);
        Ok(())
    }

    fn end(&mut self, status: Status, now: Instant) {
        self.status = status;
        self.closed_at = Some(now);
        self.handover = None;
        if status != Status::Closed {
            self.resolved_at = None;
        }
    }

    /// Final, resolved, or waiting for the answer to a handover: nobody works on it.
    fn refuse_unworkable(&self) -> Result<(), Refusal> {
        self.refuse_final()?;
        if self.status == Status::Resolved {
            return Err(Refusal::AlreadyResolved);
        }
        if self.handover.is_some_and(|h| h.stage == HandoverStage::Requested) {
            return Err(Refusal::HandoverPending);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::{Duration, TimeZone, Utc};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::handover::{Handover, HandoverReason, HandoverState};
    use crate::domain::ids::{HandoverId, OpdId, TeamId};
    use crate::domain::priority::{Level, Priority};
    use crate::domain::ticket::{Channel, Classification, CurrentHandover, Promises, TicketType};

    pub(crate) const DESK: OpdId = OpdId(1);
    pub(crate) const TEAM: TeamId = TeamId(7);

    pub(crate) fn at(minutes: i64) -> Instant {
        Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap() + Duration::minutes(minutes)
    }

    pub(crate) fn agent(id: i64) -> Actor {
        Actor { id: PersonId(id), opd: DESK, roles: vec![Role::Tier1Agent], teams: vec![] }
    }

    pub(crate) fn tier2(id: i64) -> Actor {
        Actor { id: PersonId(id), opd: OpdId(9), roles: vec![Role::Tier2Agent], teams: vec![TEAM] }
    }

    pub(crate) fn ticket() -> Ticket {
        Ticket {
            id: TicketId(1),
            version: 1,
            kind: TicketType::Incident,
            status: Status::New,
            subject: Some("Internet mati".into()),
            impact: Level::Medium,
            urgency: Level::Medium,
            priority: Priority::P3,
            channel: Channel::Portal,
            classification: Classification::Open,
            security: false,
            personal_data: false,
            major: false,
            opd: DESK,
            requester: PersonId(50),
            recorder: PersonId(50),
            owner: PersonId(10),
            assignee: None,
            handover: None,
            bounces: 0,
            reopenings: 0,
            category: None,
            merged_into: None,
            tags: vec![],
            opened_at: at(0),
            updated_at: at(0),
            resolved_at: None,
            closed_at: None,
            promises: Promises::default(),
        }
    }

    fn in_status(status: Status, stage: Option<HandoverStage>) -> Ticket {
        let mut t = ticket();
        t.status = status;
        t.assignee = (status != Status::New).then_some(PersonId(10));
        t.handover = stage.map(|stage| CurrentHandover { id: HandoverId(3), team: TEAM, stage });
        t.resolved_at = matches!(status, Status::Resolved | Status::Closed).then(|| at(1));
        t.closed_at = status.is_final().then(|| at(2));
        t
    }

    type Move = (&'static str, fn(&mut Ticket) -> Result<(), Refusal>);

    const MOVES: &[Move] = &[
        ("assign", |t| t.assign(&agent(11))),
        ("release", |t| t.release()),
        ("hold", |t| t.hold(&agent(10), Waiting::ThirdParty)),
        ("resume", |t| t.resume()),
        ("resolve", |t| t.resolve(&agent(10), at(5))),
        ("reopen", |t| t.reopen(at(5), at(60))),
        ("close", |t| t.close(at(5))),
        ("cancel", |t| t.cancel(at(5))),
        ("reject", |t| t.reject(at(5))),
    ];

    /// The whole table: every status × every move, with the status after it or the refusal.
    #[test]
    fn every_move_from_every_status() {
        let mut drawn = String::new();
        for status in Status::ALL {
            for (name, act) in MOVES {
                let before = in_status(*status, None);
                let mut after = before.clone();
                let outcome = match act(&mut after) {
                    Ok(()) => after.status.as_str(),
                    Err(refusal) => {
                        assert_eq!(before, after, "a refused {name} changes nothing");
                        refusal.code()
                    }
                };
                after.check().unwrap();
                drawn += &format!("{status:>19} {name:<8} {outcome}\n");
            }
        }
        insta::assert_snapshot!("every_move_from_every_status", drawn);
    }

    #[test]
    fn while_a_handover_waits_for_its_answer_nobody_can_finish_the_ticket() {
        for (name, act) in MOVES {
            let mut t = in_status(Status::InProgress, Some(HandoverStage::Requested));
            let outcome = act(&mut t);
            match *name {
                "cancel" => assert_eq!(outcome, Ok(())),
                "resume" => assert_eq!(outcome, Err(Refusal::NotWaiting)),
                "reopen" | "close" => assert_eq!(outcome, Err(Refusal::NotResolved)),
                _ => assert_eq!(outcome, Err(Refusal::HandoverPending), "{name}"),
            }
        }
    }

    #[test]
    fn taking_a_new_ticket_makes_the_taker_its_owner() {
        let mut t = ticket();
        t.assign(&agent(11)).unwrap();
        assert_eq!((t.status, t.owner, t.assignee), (Status::InProgress, PersonId(11), Some(PersonId(11))));
        assert_eq!(t.assign(&agent(11)), Err(Refusal::Unchanged));
    }

    #[test]
    fn only_the_desk_or_the_working_team_can_be_given_a_ticket() {
        let mut stranger = agent(12);
        stranger.opd = OpdId(2);
        assert_eq!(ticket().assign(&stranger), Err(Refusal::NotEligible));
        let mut with_team = in_status(Status::InProgress, Some(HandoverStage::Accepted));
        assert_eq!(with_team.assign(&agent(11)), Err(Refusal::NotEligible));
        with_team.assign(&tier2(20)).unwrap();
        assert_eq!((with_team.owner, with_team.assignee), (PersonId(10), Some(PersonId(20))));
    }

    #[test]
    fn reopening_ends_with_its_time() {
        for (now, expected) in [(60, Ok(())), (61, Err(Refusal::ReopenTooLate))] {
            let mut t = in_status(Status::Resolved, None);
            assert_eq!(t.reopen(at(now), at(60)), expected);
        }
    }

    #[test]
    fn who_leaves_passes_on_what_they_had() {
        let (from, successor) = (PersonId(10), agent(11));
        let mut at_desk = in_status(Status::InProgress, None);
        at_desk.hand_on(from, &successor).unwrap();
        assert_eq!((at_desk.owner, at_desk.assignee), (successor.id, Some(successor.id)));
        let mut with_team = in_status(Status::InProgress, Some(HandoverStage::Accepted));
        with_team.assignee = Some(PersonId(20));
        with_team.hand_on(PersonId(20), &tier2(21)).unwrap();
        assert_eq!((with_team.owner, with_team.assignee), (from, Some(PersonId(21))));
        with_team.hand_on(PersonId(21), &successor).unwrap();
        assert_eq!(with_team.assignee, None);
        assert_eq!(in_status(Status::New, None).hand_on(from, &tier2(20)), Err(Refusal::NotEligible));
    }

    #[test]
    fn reopening_brings_a_ticket_back_to_the_team_that_resolved_it() {
        let mut t = in_status(Status::InProgress, Some(HandoverStage::Accepted));
        t.resolve(&tier2(20), at(5)).unwrap();
        t.reopen(at(6), at(60)).unwrap();
        assert_eq!(t.working_team(), Some(TEAM));
        assert_eq!(t.reopenings, 1);
    }

    #[test]
    fn an_answer_of_the_requester_wakes_only_what_waited_for_it() {
        for (before, after) in [
            (Status::WaitingRequester, Status::InProgress),
            (Status::WaitingThirdParty, Status::WaitingThirdParty),
            (Status::Resolved, Status::Resolved),
            (Status::New, Status::New),
        ] {
            let mut t = in_status(before, None);
            t.requester_wrote().unwrap();
            assert_eq!(t.status, after);
        }
        assert_eq!(in_status(Status::Closed, None).requester_wrote(), Err(Refusal::Final));
    }

    #[test]
    fn merging_needs_two_open_tickets_of_one_kind_and_desk() {
        let mut other = ticket();
        other.id = TicketId(2);
        let mut t = ticket();
        t.merge_into(&other, at(9)).unwrap();
        assert_eq!((t.status, t.merged_into), (Status::Closed, Some(TicketId(2))));
        assert_eq!(ticket().merge_into(&ticket(), at(9)), Err(Refusal::SameTicket));
        for (change, expected) in [
            ((|o| o.kind = TicketType::Request) as fn(&mut Ticket), Refusal::MergeMismatch),
            (|o| o.opd = OpdId(2), Refusal::MergeMismatch),
            (|o| o.classification = Classification::Secret, Refusal::MergeMismatch),
            (|o| o.cancel(at(1)).unwrap(), Refusal::Final),
        ] {
            let mut other = other.clone();
            change(&mut other);
            assert_eq!(ticket().merge_into(&other, at(9)), Err(expected));
        }
        let mut pending = in_status(Status::InProgress, Some(HandoverStage::Requested));
        assert_eq!(pending.merge_into(&other, at(9)), Err(Refusal::HandoverPending));
    }

    /// A ticket with all its handovers, on which moves are tried at random.
    struct Life {
        ticket: Ticket,
        handovers: Vec<Handover>,
    }

    impl Life {
        /// Tries move `which`; the outcome does not matter, what must hold afterwards does.
        fn step(&mut self, which: u8, now: Instant) {
            let before = self.ticket.clone();
            let next_id = HandoverId(i64::try_from(self.handovers.len()).unwrap() + 1);
            let t = &mut self.ticket;
            let outcome = match which {
                0 => t.assign(&agent(11)),
                1 => t.assign(&tier2(20)),
                15 => t.release(),
                2 => t.hold(&agent(10), Waiting::Requester),
                3 => t.hold(&agent(10), Waiting::Approval),
                4 => t.resume(),
                5 => t.requester_wrote(),
                6 => t.resolve(&agent(10), now),
                7 => t.reopen(now, now + Duration::hours(1)),
                8 => t.close(now),
                9 => t.cancel(now),
                10 => t.reject(now),
                11 => t
                    .hand_over(&agent(10), next_id, TEAM, HandoverReason::Skill, now)
                    .map(|handover| self.handovers.push(handover)),
                _ => match self.handovers.last_mut() {
                    None => Err(Refusal::NoHandover),
                    Some(h) if which == 12 => t.accept(h, &tier2(20), now),
                    Some(h) if which == 13 => t.give_back(h, now),
                    Some(h) => t.withdraw(h, now),
                },
            };
            if outcome.is_err() {
                assert_eq!(before, self.ticket, "a refused move changes nothing");
            } else if let (None, Some(h)) = (self.ticket.handover, self.handovers.last_mut()) {
                h.end_with(&self.ticket, now);
            }
            assert!(!before.status.is_final() || outcome.is_err(), "final is final");
        }

        fn check(&self) {
            self.ticket.check().unwrap();
            let unresolved: Vec<_> = self.handovers.iter().filter(|h| h.ended_at.is_none()).collect();
            assert!(unresolved.len() <= 1, "one unresolved handover at most");
            assert_eq!(
                self.ticket.handover.map(|h| h.id),
                unresolved.first().map(|h| h.id),
                "no unresolved handover is lost, and none is invented"
            );
            let returned = self.handovers.iter().filter(|h| h.state == HandoverState::Returned).count();
            assert_eq!(self.ticket.bounces, i64::try_from(returned).unwrap());
        }
    }

    proptest! {
        #[test]
        fn any_sequence_of_moves_keeps_the_invariants(moves in prop::collection::vec(0u8..16, 0..60)) {
            let mut life = Life { ticket: ticket(), handovers: vec![] };
            for (minute, which) in moves.into_iter().enumerate() {
                life.step(which, at(i64::try_from(minute).unwrap()));
                life.check();
            }
        }
    }
}
