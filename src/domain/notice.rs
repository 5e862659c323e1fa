//! Who is told of what, how soon and in which way: one table, notice × audience, and what people may choose.

use super::event::EventKind;
use super::ids::{PersonId, TeamId};
use super::ticket::{Ticket, word_enum};

word_enum! {
    /// What somebody is told.
    Notice {
        Opened = "opened",
        Assigned = "assigned",
        Replied = "replied",
        Noted = "noted",
        /// It waits; for the requester, it asks them for something.
        Held = "held",
        Resolved = "resolved",
        Reopened = "reopened",
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
        Merged = "merged",
        BreachDecided = "breach_decided",
        /// Somebody wrote one's name into a text.
        Mention = "mention",
        /// A resolved ticket closes by itself before long.
        ClosingSoon = "closing_soon",
        TargetNear = "target_near",
        TargetMissed = "target_missed",
        /// Supervision reminds a desk of what it has missed.
        Reminded = "reminded",
        /// A report was frozen or signed.
        ReportReady = "report_ready",
        /// What is told late because the program was away, in one.
        AlarmDigest = "alarm_digest",
        /// What somebody wants to know once a day.
        Digest = "digest",
        /// An account was made for somebody; with the link to their first password.
        Invited = "invited",
        /// The link to a new password.
        Reset = "reset",
        PasswordChanged = "password_changed",
        /// To the sender of a mail: who you are is not known here.
        UnknownSender = "unknown_sender",
        /// To the sender of a mail: somebody looks at it first.
        Triaged = "triaged",
        /// To the sender of a mail: it could not be taken, and why.
        NotTaken = "not_taken",
        /// An evaluation recommends something to one's OPD.
        RecommendationAdded = "recommendation_added",
        /// It was changed, said to be done, or decided about.
        RecommendationMoved = "recommendation_moved",
        /// Its due date comes soon.
        RecommendationNear = "recommendation_near",
        /// Its due date is over: also to supervision.
        RecommendationOverdue = "recommendation_overdue",
    }
}

word_enum! {
    /// What people choose a way for.
    Topic {
        /// what one asked for oneself
        Mine = "mine",
        /// tickets of one's desk, one's teams, and those one works on
        Work = "work",
        /// tickets that one follows
        Watched = "watched",
        /// targets that are near or missed
        Alarm = "alarm",
        /// one's own account
        Account = "account",
    }
}

impl Topic {
    /// What can be chosen.
    pub const CHOOSABLE: &[Self] = &[Self::Mine, Self::Work, Self::Watched, Self::Alarm];

    /// The way for whoever has not chosen.
    pub fn usual(self) -> Way {
        match self {
            Self::Watched => Way::Digest,
            Self::Mine | Self::Work | Self::Alarm | Self::Account => Way::Mail,
        }
    }
}

word_enum! {
    /// How somebody is told. Whatever it is, the pages tell it too. In order: a later one reaches less.
    Way {
        /// a mail at once
        Mail = "mail",
        /// in the mail of the day
        Digest = "digest",
        /// on the pages only
        App = "app",
    }
}

/// What leaves first. In this order, and within it whatever is due first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Somebody sits before the screen and waits.
    Account = 0,
    /// Somebody should act within the hour.
    Urgent = 1,
    Usual = 2,
    Digest = 3,
}

impl Urgency {
    /// All, the first to leave first.
    pub const ALL: [Self; 4] = [Self::Account, Self::Urgent, Self::Usual, Self::Digest];
}

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
    /// who is told for a reason that the ticket does not know: named in a text, consulted, reminded, alarmed
    Named,
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Who around the ticket is told.
    pub audience: &'static [Audience],
    /// What it counts as; nothing if that depends on what one is to the ticket.
    pub topic: Option<Topic>,
    pub urgency: Urgency,
    /// The way that reaches least of those that may be chosen.
    pub least: Way,
}

impl Notice {
    /// The table.
    pub fn rule(self) -> Rule {
        use Audience::{Assignee, Named, Owner, Requester, Team, Watchers};
        let about =
            |audience: &'static [Audience]| Rule { audience, topic: None, urgency: Urgency::Usual, least: Way::App };
        let account = Rule { topic: Some(Topic::Account), urgency: Urgency::Account, least: Way::Mail, ..about(&[]) };
        let alarm = Rule { topic: Some(Topic::Alarm), ..about(&[Named]) };
        match self {
            Self::Opened => about(&[Requester, Owner, Team]),
            Self::Assigned => about(&[Requester, Assignee, Owner]),
            Self::Replied | Self::Held | Self::Reopened => about(&[Requester, Assignee, Owner, Watchers]),
            Self::Resolved | Self::Closed | Self::Cancelled | Self::Rejected | Self::Merged => {
                about(&[Requester, Owner, Assignee, Watchers])
            }
            Self::Noted | Self::ConsultationAnswered => about(&[Assignee, Owner]),
            Self::HandedOver => about(&[Team, Requester]),
            Self::HandoverAccepted | Self::HandoverReturned | Self::Rated | Self::BreachDecided => about(&[Owner]),
            Self::HandoverWithdrawn => about(&[Team]),
            Self::Consulted | Self::Mention => Rule { topic: Some(Topic::Work), ..about(&[Named]) },
            Self::ClosingSoon => about(&[Requester]),
            Self::TargetNear => alarm,
            Self::TargetMissed => Rule { urgency: Urgency::Urgent, ..alarm },
            // Supervision over the desks (Perbup Sumenep 39/2023 Ps 31(5)): a desk cannot choose not to hear it.
            Self::Reminded => Rule { urgency: Urgency::Urgent, least: Way::Mail, ..alarm },
            // To those whom supervision put on the list of its recipients.
            Self::ReportReady => Rule { topic: Some(Topic::Work), least: Way::Mail, ..about(&[]) },
            Self::AlarmDigest => Rule { least: Way::Mail, ..alarm },
            Self::RecommendationAdded | Self::RecommendationMoved => {
                Rule { topic: Some(Topic::Work), ..about(&[Named]) }
            }
            Self::RecommendationNear | Self::RecommendationOverdue => alarm,
            Self::Digest => Rule { urgency: Urgency::Digest, least: Way::Mail, ..about(&[]) },
            Self::Invited | Self::Reset | Self::PasswordChanged => account,
            // To addresses of nobody who could choose.
            Self::UnknownSender | Self::Triaged | Self::NotTaken => Rule { urgency: Urgency::Usual, ..account },
        }
    }

    /// What tells of an event, if anybody is told.
    pub fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::Opened => Some(Self::Opened),
            EventKind::Assigned => Some(Self::Assigned),
            EventKind::Replied => Some(Self::Replied),
            EventKind::Noted => Some(Self::Noted),
            EventKind::Held => Some(Self::Held),
            EventKind::Resolved => Some(Self::Resolved),
            EventKind::Reopened => Some(Self::Reopened),
            EventKind::Rated => Some(Self::Rated),
            EventKind::Closed => Some(Self::Closed),
            EventKind::Cancelled => Some(Self::Cancelled),
            EventKind::Rejected => Some(Self::Rejected),
            EventKind::HandedOver => Some(Self::HandedOver),
            EventKind::HandoverAccepted => Some(Self::HandoverAccepted),
            EventKind::HandoverReturned => Some(Self::HandoverReturned),
            EventKind::HandoverWithdrawn => Some(Self::HandoverWithdrawn),
            EventKind::ConsultationAnswered => Some(Self::ConsultationAnswered),
            EventKind::Merged => Some(Self::Merged),
            EventKind::BreachDecided => Some(Self::BreachDecided),
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
            // Who is consulted is not on the ticket, and who is told of an alarm is in the policy.
            | EventKind::Consulted
            | EventKind::Alarmed
            | EventKind::ClocksAdjusted
            | EventKind::BreachExplained
            // A desk gets one notice for all that it is reminded of.
            | EventKind::Reminded => None,
        }
    }

    /// How soon it leaves, of a ticket.
    pub fn urgency(self, ticket: &Ticket) -> Urgency {
        let urgency = self.rule().urgency;
        if urgency == Urgency::Usual && ticket.is_urgent() { Urgency::Urgent } else { urgency }
    }

    /// What it counts as for somebody who is told as one of this audience.
    pub fn topic(self, audience: Audience) -> Topic {
        self.rule().topic.unwrap_or(match audience {
            Audience::Requester => Topic::Mine,
            Audience::Watchers => Topic::Watched,
            Audience::Owner | Audience::Assignee | Audience::Team | Audience::Named => Topic::Work,
        })
    }
}

/// What counts when somebody is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What they chose for the topic, if they chose.
    pub choice: Option<Way>,
    /// Whether a mail to them came back.
    pub bounced: bool,
    /// Whether they are who works on it.
    pub is_assignee: bool,
    /// Whether the ticket is urgent.
    pub is_urgent: bool,
}

/// The way in which somebody is told.
///
/// What concerns the account always leaves by mail, and so does the alarm of an urgent ticket to whoever works
/// on it. An address whose mail came back gets nothing but account mails, which somebody asked for.
pub fn way(notice: Notice, topic: Topic, facts: Facts) -> Way {
    if topic == Topic::Account {
        return Way::Mail;
    }
    if facts.bounced {
        return Way::App;
    }
    let pressing = topic == Topic::Alarm && facts.is_assignee && facts.is_urgent;
    let least = if pressing { Way::Mail } else { notice.rule().least };
    facts.choice.unwrap_or(topic.usual()).min(least)
}

/// Somebody to tell, and as which audience.
pub type Recipient = (PersonId, Audience);

/// The people to tell, each once: named ones, and the team whose members are told. Whoever is several things
/// to the ticket is told as the first of them. Nobody is told of what they did themselves.
pub fn recipients(
    notice: Notice,
    before: Option<&Ticket>,
    ticket: &Ticket,
    watchers: &[PersonId],
    actor: Option<PersonId>,
) -> (Vec<Recipient>, Option<TeamId>) {
    let mut people: Vec<Recipient> = Vec::new();
    let mut team = None;
    for audience in notice.rule().audience {
        match audience {
            Audience::Requester => people.push((ticket.requester, *audience)),
            Audience::Owner => people.push((ticket.owner, *audience)),
            Audience::Assignee => people.extend(ticket.assignee.map(|person| (person, *audience))),
            // A withdrawn handover is gone from the ticket: its team is the one before.
            Audience::Team => team = ticket.handover.or(before.and_then(|b| b.handover)).map(|h| h.team),
            // What is confined is read by nobody for having followed it.
            Audience::Watchers if ticket.is_confined() => {}
            Audience::Watchers => people.extend(watchers.iter().map(|person| (*person, *audience))),
            Audience::Named => {}
        }
    }
    once(&mut people, actor);
    (people, team)
}

/// Leaves each person once, as the first audience that they were named for, and the actor out.
pub fn once(people: &mut Vec<Recipient>, actor: Option<PersonId>) {
    // Stable: of one person the entries stay in order.
    people.sort_by_key(|(person, _)| *person);
    people.dedup_by_key(|(person, _)| *person);
    people.retain(|(person, _)| Some(*person) != actor);
}

#[cfg(test)]
mod tests {
    use super::super::lifecycle::tests::ticket;
    use super::super::priority::Priority;
    use super::*;

    #[test]
    fn the_table_of_notices() {
        let mut drawn = String::new();
        for notice in Notice::ALL {
            let Rule { audience, topic, urgency, least } = notice.rule();
            let topic = topic.map_or("by audience", Topic::as_str);
            drawn += &format!("{:<22} {urgency:<8?} {topic:<12} {least:<6} {audience:?}\n", notice.as_str());
        }
        insta::assert_snapshot!("the_table_of_notices", drawn);
    }

    #[test]
    fn a_note_is_told_to_no_requester_and_no_watcher() {
        for kind in EventKind::ALL.iter().filter(|kind| !kind.is_public()) {
            let told = Notice::of(*kind).map_or(&[] as &[_], |notice| notice.rule().audience);
            assert!(!told.contains(&Audience::Requester) && !told.contains(&Audience::Watchers), "{kind}");
        }
    }

    #[test]
    fn what_tells_of_an_event_is_called_as_the_event_is() {
        for kind in EventKind::ALL {
            assert!(Notice::of(*kind).is_none_or(|notice| notice.as_str() == kind.as_str()), "{kind}");
        }
    }

    #[test]
    fn nobody_is_told_twice_or_of_their_own_act() {
        let mut t = ticket();
        t.assignee = Some(t.owner);
        let watchers = [PersonId(70), t.requester];
        let (people, team) = recipients(Notice::Resolved, None, &t, &watchers, Some(t.owner));
        let told = vec![(t.requester, Audience::Requester), (PersonId(70), Audience::Watchers)];
        assert_eq!((people, team), (told, None));
    }

    #[test]
    fn who_followed_what_became_secret_is_told_no_more() {
        let mut t = ticket();
        t.classification = super::super::ticket::Classification::Secret;
        let (people, _) = recipients(Notice::Resolved, None, &t, &[PersonId(70)], None);
        assert!(!people.contains(&(PersonId(70), Audience::Watchers)), "{people:?}");
    }

    #[test]
    fn what_people_choose_holds_within_the_rules() {
        use Topic::{Account, Alarm, Mine, Watched, Work};
        use Way::{App, Digest, Mail};
        let facts = Facts { choice: None, bounced: false, is_assignee: false, is_urgent: false };
        let chose = |way| Facts { choice: Some(way), ..facts };
        let pressing = |way| Facts { is_assignee: true, is_urgent: true, ..chose(way) };
        for (notice, topic, facts, expected) in [
            (Notice::Replied, Mine, facts, Mail),
            (Notice::Replied, Watched, facts, Digest),
            (Notice::Replied, Watched, chose(Mail), Mail),
            (Notice::Replied, Mine, chose(App), App),
            (Notice::Replied, Work, chose(Digest), Digest),
            (Notice::TargetMissed, Alarm, chose(App), App),
            (Notice::TargetMissed, Alarm, Facts { is_urgent: true, ..chose(App) }, App),
            (Notice::TargetMissed, Alarm, pressing(App), Mail),
            (Notice::Replied, Work, pressing(App), App),
            (Notice::Reminded, Alarm, chose(App), Mail),
            (Notice::Reminded, Alarm, Facts { bounced: true, ..facts }, App),
            (Notice::Replied, Mine, Facts { bounced: true, ..chose(Mail) }, App),
            (Notice::Reset, Account, Facts { bounced: true, ..chose(App) }, Mail),
        ] {
            assert_eq!(way(notice, topic, facts), expected, "{notice} {topic} {facts:?}");
        }
    }

    #[test]
    fn what_is_urgent_leaves_before_what_is_usual() {
        let mut t = ticket();
        t.priority = Priority::P3;
        assert_eq!(Notice::Replied.urgency(&t), Urgency::Usual);
        t.priority = Priority::P1;
        assert_eq!(Notice::Replied.urgency(&t), Urgency::Urgent);
        t.priority = Priority::P3;
        t.security = true;
        assert_eq!(Notice::Replied.urgency(&t), Urgency::Urgent);
        assert_eq!(Notice::Digest.urgency(&t), Urgency::Digest);
    }
}
