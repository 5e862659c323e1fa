//! Queues a report for whoever gets it by mail, in the transaction that freezes it or keeps its signature. The
//! mail is written when it is sent.

use chrono::Days;

use crate::domain::report::{Period, Scope};
use crate::domain::ticket::word_enum;
use crate::services::work::Heard;
use crate::services::{Result, Work};
use crate::store::report_recipients::{self, Whom};
use crate::store::{notice_choices, outbox};

word_enum! {
    /// When somebody gets a report.
    Moment {
        /// when it is frozen
        Frozen = "frozen",
        /// when it is signed; after an addendum, again when the new paper is
        Signed = "signed",
    }
}

/// Of a month that was frozen so many days after it was over nobody is told by mail: it was taken over from elsewhere,
/// or the program was away for that long. What somebody signs is always news.
const NEWS_DAYS: u64 = 92;

/// Queues it, once for each recipient and paper: a signature, or 0 for the report as it was frozen.
pub(super) fn queue(
    work: &mut Work<'_, '_>,
    period: Period,
    report: i64,
    scope: Scope,
    moment: Moment,
    paper: i64,
) -> Result<()> {
    let today = work.today();
    let is_news = match moment {
        Moment::Frozen => period.last_day().checked_add_days(Days::new(NEWS_DAYS)).is_some_and(|day| day >= today),
        Moment::Signed => true,
    };
    if work.heard == Heard::Nowhere || !is_news {
        return Ok(());
    }
    for (recipient, whom) in report_recipients::of_scope(work.tx, scope, moment.as_str())? {
        let Some(delivery) = report_recipients::deliver(work.tx, report, recipient, paper)? else { continue };
        let by_mail = match &whom {
            Whom::Person(person) => !notice_choices::among(work.tx, &[*person])?.iter().any(|(_, w)| w.bounced),
            Whom::Address(_) => true,
        };
        let by_mail = by_mail && work.heard == Heard::Fully;
        outbox::queue_report(work.tx, delivery, &whom, by_mail, work.now)?;
    }
    Ok(())
}
