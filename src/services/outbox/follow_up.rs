//! Queues what is told of recommendations. On the pages it stands beside what is told of tickets.

use super::super::work::Heard;
use super::super::{Result, Work};
use crate::domain::ids::{FollowUpId, PersonId};
use crate::domain::notice::{Audience, Facts, Notice, Way, way};
use crate::store::notice_choices;
use crate::store::outbox::{self, NewFollowUp};

/// Queues a notice for people, each of whom is named once.
pub fn queue(work: &mut Work<'_, '_>, follow_up: FollowUpId, notice: Notice, people: &[PersonId]) -> Result<()> {
    if work.heard == Heard::Nowhere || people.is_empty() {
        return Ok(());
    }
    let wishes = notice_choices::among(work.tx, people)?;
    let topic = notice.topic(Audience::Named);
    for recipient in people {
        let wish = wishes.iter().find(|(person, _)| person == recipient).map(|(_, wish)| wish);
        let choice = wish.and_then(|wish| wish.choices.iter().find(|(of, _)| *of == topic).map(|(_, way)| *way));
        let bounced = wish.is_some_and(|wish| wish.bounced);
        let facts = Facts { choice, bounced, is_assignee: false, is_urgent: false };
        let way = match way(notice, topic, facts) {
            // The mail of the day is about tickets, and these are few.
            Way::Digest => Way::Mail,
            way => way,
        };
        let way = if work.heard == Heard::OnPages { Way::App } else { way };
        let (recipient, urgency) = (*recipient, notice.rule().urgency);
        outbox::queue_follow_up(work.tx, &NewFollowUp { follow_up, recipient, notice, way, urgency }, work.now)?;
    }
    Ok(())
}
