//! Office hours: Monday to Friday, 07.30 to 16.00 in the desk's zone. Holidays are left to real calendars.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Weekday};
use chrono_tz::Tz;

use crate::domain::Instant;

/// Minutes of a working day.
pub(super) const DAY: i64 = 510;

/// The offices of the Pemda.
#[derive(Clone, Copy, Debug)]
pub(super) struct Office {
    pub zone: Tz,
}

impl Office {
    /// The local day of an instant.
    pub fn day(self, at: Instant) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The instant so many minutes after local midnight; negative ones are on the day before.
    pub fn at(self, day: NaiveDate, minute: i64) -> Instant {
        self.instant(day.and_time(NaiveTime::MIN) + Duration::minutes(minute))
    }

    /// So many working minutes later.
    pub fn forward(self, from: Instant, minutes: i64) -> Instant {
        let mut now = self.local(from);
        let mut left = Duration::minutes(minutes);
        loop {
            now = now.max(opening(now.date()));
            let room = closing(now.date()) - now;
            if is_working(now.date()) && left <= room {
                return self.instant(now + left);
            }
            if is_working(now.date()) {
                left -= room.max(Duration::zero());
            }
            now = opening(tomorrow(now.date()));
        }
    }

    /// So many working minutes earlier.
    pub fn back(self, from: Instant, minutes: i64) -> Instant {
        let mut now = self.local(from);
        let mut left = Duration::minutes(minutes);
        loop {
            now = now.min(closing(now.date()));
            let room = now - opening(now.date());
            if is_working(now.date()) && left <= room {
                return self.instant(now - left);
            }
            if is_working(now.date()) {
                left -= room.max(Duration::zero());
            }
            now = closing(yesterday(now.date()));
        }
    }

    fn local(self, at: Instant) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    fn instant(self, local: NaiveDateTime) -> Instant {
        // A local time that daylight saving skips: UTC is near enough for a demo.
        self.zone.from_local_datetime(&local).earliest().map_or(local.and_utc(), |at: DateTime<Tz>| at.to_utc())
    }
}

/// Whether the offices are open on that day.
pub(super) fn is_working(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn opening(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN) + Duration::minutes(450)
}

fn closing(day: NaiveDate) -> NaiveDateTime {
    opening(day) + Duration::minutes(DAY)
}

fn tomorrow(day: NaiveDate) -> NaiveDate {
    day.succ_opt().expect("a demo is far from the end of time")
}

fn yesterday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).expect("a demo is far from the beginning of time")
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    #[test]
    fn minutes_are_counted_in_office_hours_only() {
        let office = Office { zone: chrono_tz::Asia::Jakarta };
        // Local times of November 2026: the 20th is a Friday.
        let at = |day, hour, minute| Utc.with_ymd_and_hms(2026, 11, day, hour, minute, 0).unwrap() - Duration::hours(7);
        for (from, minutes, to) in [
            (at(20, 10, 0), 60, at(20, 11, 0)),
            (at(20, 15, 30), 30, at(20, 16, 0)),
            (at(20, 15, 30), 31, at(23, 7, 31)),
            (at(20, 20, 0), 5, at(23, 7, 35)),
            (at(20, 3, 0), 5, at(20, 7, 35)),
            (at(21, 12, 0), DAY + 1, at(24, 7, 31)),
        ] {
            assert_eq!(office.forward(from, minutes), to, "{from} + {minutes}");
        }
        for (from, minutes, to) in [
            (at(20, 10, 0), 60, at(20, 9, 0)),
            (at(22, 13, 54), 60, at(20, 15, 0)),
            (at(23, 7, 35), 10, at(20, 15, 55)),
            (at(23, 6, 0), 10, at(20, 15, 50)),
            (at(23, 7, 30), DAY + 1, at(19, 15, 59)),
        ] {
            assert_eq!(office.back(from, minutes), to, "{from} - {minutes}");
        }
    }
}
