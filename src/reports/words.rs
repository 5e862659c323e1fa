//! Values as people here read them.

use chrono::{Datelike, NaiveDate};

use crate::domain::local_time::MONTHS;
use crate::domain::report::Span;
use crate::domain::report::snapshot::{Cell, Unit, Value};
pub use crate::domain::spoken::number;

/// What stands where there is nothing to tell.
pub const NOTHING: &str = "–";

/// A cell in the unit of its column: "1.234", "87,50 %", "12 jam 30 menit".
pub fn told(cell: &Cell, unit: Unit) -> String {
    match (cell, unit) {
        (None, _) => NOTHING.to_owned(),
        (Some(Value::Text(text)), _) => text.clone(),
        (Some(Value::Count(seconds)), Unit::Seconds) => duration(*seconds),
        (Some(Value::Count(count)), Unit::Percent) => format!("{} %", decimal(*count as f64)),
        (Some(Value::Count(count)), Unit::Stars) => decimal(*count as f64),
        (Some(Value::Count(count)), Unit::Count | Unit::Rank | Unit::Text) => number(*count),
        (Some(Value::Number(number)), Unit::Percent) => format!("{} %", decimal(*number)),
        (Some(Value::Number(seconds)), Unit::Seconds) => duration(seconds.round() as i64),
        (Some(Value::Number(number)), Unit::Count | Unit::Rank | Unit::Stars | Unit::Text) => decimal(*number),
    }
}

/// A cell below a head that says the unit where it is a share: "87,50". Kept together with its unit.
pub fn below(cell: &Cell, unit: Unit) -> String {
    match (cell, unit) {
        (Some(Value::Text(_)), _) | (_, Unit::Text) => told(cell, unit),
        (_, Unit::Percent) => told(cell, unit).trim_end_matches(" %").to_owned(),
        (_, Unit::Count | Unit::Seconds | Unit::Stars | Unit::Rank) => told(cell, unit).replace(' ', "\u{a0}"),
    }
}

/// A day: "31 Oktober 2026".
pub fn day(day: NaiveDate) -> String {
    let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}

/// A period within a sentence: "bulan Oktober 2026".
pub fn spoken_period(span: Span, name: &str) -> String {
    match span {
        Span::Month => format!("bulan {name}"),
        Span::Year => format!("tahun {}", name.trim_start_matches("Tahun ")),
        Span::Quarter | Span::Semester => {
            let mut letters = name.chars();
            letters.next().map(|first| format!("{}{}", first.to_lowercase(), letters.as_str())).unwrap_or_default()
        }
    }
}

/// With two decimals: 1.234,50.
pub fn decimal(value: f64) -> String {
    let hundredths = (value * 100.0).round() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    format!("{sign}{},{rest:02}", number(i64::try_from(whole).unwrap_or(i64::MAX)))
}

/// Seconds in hours and minutes: "12 jam 30 menit". Working time is not told in days, which have several lengths.
pub fn duration(seconds: i64) -> String {
    let minutes = seconds.unsigned_abs().div_euclid(60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match (hours, minutes) {
        (0, 0) if seconds == 0 => "0 menit".to_owned(),
        (0, 0) => "< 1 menit".to_owned(),
        (0, minutes) => format!("{minutes} menit"),
        (hours, 0) => format!("{} jam", number(i64::try_from(hours).unwrap_or(i64::MAX))),
        (hours, minutes) => format!("{} jam {minutes} menit", number(i64::try_from(hours).unwrap_or(i64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_unit() {
        for (cell, unit, expected) in [
            (None, Unit::Percent, "–"),
            (Some(Value::Count(1_234_567)), Unit::Count, "1.234.567"),
            (Some(Value::Number(87.5)), Unit::Percent, "87,50 %"),
            (Some(Value::Number(100.0)), Unit::Percent, "100,00 %"),
            (Some(Value::Number(4.666)), Unit::Stars, "4,67"),
            (Some(Value::Count(0)), Unit::Seconds, "0 menit"),
            (Some(Value::Count(59)), Unit::Seconds, "< 1 menit"),
            (Some(Value::Count(45_000)), Unit::Seconds, "12 jam 30 menit"),
            (Some(Value::Count(3_600_000)), Unit::Seconds, "1.000 jam"),
            (Some(Value::Text("=1+1".to_owned())), Unit::Text, "=1+1"),
        ] {
            assert_eq!(told(&cell, unit), expected);
        }
        assert_eq!(below(&Some(Value::Number(87.5)), Unit::Percent), "87,50");
        assert_eq!(below(&Some(Value::Count(45_000)), Unit::Seconds), "12\u{a0}jam\u{a0}30\u{a0}menit");
        assert_eq!((number(-1_234), decimal(-0.5)), ("-1.234".to_owned(), "-0,50".to_owned()));
    }
}
