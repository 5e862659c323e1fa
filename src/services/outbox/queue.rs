//! Queues what is told to people, each in the way that they chose. The one place where notices of events begin.

use chrono::Days;

use super::super::work::Heard;
use super::super::{Result, Work};
use crate::domain::Instant;
use crate::domain::ids::{EventId, PersonId};
use crate::domain::notice::{Facts, Notice, Recipient, Urgency, Way, way};
use crate::domain::ticket::Ticket;
use crate::store::notice_choices::Wishes;
use crate::store::outbox::{self, NewNotice};

/// What happened.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    pub event: EventId,
    pub notice: Notice,
    pub ticket: &'a Ticket,
    /// From when on it may be told.
    pub from: Instant,
    /// Whether it should have been told long ago: then it is told in one mail with everything else of that kind.
    pub late: bool,
}

/// Queues a notice for people, each of whom is named once.
pub fn run(work: &mut Work<'_, '_>, news: &News<'_>, people: &[Recipient]) -> Result<()> {
    if work.heard == Heard::Nowhere || people.is_empty() {
        return Ok(());
    }
    let ids: Vec<PersonId> = people.iter().map(|(person, _)| *person).collect();
    let wishes = work.sweep.wishes(work.tx, &ids)?;
    let mut notices = Vec::with_capacity(people.len());
    for recipient in people {
        let wish = wishes.iter().find(|(person, _)| *person == recipient.0).map(|(_, wish)| wish);
        notices.push(one(work, news, *recipient, wish)?);
    }
    Ok(outbox::queue(work.tx, &notices, work.now)?)
}

fn one(
    work: &mut Work<'_, '_>,
    news: &News<'_>,
    (recipient, audience): Recipient,
    wish: Option<&Wishes>,
) -> Result<NewNotice> {
    let topic = news.notice.topic(audience);
    let choice = wish.and_then(|wish| wish.choices.iter().find(|(of, _)| *of == topic).map(|(_, way)| *way));
    let facts = Facts {
        choice,
        bounced: wish.is_some_and(|wish| wish.bounced),
        is_assignee: news.ticket.assignee == Some(recipient),
        is_urgent: news.ticket.is_urgent(),
    };
    let as_it_is = (news.notice.urgency(news.ticket), news.from);
    let (way, (urgency, due)) = match way(news.notice, topic, facts) {
        _ if work.heard == Heard::OnPages => (Way::App, as_it_is),
        // Not with the digests of the day: it should have been known long ago.
        Way::Mail if news.late => (Way::Digest, (Urgency::Usual, news.from)),
        Way::Digest => (Way::Digest, (Urgency::Digest, next_digest(work)?)),
        way => (way, as_it_is),
    };
    Ok(NewNotice { event: news.event, recipient, notice: news.notice, way, urgency, due })
}

/// When the next digest leaves: at its time of day, on a working day of the default calendar.
pub fn next_digest(work: &mut Work<'_, '_>) -> Result<Instant> {
    let (now, zone) = (work.now, work.desk.zone);
    let time = work.desk.config.mail.digest_time().map_err(crate::services::Error::Internal)?;
    let rules = work.rules()?;
    let force = rules.at(now)?;
    let timetable = force.timetable_of(force.policy.calendars.default_id)?;
    let at = |days: u64| {
        let day = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(days))?;
        // A time that the clocks leave out does not exist; no zone of Indonesia changes its clocks.
        let at = day.and_time(time).and_local_timezone(zone).earliest()?.to_utc();
        let works = timetable.calendar().spans(timetable.date(at.timestamp()));
        (at > now && !works.is_empty()).then_some(at)
    };
    // Longer than any run of holidays; where nobody ever works, it is all the same.
    Ok((0..60).find_map(at).unwrap_or(now))
}
