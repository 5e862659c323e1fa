//! For which time a report is: a month, quarter, semester or year, as people here count days.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::super::Instant;
use super::super::local_time::MONTHS;
use super::super::ticket::word_enum;

word_enum! {
    /// How long a period is.
    Span {
        /// bulan
        Month = "month",
        /// triwulan
        Quarter = "quarter",
        /// semester
        Semester = "semester",
        /// tahun
        Year = "year",
    }
}

impl Span {
    /// How many months it has.
    fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Semester => 6,
            Self::Year => 12,
        }
    }
}

/// A period. Written `2026-10`, `2026-Q4`, `2026-S2` or `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: NaiveDate,
    span: Span,
}

impl Period {
    /// Reads a period as it is written; nothing for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) {
            return None;
        }
        let year: i32 = year.parse().ok().filter(|year| (1970..=9000).contains(year))?;
        let (span, index) = match rest {
            None => (Span::Year, "1"),
            Some(rest) => match (rest.strip_prefix('Q'), rest.strip_prefix('S')) {
                (Some(index), _) if digits(index, 1) => (Span::Quarter, index),
                (_, Some(index)) if digits(index, 1) => (Span::Semester, index),
                _ if digits(rest, 2) => (Span::Month, rest),
                _ => return None,
            },
        };
        let index: u32 = index.parse().ok()?;
        let month = index.checked_sub(1)?.checked_mul(span.months())?.checked_add(1)?;
        NaiveDate::from_ymd_opt(year, month, 1).map(|first| Self { first, span })
    }

    /// The month in which a day lies.
    pub fn month_of(day: NaiveDate) -> Self {
        Self { first: day.with_day(1).unwrap_or(day), span: Span::Month }
    }

    /// How long it is.
    pub fn span(self) -> Span {
        self.span
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        self.first
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().first.pred_opt().unwrap_or(self.first)
    }

    /// The period after it.
    pub fn next(self) -> Self {
        let first = self.first.checked_add_months(Months::new(self.span.months())).unwrap_or(self.first);
        Self { first, ..self }
    }

    /// The period before it.
    pub fn previous(self) -> Self {
        let first = self.first.checked_sub_months(Months::new(self.span.months())).unwrap_or(self.first);
        Self { first, ..self }
    }

    /// The longer periods in which it lies, the shortest first.
    pub fn longer(self) -> Vec<Self> {
        let within = |span: Span| {
            let month0 = self.first.month0() / span.months() * span.months();
            self.first.with_month0(month0).map(|first| Self { first, span })
        };
        let spans = [Span::Quarter, Span::Semester, Span::Year].into_iter();
        spans.filter(|span| span.months() > self.span.months()).filter_map(within).collect()
    }

    /// The periods that end within it: its months, and what is longer and ends with one of them.
    pub fn ending_within(self) -> Vec<Self> {
        let last = self.last_day();
        let months = std::iter::successors(Some(Self::month_of(self.first)), |month| Some(month.next()));
        let with = |month: Self| {
            let longer = month.longer().into_iter().filter(move |longer| longer.last_day() == month.last_day());
            std::iter::once(month).chain(longer)
        };
        months.take_while(|month| month.first <= last).flat_map(with).collect()
    }

    /// The instants at which it begins and at which it is over.
    pub fn bounds(self, zone: Tz) -> (Instant, Instant) {
        (begin_of(self.first, zone), begin_of(self.next().first, zone))
    }

    /// The days of a month, the months of anything longer: their first days, with the end behind the last.
    pub fn steps(self) -> Vec<NaiveDate> {
        let end = self.next().first;
        let after = |day: &NaiveDate| match self.span {
            Span::Month => day.checked_add_days(Days::new(1)),
            Span::Quarter | Span::Semester | Span::Year => day.checked_add_months(Months::new(1)),
        };
        std::iter::successors(Some(self.first), after).take_while(|day| *day <= end).collect()
    }

    /// What people call it: "Oktober 2026".
    pub fn name(self) -> String {
        let (month0, year) = (self.first.month0(), self.first.year());
        let index = (month0 / self.span.months()) as usize;
        let roman = ["I", "II", "III", "IV"].get(index).copied().unwrap_or_default();
        match self.span {
            Span::Month => format!("{} {year}", MONTHS.get(index).copied().unwrap_or_default()),
            Span::Quarter => format!("Triwulan {roman} {year}"),
            Span::Semester => format!("Semester {roman} {year}"),
            Span::Year => format!("Tahun {year}"),
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, index) = (self.first.year(), self.first.month0() / self.span.months() + 1);
        match self.span {
            Span::Month => write!(f, "{year:04}-{index:02}"),
            Span::Quarter => write!(f, "{year:04}-Q{index}"),
            Span::Semester => write!(f, "{year:04}-S{index}"),
            Span::Year => write!(f, "{year:04}"),
        }
    }
}

/// The instant at which a day begins in a zone.
pub fn begin_of(day: NaiveDate, zone: Tz) -> Instant {
    let begin = day.and_time(NaiveTime::MIN);
    // A zone that skips midnight begins its day an hour later, and nowhere here does.
    let local = begin.and_local_timezone(zone).earliest();
    local.map_or_else(|| begin.and_utc(), |local| local.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_read_named_and_written_alike() {
        for (text, name, first, last) in [
            ("2026-10", "Oktober 2026", "2026-10-01", "2026-10-31"),
            ("2024-02", "Februari 2024", "2024-02-01", "2024-02-29"),
            ("2026-12", "Desember 2026", "2026-12-01", "2026-12-31"),
            ("2026-Q1", "Triwulan I 2026", "2026-01-01", "2026-03-31"),
            ("2026-Q4", "Triwulan IV 2026", "2026-10-01", "2026-12-31"),
            ("2026-S2", "Semester II 2026", "2026-07-01", "2026-12-31"),
            ("2026", "Tahun 2026", "2026-01-01", "2026-12-31"),
        ] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!(period.name(), name);
            assert_eq!((period.first_day().to_string(), period.last_day().to_string()), (first.into(), last.into()));
            assert_eq!(period.next().previous(), period);
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "-",
            "2026-",
            "2026-00",
            "2026-13",
            "2026-1",
            "2026-001",
            "2026-Q0",
            "2026-Q5",
            "2026-S3",
            "2026-S",
            "2026-q4",
            "26-10",
            "02026-10",
            "2026-10-01",
            " 2026-10",
            "2026-10 ",
            "2026/10",
            "1969",
            "9999",
            "٢٠٢٦-١٠",
            "2026-+1",
            "-2026",
            "2026-Q+1",
        ] {
            assert_eq!(Period::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_month_begins_at_midnight_where_the_desk_stands() {
        for (zone, from, to) in [
            ("Asia/Jakarta", "2026-09-30T17:00:00Z", "2026-10-31T17:00:00Z"),
            ("Asia/Makassar", "2026-09-30T16:00:00Z", "2026-10-31T16:00:00Z"),
            ("Asia/Jayapura", "2026-09-30T15:00:00Z", "2026-10-31T15:00:00Z"),
        ] {
            let (begin, end) = Period::parse("2026-10").unwrap().bounds(zone.parse().unwrap());
            assert_eq!((begin, end), (from.parse().unwrap(), to.parse().unwrap()), "{zone}");
        }
    }

    #[test]
    fn a_month_lies_in_a_quarter_a_semester_and_a_year() {
        for (text, longer) in [
            ("2026-10", "2026-Q4 2026-S2 2026"),
            ("2026-06", "2026-Q2 2026-S1 2026"),
            ("2026-Q3", "2026-S2 2026"),
            ("2026-S1", "2026"),
            ("2026", ""),
        ] {
            let told: Vec<String> = Period::parse(text).unwrap().longer().iter().map(ToString::to_string).collect();
            assert_eq!(told.join(" "), longer, "{text}");
        }
    }

    #[test]
    fn a_longer_period_ends_with_its_last_month() {
        for (text, ends) in [
            ("2026-10", "2026-10"),
            ("2026-09", "2026-09 2026-Q3"),
            ("2026-12", "2026-12 2026-Q4 2026-S2 2026"),
            ("2026-Q2", "2026-04 2026-05 2026-06 2026-Q2 2026-S1"),
        ] {
            let told: Vec<String> =
                Period::parse(text).unwrap().ending_within().iter().map(ToString::to_string).collect();
            assert_eq!(told.join(" "), ends, "{text}");
        }
    }

    #[test]
    fn a_month_has_days_and_a_year_has_months() {
        assert_eq!(Period::parse("2024-02").unwrap().steps().len(), 30);
        assert_eq!(Period::parse("2026").unwrap().steps().len(), 13);
        assert_eq!(Period::parse("2026-Q2").unwrap().steps().len(), 4);
    }
}
