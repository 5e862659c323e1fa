//! Overseeing the desks: how each stands, why targets were missed, and reminding.

pub mod breaches;
pub mod desks;
pub mod letter;
pub mod remind;

use chrono::{DateTime, Datelike, NaiveDate, Offset};

use super::{Desk, Error, Result};
use crate::domain::Instant;
use crate::domain::people::{Actor, Role};
use crate::domain::report::period;
use crate::store::supervision::Range;

/// Which desks somebody oversees: supervision and audit all, the head of an OPD that one.
pub fn range(actor: &Actor) -> Result<Range> {
    match () {
        () if oversees(actor) => Ok(Range::All),
        () if actor.has(Role::OpdHead) => Ok(Range::One(actor.opd)),
        () => Err(Error::Forbidden),
    }
}

/// Whether somebody oversees all desks.
pub fn oversees(actor: &Actor) -> bool {
    actor.has(Role::Supervisor) || actor.has(Role::Auditor)
}

/// The instant at which a day begins where the desk stands.
fn begin_of(desk: &Desk, day: NaiveDate) -> Instant {
    period::begin_of(day, desk.zone)
}

/// The first day of this month.
pub fn month(desk: &Desk) -> NaiveDate {
    let today = desk.today();
    today.with_day(1).unwrap_or(today)
}

/// How far the clocks here are before UTC, in minutes.
fn offset_minutes(desk: &Desk) -> i32 {
    let now: DateTime<_> = desk.now().with_timezone(&desk.zone);
    now.offset().fix().local_minus_utc() / 60
}
