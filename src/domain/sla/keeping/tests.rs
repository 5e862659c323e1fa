//! What every move enters into the clocks of a ticket.

use super::super::super::handover::{Handover, HandoverReason};
use super::super::super::ids::HandoverId;
use super::super::super::lifecycle::Waiting;
use super::super::super::lifecycle::tests::{DESK, TEAM, agent, at, ticket, tier2};
use super::super::super::priority::Priority;
use super::super::clock::Clock;
use super::super::target::Target;
use super::super::testing::{always, timetable};
use super::super::timetable::Timetable;
use super::*;

/// A ticket with its handovers and clocks, to which things happen.
struct Life<'t> {
    ticket: Option<Ticket>,
    handover: Option<Handover>,
    clocks: Vec<(ClockKind, Clock<'t>, Terms)>,
    timetable: &'t Timetable,
    pausing: Pausing,
}

/// Who does it; the requester is person 50.
const REQUESTER: Option<PersonId> = Some(PersonId(50));
const STAFF: Option<PersonId> = Some(PersonId(10));
const PROGRAM: Option<PersonId> = None;

/// The desk goes by calendar 1, the team by calendar 2; the target goes by priority.
fn terms(clock: ClockKind, ticket: &Ticket) -> Terms {
    let minutes = if ticket.priority == Priority::P1 { 60 } else { 600 };
    let calendar = match clock.worker(ticket) {
        Worker::Desk(desk) => {
            assert_eq!(desk, DESK);
            1
        }
        Worker::Team(_) => 2,
    };
    Terms { target: Target::WorkingMinutes(minutes), calendar, policy: 1 }
}

impl<'t> Life<'t> {
    fn new(timetable: &'t Timetable, pausing: Pausing) -> Self {
        Self { ticket: None, handover: None, clocks: Vec::new(), timetable, pausing }
    }

    fn happen(
        &mut self,
        kind: EventKind,
        by: Option<PersonId>,
        act: impl FnOnce(&mut Ticket, &mut Option<Handover>),
    ) -> String {
        let before = self.ticket.clone();
        let mut after = before.clone().unwrap_or_else(ticket);
        act(&mut after, &mut self.handover);
        after.check().unwrap();
        let entered = self.enter(&Change { kind, by, before: before.as_ref(), after: &after });
        self.ticket = Some(after);
        entered
    }

    /// Applies what has to be entered, and tells it, clock by clock.
    fn enter(&mut self, change: &Change<'_>) -> String {
        let mut told = Vec::new();
        for kind in ClockKind::ALL {
            let place = self.clocks.iter().position(|(clock, _, _)| clock == kind);
            let stands = place.map(|place| (self.clocks[place].1.state, self.clocks[place].2));
            let entries = change.entries(*kind, stands, terms(*kind, change.after), self.pausing);
            for entry in &entries {
                let place = self.clocks.iter().position(|(clock, _, _)| clock == kind);
                let old = place.map(|place| self.clocks.remove(place));
                let terms = entry.terms.or(old.as_ref().map(|(_, _, terms)| *terms)).expect("the first entry starts");
                let clock = Clock::apply(old.map(|(_, clock, _)| clock), entry, 0, |_| Some(self.timetable));
                self.clocks.push((*kind, clock.expect("a whole ledger"), terms));
            }
            let acts: Vec<_> = entries.iter().map(|entry| entry.act.as_str()).collect();
            if !acts.is_empty() {
                told.push(format!("{kind} {}", acts.join("+")));
            }
            // Said once is enough: nothing is to be entered a second time.
            let place = self.clocks.iter().position(|(clock, _, _)| clock == kind);
            let stands = place.map(|place| (self.clocks[place].1.state, self.clocks[place].2));
            let again = Change { kind: EventKind::Noted, by: STAFF, before: Some(change.after), after: change.after };
            if change.kind != EventKind::Replied && change.kind != EventKind::HandedOver {
                assert_eq!(again.entries(*kind, stands, terms(*kind, change.after), self.pausing), [], "{kind}");
            }
        }
        told.join(", ")
    }

    fn round(&self, kind: ClockKind) -> i64 {
        self.clocks.iter().find(|(clock, _, _)| *clock == kind).unwrap().1.round
    }

    fn open(&mut self) -> String {
        self.happen(EventKind::Opened, REQUESTER, |_, _| ())
    }

    fn take(&mut self) -> String {
        self.happen(EventKind::Assigned, STAFF, |t, _| t.assign(&agent(10)).unwrap())
    }

    fn hand_over(&mut self, id: i64, by: Option<PersonId>) -> String {
        self.happen(EventKind::HandedOver, by, |t, handover| {
            *handover = Some(t.hand_over(&agent(10), HandoverId(id), TEAM, HandoverReason::Skill, at(1)).unwrap());
        })
    }

    fn accept(&mut self) -> String {
        let by = tier2(20);
        self.happen(EventKind::HandoverAccepted, Some(by.id), |t, h| t.accept(h.as_mut().unwrap(), &by, at(2)).unwrap())
    }

    fn give_back(&mut self) -> String {
        let by = Some(tier2(20).id);
        self.happen(EventKind::HandoverReturned, by, |t, h| t.give_back(h.as_mut().unwrap(), at(3)).unwrap())
    }

    fn withdraw(&mut self) -> String {
        self.happen(EventKind::HandoverWithdrawn, STAFF, |t, h| t.withdraw(h.as_mut().unwrap(), at(3)).unwrap())
    }

    fn hold(&mut self, waiting: Waiting) -> String {
        self.happen(EventKind::Held, STAFF, |t, _| t.hold(&agent(10), waiting).unwrap())
    }

    fn resume(&mut self) -> String {
        self.happen(EventKind::Resumed, STAFF, |t, _| t.resume().unwrap())
    }

    fn resolve(&mut self) -> String {
        self.happen(EventKind::Resolved, STAFF, |t, _| t.resolve(&agent(10), at(4)).unwrap())
    }

    fn reopen(&mut self) -> String {
        self.happen(EventKind::Reopened, REQUESTER, |t, _| t.reopen(at(5), at(60)).unwrap())
    }

    fn close(&mut self, by: Option<PersonId>) -> String {
        self.happen(EventKind::Closed, by, |t, _| t.close(at(6)).unwrap())
    }

    fn priority(&mut self, priority: Priority) -> String {
        self.happen(EventKind::Edited, STAFF, |t, _| t.priority = priority)
    }
}

const OPENED: &str = "response start, resolution start, tier1 start";

#[test]
fn at_the_desk() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    assert_eq!(life.open(), OPENED);
    assert_eq!(life.take(), "response stop");
    assert_eq!(life.happen(EventKind::Noted, STAFF, |_, _| ()), "");
    assert_eq!(life.happen(EventKind::Assigned, STAFF, |t, _| t.release().unwrap()), "", "once answered, always");
    assert_eq!(life.resolve(), "resolution stop, tier1 stop, closing start");
    assert_eq!(life.happen(EventKind::Replied, REQUESTER, |t, _| t.requester_wrote().unwrap()), "");
    assert_eq!(life.reopen(), "resolution resume, tier1 resume, closing stop");
    assert_eq!(life.resolve(), "resolution stop, tier1 stop, closing start");
    assert_eq!((life.round(ClockKind::Closing), life.round(ClockKind::Resolution)), (2, 1));
    assert_eq!(life.close(PROGRAM), "closing stop");
}

/// Who answers first: not the requester, not who typed it in for them, not the program.
#[test]
fn a_first_response() {
    let always = timetable(always("UTC"));
    for (by, expected) in [(REQUESTER, ""), (Some(PersonId(51)), ""), (PROGRAM, ""), (STAFF, "response stop")] {
        let mut life = Life::new(&always, Pausing::default());
        life.happen(EventKind::Opened, REQUESTER, |t, _| t.recorder = PersonId(51));
        assert_eq!(life.happen(EventKind::Replied, by, |_, _| ()), expected, "{by:?}");
        assert_eq!(life.happen(EventKind::Noted, STAFF, |_, _| ()), "", "a note is none");
    }
    for (by, expected) in [
        (STAFF, "response stop, tier1 stop, tier2_accept start"),
        // The Tier 1 target was missed: that is no answer.
        (PROGRAM, "tier1 stop, tier2_accept start"),
    ] {
        let mut life = Life::new(&always, Pausing::default());
        life.open();
        let told = life.happen(EventKind::HandedOver, by, |t, h| {
            *h = Some(t.hand_over_by_itself(HandoverId(1), TEAM, HandoverReason::Security, at(1)).unwrap())
        });
        assert_eq!(told, expected);
        let answered = if by == PROGRAM {
            "response stop, tier2_accept stop, tier2 start"
        } else {
            "tier2_accept stop, tier2 start"
        };
        assert_eq!(life.accept(), answered);
    }
}

#[test]
fn held_for_each_reason_under_each_setting() {
    let always = timetable(always("UTC"));
    let none = Pausing { waiting_requester: false, waiting_third_party: false, waiting_approval: false };
    for (waiting, setting) in [
        (Waiting::Requester, Pausing { waiting_requester: true, ..none }),
        (Waiting::ThirdParty, Pausing { waiting_third_party: true, ..none }),
        (Waiting::Approval, Pausing { waiting_approval: true, ..none }),
    ] {
        for pausing in [none, setting] {
            let pauses = pausing == setting;
            let mut life = Life::new(&always, pausing);
            life.open();
            life.take();
            let (held, resumed) =
                if pauses { ("resolution pause, tier1 pause", "resolution resume, tier1 resume") } else { ("", "") };
            assert_eq!(life.hold(waiting), held, "{waiting} {pausing:?}");
            assert_eq!(life.resume(), resumed, "{waiting} {pausing:?}");
            // Any other reason does not pause under this setting.
            for other in [Waiting::Requester, Waiting::ThirdParty, Waiting::Approval] {
                if other != waiting {
                    assert_eq!((life.hold(other), life.resume()), (String::new(), String::new()));
                }
            }
            // From one reason to another without going on between.
            let mut life = Life::new(&always, pausing);
            life.open();
            let other = if waiting == Waiting::Approval { Waiting::ThirdParty } else { Waiting::Approval };
            assert_eq!(life.hold(other), "response stop", "holding is an answer");
            assert_eq!(life.hold(waiting), held);
            assert_eq!(life.hold(other), resumed);
        }
    }
}

#[test]
fn paused_by_what_the_requester_owes() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    life.open();
    assert_eq!(life.hold(Waiting::Requester), "response stop, resolution pause, tier1 pause");
    assert_eq!(life.priority(Priority::P1), "resolution retarget, tier1 retarget", "while paused");
    let told = life.happen(EventKind::Replied, REQUESTER, |t, _| t.requester_wrote().unwrap());
    assert_eq!(told, "resolution resume, tier1 resume");
    assert_eq!(life.priority(Priority::P3), "resolution retarget, tier1 retarget", "while running");
    life.hold(Waiting::Requester);
    assert_eq!(life.resolve(), "resolution stop, tier1 stop, closing start", "while paused");
    assert_eq!(life.priority(Priority::P1), "closing retarget", "what has stopped keeps its target");
    assert_eq!(life.reopen(), "resolution retarget+resume, tier1 retarget+resume, closing stop");
    life.hold(Waiting::Requester);
    assert_eq!(life.hand_over(1, STAFF), "resolution resume, tier1 stop, tier2_accept start");
}

#[test]
fn with_tier2_and_back() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    assert_eq!(life.open(), OPENED);
    assert_eq!(life.hand_over(1, STAFF), "response stop, tier1 stop, tier2_accept start");
    assert_eq!(life.accept(), "tier2_accept stop, tier2 start");
    assert_eq!(life.happen(EventKind::Assigned, STAFF, |t, _| t.assign(&tier2(21)).unwrap()), "");
    assert_eq!(life.hold(Waiting::Requester), "resolution pause, tier2 pause");
    assert_eq!(life.give_back(), "resolution resume, tier1 resume, tier2 stop");
    assert_eq!(life.hand_over(2, STAFF), "tier1 stop, tier2_accept start", "a new handover, a new promise");
    assert_eq!(life.round(ClockKind::Tier2Accept), 2);
    assert_eq!(life.withdraw(), "tier1 resume, tier2_accept stop");
    assert_eq!(life.hand_over(3, STAFF), "tier1 stop, tier2_accept start");
    assert_eq!(life.give_back(), "tier1 resume, tier2_accept stop", "returned before it was accepted");
    assert_eq!(life.hand_over(4, PROGRAM), "tier1 stop, tier2_accept start");
    assert_eq!(life.accept(), "tier2_accept stop, tier2 resume", "the team goes on where it stopped");
    let rounds =
        [ClockKind::Resolution, ClockKind::Tier1, ClockKind::Tier2Accept, ClockKind::Tier2].map(|c| life.round(c));
    assert_eq!(rounds, [1, 1, 4, 1]);
    assert_eq!(life.resolve(), "resolution stop, tier2 stop, closing start");
    assert_eq!(life.reopen(), "resolution resume, tier2 resume, closing stop", "back to the team that resolved it");
    life.resolve();
    assert_eq!(life.close(REQUESTER), "closing stop");
}

#[test]
fn another_team_goes_by_its_own_hours() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    life.open();
    let calendar = |life: &Life<'_>, kind| life.clocks.iter().find(|(clock, _, _)| *clock == kind).unwrap().2.calendar;
    life.hand_over(1, STAFF);
    life.accept();
    let of =
        [ClockKind::Resolution, ClockKind::Tier1, ClockKind::Tier2Accept, ClockKind::Tier2].map(|c| calendar(&life, c));
    assert_eq!(of, [1, 1, 2, 2]);
    assert_eq!(life.priority(Priority::P1), "resolution retarget, tier2 retarget");
}

#[test]
fn what_ends_a_ticket_stops_its_clocks() {
    let always = timetable(always("UTC"));
    let every = "response stop, resolution stop, tier1 stop";
    let mut other = ticket();
    other.id = 2.into();
    for (kind, act, expected) in [
        (EventKind::Cancelled, (|t, _| t.cancel(at(1)).unwrap()) as fn(&mut Ticket, &Ticket), every),
        (EventKind::Rejected, |t, _| t.reject(at(1)).unwrap(), every),
        (EventKind::Merged, |t, other| t.merge_into(other, at(1)).unwrap(), every),
    ] {
        let mut life = Life::new(&always, Pausing::default());
        life.open();
        assert_eq!(life.happen(kind, REQUESTER, |t, _| act(t, &other)), expected, "{kind}");
        let mut life = Life::new(&always, Pausing::default());
        life.open();
        life.hold(Waiting::Requester);
        let paused = "resolution stop, tier1 stop";
        assert_eq!(life.happen(kind, REQUESTER, |t, _| act(t, &other)), paused, "{kind} while paused");
    }
    let mut life = Life::new(&always, Pausing::default());
    life.open();
    life.hand_over(1, PROGRAM);
    let told = life.happen(EventKind::Cancelled, REQUESTER, |t, _| t.cancel(at(1)).unwrap());
    assert_eq!(told, "response stop, resolution stop, tier2_accept stop");
}

/// A security incident is never the desk's, whoever filed it; being handed over by the program is no
/// answer.
#[test]
fn a_security_incident_goes_straight_to_csirt() {
    let always = timetable(always("UTC"));
    for recorder in [50, 10] {
        let filer = Some(PersonId(recorder));
        let mut life = Life::new(&always, Pausing::default());
        let opened = life.happen(EventKind::Opened, filer, |t, _| {
            (t.security, t.personal_data, t.recorder) = (true, true, PersonId(recorder));
        });
        assert_eq!(opened, "response start, resolution start, legal start");
        assert_eq!(life.happen(EventKind::Linked, filer, |_, _| ()), "", "it follows another");
        let told = life.happen(EventKind::HandedOver, PROGRAM, |t, h| {
            *h = Some(t.hand_over_by_itself(HandoverId(1), TEAM, HandoverReason::Security, at(0)).unwrap())
        });
        // From here on CSIRT's hours count.
        assert_eq!(told, "response retarget, resolution retarget, tier2_accept start");
        assert_eq!(life.accept(), "response stop, tier2_accept stop, tier2 start");
        assert_eq!(life.give_back(), "resolution retarget, tier1 start, tier2 stop", "CSIRT may give it back");
        assert_eq!(life.resolve(), "resolution stop, tier1 stop, legal stop, closing start");
    }
}

#[test]
fn personal_data_found_later() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    life.open();
    life.take();
    assert_eq!(life.happen(EventKind::Classified, STAFF, |t, _| t.personal_data = true), "legal start");
    assert_eq!(life.hold(Waiting::Requester), "resolution pause, tier1 pause", "the law does not wait");
    assert_eq!(life.happen(EventKind::Classified, STAFF, |t, _| t.personal_data = false), "legal stop");
    assert_eq!(life.happen(EventKind::Classified, STAFF, |t, _| t.personal_data = true), "legal resume");
    // Only incidents are notified.
    let mut life = Life::new(&always, Pausing::default());
    let told =
        life.happen(EventKind::Opened, REQUESTER, |t, _| (t.kind, t.personal_data) = (TicketType::Request, true));
    assert_eq!(told, OPENED);
}

/// What was imported resolved, or opened in any state, has the clocks of that state.
#[test]
fn a_ticket_that_begins_in_the_middle() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    let told = life.happen(EventKind::Opened, PROGRAM, |t, _| t.hold(&agent(10), Waiting::Requester).unwrap());
    assert_eq!(told, "resolution start+pause, tier1 start+pause");
    let mut life = Life::new(&always, Pausing::default());
    assert_eq!(life.happen(EventKind::Opened, PROGRAM, |t, _| t.resolve(&agent(10), at(0)).unwrap()), "closing start");
}

#[test]
fn a_new_version_that_promises_the_same_needs_no_entry() {
    let always = timetable(always("UTC"));
    let mut life = Life::new(&always, Pausing::default());
    life.open();
    let ticket = life.ticket.clone().unwrap();
    let change = Change { kind: EventKind::Noted, by: STAFF, before: Some(&ticket), after: &ticket };
    let now = terms(ClockKind::Resolution, &ticket);
    for (terms, expected) in [
        (Terms { policy: 2, ..now }, 0),
        (Terms { calendar: 3, ..now }, 1),
        (Terms { target: Target::WorkingMinutes(1), ..now }, 1),
    ] {
        let entries = change.entries(ClockKind::Resolution, Some((State::Running, now)), terms, life.pausing);
        assert_eq!(entries.len(), expected, "{terms:?}");
        assert!(entries.iter().all(|entry| entry.act == Act::Retarget && entry.terms == Some(terms)));
    }
}
