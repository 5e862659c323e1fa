//! How the desks stand at this moment.

use std::collections::BTreeMap;

use chrono::{Days, Duration, NaiveDate};

use super::super::{Desk, Result};
use super::{begin_of, month, offset_minutes, range};
use crate::domain::Instant;
use crate::domain::ids::OpdId;
use crate::domain::people::{Actor, Appointment};
use crate::domain::report::rank;
use crate::domain::sla::keeping::ClockKind;
use crate::store::Conn;
use crate::store::supervision::{self as rows, DeskRow, Ended, Range};

/// How many weeks a line of compliance goes back.
const WEEKS: i64 = 5;

/// How many days the course goes back.
pub const DAYS: u64 = 30;

/// What is older than so many days is counted apart, in each of these steps.
pub const AGES: [i64; 4] = [1, 3, 7, 30];

/// Whether anybody is appointed to a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appointed {
    Yes,
    /// All appointments are over.
    Ended,
    Nobody,
}

/// Promises that came to their end, and those that were not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub ended: i64,
    pub late: i64,
}

impl Kept {
    /// Kept of a hundred; nothing if none ended.
    pub fn percent(self) -> Option<f64> {
        (self.ended > 0).then(|| (self.ended - self.late) as f64 * 100.0 / self.ended as f64)
    }
}

/// How a desk stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    pub opd: OpdId,
    pub code: String,
    pub name: String,
    pub open: i64,
    pub oldest: Option<Instant>,
    pub near: i64,
    pub over: i64,
    /// A team is asked to take them and has not answered.
    pub requested: i64,
    /// Resolutions of this month.
    pub kept: Kept,
    /// Its place among all desks by that; nothing if too few resolutions ended, or the others are not known.
    pub place: Option<i64>,
    /// Resolutions of the last weeks, the present one last.
    pub weeks: Vec<Kept>,
    pub active_at: Option<Instant>,
    /// Of this month.
    pub handovers: i64,
    pub returned: i64,
    pub appointed: Appointed,
}

impl Stand {
    /// Returned of a hundred handovers; nothing if there was none.
    pub fn bounce_percent(&self) -> Option<f64> {
        (self.handovers > 0).then(|| self.returned as f64 * 100.0 / self.handovers as f64)
    }
}

/// A day with what was opened and resolved on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub day: NaiveDate,
    pub opened: i64,
    pub resolved: i64,
}

/// Everything on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// By name.
    pub desks: Vec<Stand>,
    /// The last days, today last.
    pub course: Vec<Day>,
    /// Open tickets that are younger than each of [`AGES`], and what is older than all.
    pub ages: [i64; 5],
}

/// How the desks that somebody oversees stand.
pub fn run(desk: &Desk, actor: &Actor) -> Result<Overview> {
    let range = range(actor)?;
    desk.read(|conn| overview(desk, conn, range))
}

/// How the desks of a range stand.
pub(super) fn overview(desk: &Desk, conn: &mut Conn, range: Range) -> Result<Overview> {
    let (now, today) = (desk.now(), desk.today());
    let open = rows::open(conn, range, AGES.map(|days| now - Duration::days(days)), now)?;
    let total = |step: usize| open.iter().filter_map(|row| row.since.get(step)).sum::<i64>();
    let younger = [total(0), total(1), total(2), total(3), open.iter().map(|row| row.tickets).sum()];
    let mut ages = younger;
    for ((age, younger), before) in ages.iter_mut().zip(younger).skip(1).zip(younger) {
        *age = younger - before;
    }
    let open: BTreeMap<OpdId, rows::Open> = open.into_iter().map(|row| (row.opd, row)).collect();
    let ended = ended(desk, conn, range, today)?;
    let from = begin_of(desk, month(desk));
    let handed = rows::handovers(conn, range, from)?;
    let handed: BTreeMap<OpdId, (i64, i64)> = handed.into_iter().map(|(opd, a, r)| (opd, (a, r))).collect();
    let appointed = appointed(conn, range, today)?;
    let stand = |row: DeskRow| {
        let opd = row.opd;
        let (kept, weeks) = ended.get(&opd).cloned().unwrap_or_else(|| (Kept::default(), no_weeks()));
        let (handovers, returned) = handed.get(&opd).copied().unwrap_or_default();
        let open = open.get(&opd);
        Stand {
            opd,
            code: row.code,
            name: row.name,
            open: open.map_or(0, |open| open.tickets),
            oldest: open.and_then(|open| open.oldest),
            near: open.map_or(0, |open| open.near),
            over: open.map_or(0, |open| open.over),
            requested: open.map_or(0, |open| open.requested),
            kept,
            place: None,
            weeks,
            active_at: row.active_at,
            handovers,
            returned,
            appointed: appointed.get(&opd).copied().unwrap_or(Appointed::Nobody),
        }
    };
    // What is left of a desk that is no more stays in sight until it is done.
    let there = |row: &DeskRow| row.active || open.contains_key(&row.opd);
    let mut desks: Vec<Stand> = rows::desks(conn, range)?.into_iter().filter(there).map(stand).collect();
    if range == Range::All {
        let shares: Vec<_> =
            desks.iter().map(|stand| rank::share(stand.kept.ended - stand.kept.late, stand.kept.ended)).collect();
        desks.iter_mut().zip(rank::places(&shares)).for_each(|(stand, place)| stand.place = place);
    }
    Ok(Overview { desks, course: course(desk, conn, range, today)?, ages })
}

fn no_weeks() -> Vec<Kept> {
    vec![Kept::default(); WEEKS as usize]
}

/// The resolutions of this month and of the last weeks.
fn ended(desk: &Desk, conn: &mut Conn, range: Range, today: NaiveDate) -> Result<BTreeMap<OpdId, (Kept, Vec<Kept>)>> {
    let month = month(desk);
    let first = today - Duration::days(WEEKS * 7 - 1);
    let from = begin_of(desk, first.min(month));
    let mut desks = BTreeMap::<OpdId, (Kept, Vec<Kept>)>::new();
    for row in rows::ended(conn, range, ClockKind::Resolution, from, offset_minutes(desk))? {
        let (of_month, weeks) = desks.entry(row.opd).or_insert_with(|| (Kept::default(), no_weeks()));
        let add = |kept: &mut Kept, row: &Ended| {
            kept.ended += row.promises;
            kept.late += row.late;
        };
        if row.day >= month {
            add(of_month, &row);
        }
        let week = usize::try_from((row.day - first).num_days().div_euclid(7)).ok();
        if let Some(week) = week.and_then(|week| weeks.get_mut(week)) {
            add(week, &row);
        }
    }
    Ok(desks)
}

fn appointed(conn: &mut Conn, range: Range, today: NaiveDate) -> Result<BTreeMap<OpdId, Appointed>> {
    let mut desks = BTreeMap::new();
    for (opd, valid_until) in rows::appointments(conn, range)? {
        let is_valid = Appointment { valid_until, ..Appointment::default() }.is_valid_on(today);
        let known = desks.entry(opd).or_insert(Appointed::Ended);
        if is_valid {
            *known = Appointed::Yes;
        }
    }
    Ok(desks)
}

fn course(desk: &Desk, conn: &mut Conn, range: Range, today: NaiveDate) -> Result<Vec<Day>> {
    let first = today - Days::new(DAYS - 1);
    let (from, offset) = (begin_of(desk, first), offset_minutes(desk));
    let opened: BTreeMap<NaiveDate, i64> = rows::opened_by_day(conn, range, from, offset)?.into_iter().collect();
    let resolved: BTreeMap<NaiveDate, i64> = rows::resolved_by_day(conn, range, from, offset)?.into_iter().collect();
    let on = |days: &BTreeMap<NaiveDate, i64>, day| days.get(&day).copied().unwrap_or(0);
    let days = first.iter_days().take_while(|day| *day <= today);
    Ok(days.map(|day| Day { day, opened: on(&opened, day), resolved: on(&resolved, day) }).collect())
}
