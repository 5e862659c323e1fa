//! What is promised: an amount of time, in one of three measures.

use serde::{Deserialize, Serialize};

use super::timetable::{DAY, Timetable};

/// How long something may take. Working days count fractions of each day's working length, so "2 hari
/// kerja" from 10.00 ends at 10.00 two working days later, however long the days between are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    WorkingSeconds(i64),
    WorkingMinutes(i64),
    /// Down to thousandths of a day.
    WorkingDays(f64),
    /// Hours of the wall clock, around the clock ("3×24 jam").
    CalendarHours(f64),
}

/// How time is measured against a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// in seconds
    Working,
    /// in parts of a working day
    Days,
    /// in seconds of the wall clock
    Calendar,
}

/// The longest target, in hours or days: some years.
const MOST: f64 = 20_000.0;

impl Target {
    /// Whether it can be kept to: not negative, not endless, not finer than a thousandth.
    pub fn is_sound(self) -> bool {
        let fine = |amount: f64| {
            let thousandths = amount * 1000.0;
            (0.0..=MOST).contains(&amount) && (thousandths - thousandths.round()).abs() < 1e-6
        };
        match self {
            Self::WorkingSeconds(seconds) => (0..=MOST as i64 * 3600).contains(&seconds),
            Self::WorkingMinutes(minutes) => (0..=MOST as i64 * 60).contains(&minutes),
            Self::WorkingDays(amount) | Self::CalendarHours(amount) => fine(amount),
        }
    }

    /// How it is measured.
    pub fn measure(self) -> Measure {
        match self {
            Self::WorkingSeconds(_) | Self::WorkingMinutes(_) => Measure::Working,
            Self::WorkingDays(_) => Measure::Days,
            Self::CalendarHours(_) => Measure::Calendar,
        }
    }

    /// How much it is, in its measure.
    pub fn amount(self) -> i64 {
        match self {
            Self::WorkingSeconds(seconds) => seconds,
            Self::WorkingMinutes(minutes) => minutes * 60,
            Self::WorkingDays(days) => ((days * 1000.0).round() as i64 * DAY) / 1000,
            Self::CalendarHours(hours) => (hours * 3600.0).round() as i64,
        }
    }

    /// A share of it in percent, in its measure; rounded up, so that 100 % is never reached early.
    pub fn share(self, percent: i64) -> i64 {
        (self.amount() / 100) * percent + (self.amount() % 100 * percent + 99) / 100
    }
}

impl Measure {
    /// What passes from `from` up to `to`.
    pub fn between(self, timetable: &Timetable, from: i64, to: i64) -> i64 {
        match self {
            Self::Working => timetable.between(from, to),
            Self::Days => timetable.days_between(from, to),
            Self::Calendar => to - from,
        }
    }

    /// When so much has passed since `from`; nothing if that is out of reach.
    pub fn after(self, timetable: &Timetable, from: i64, amount: i64) -> Option<i64> {
        match self {
            Self::Working => timetable.after(from, amount),
            Self::Days => timetable.after_days(from, amount),
            Self::Calendar => from.checked_add(amount.max(0)),
        }
    }

    /// Whether one amount reaches another, apart from rounding.
    pub fn reaches(self, amount: i64, wanted: i64) -> bool {
        match self {
            Self::Working | Self::Calendar => amount >= wanted,
            Self::Days => amount >= wanted - (1 << 12),
        }
    }
}
