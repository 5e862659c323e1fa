//! Values of reports as people here write them.

use serde::Serialize;

use super::super::words::number;
use crate::domain::report::snapshot::{Cell, Unit, Value};

/// What stands where there is nothing to tell.
const NOTHING: &str = "–";

/// A cell of a table.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub label: String,
    pub value: String,
    pub number: bool,
}

/// A value in its unit.
pub fn value(cell: &Cell, unit: Unit) -> String {
    match (cell, unit) {
        (None, _) => NOTHING.to_owned(),
        (Some(Value::Text(text)), _) => text.clone(),
        (Some(Value::Count(seconds)), Unit::Seconds) => hours(*seconds),
        (Some(Value::Count(count)), _) => number(*count),
        (Some(Value::Number(share)), Unit::Percent) => format!("{} %", decimal(*share)),
        (Some(Value::Number(other)), _) => decimal(*other),
    }
}

/// Working time: days are not told, since they differ in length.
fn hours(seconds: i64) -> String {
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) if seconds > 0 => "< 1 m".to_owned(),
        (0, minutes) => format!("{minutes} m"),
        (hours, 0) => format!("{} j", number(hours)),
        (hours, minutes) => format!("{} j {minutes} m", number(hours)),
    }
}

/// Up to two decimals: 92,35.
fn decimal(value: f64) -> String {
    let hundredths = (value * 100.0).round() as i64;
    let (whole, rest) = (number(hundredths / 100), hundredths % 100);
    match rest {
        0 => whole,
        rest if rest % 10 == 0 => format!("{whole},{}", rest / 10),
        rest => format!("{whole},{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_in_their_unit() {
        let (count, float) = (|count| Some(Value::Count(count)), |number| Some(Value::Number(number)));
        for (cell, unit, told) in [
            (None, Unit::Percent, "–"),
            (count(12_345), Unit::Count, "12.345"),
            (float(100.0), Unit::Percent, "100 %"),
            (float(92.5), Unit::Percent, "92,5 %"),
            (float(66.67), Unit::Percent, "66,67 %"),
            (float(0.05), Unit::Percent, "0,05 %"),
            (float(4.25), Unit::Stars, "4,25"),
            (count(0), Unit::Seconds, "0 m"),
            (count(10), Unit::Seconds, "< 1 m"),
            (count(2_100), Unit::Seconds, "35 m"),
            (count(7_200), Unit::Seconds, "2 j"),
            (count(45_000_000), Unit::Seconds, "12.500 j"),
            (count(45_060), Unit::Seconds, "12 j 31 m"),
            (Some(Value::Text("Teks".into())), Unit::Text, "Teks"),
        ] {
            assert_eq!(value(&cell, unit), told, "{cell:?}");
        }
    }
}
