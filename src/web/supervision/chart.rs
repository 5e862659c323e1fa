//! Figures as lines and bars, by coordinates only: colours and widths are the stylesheet's.

use serde::Serialize;

use super::super::words::{When, number};
use super::percent;
use crate::services::supervision::desks::{AGES, Day, Kept};

/// Height of the course, in units of the drawing, and how wide a day is.
const HEIGHT: i64 = 100;
const STEP: i64 = 20;

/// A bar.
#[derive(Debug, Serialize)]
struct Bar {
    x: i64,
    y: i64,
    height: i64,
}

/// A day in figures.
#[derive(Debug, Serialize)]
struct DayLine {
    day: String,
    opened: String,
    resolved: String,
}

/// What was opened and resolved, day by day.
#[derive(Debug, Serialize)]
pub struct Course {
    width: i64,
    height: i64,
    opened: Vec<Bar>,
    resolved: Vec<Bar>,
    first: String,
    last: String,
    /// The most on one day.
    most: String,
    total_opened: String,
    total_resolved: String,
    days: Vec<DayLine>,
}

impl Course {
    /// Of these days.
    pub fn of(course: &[Day]) -> Self {
        let most = course.iter().map(|day| day.opened.max(day.resolved)).max().unwrap_or(0);
        let bar = |(index, value): (usize, i64), shift: i64| {
            let height = scaled(value, most, HEIGHT);
            Bar { x: index as i64 * STEP + shift, y: HEIGHT - height, height }
        };
        let name = |day: Option<&Day>| day.map(|day| When::day(day.day)).unwrap_or_default();
        let line =
            |day: &Day| DayLine { day: When::day(day.day), opened: number(day.opened), resolved: number(day.resolved) };
        Self {
            width: course.len() as i64 * STEP,
            height: HEIGHT,
            opened: course.iter().map(|day| day.opened).enumerate().map(|day| bar(day, 2)).collect(),
            resolved: course.iter().map(|day| day.resolved).enumerate().map(|day| bar(day, 10)).collect(),
            first: name(course.first()),
            last: name(course.last()),
            most: number(most),
            total_opened: number(course.iter().map(|day| day.opened).sum()),
            total_resolved: number(course.iter().map(|day| day.resolved).sum()),
            days: course.iter().rev().map(line).collect(),
        }
    }
}

/// A part of what is open.
#[derive(Debug, Serialize)]
pub struct Age {
    label: String,
    count: String,
    /// Of the bar, 0 to 100.
    width: i64,
    /// Old enough to be looked at.
    old: bool,
}

/// What is open, by age.
pub fn ages(counts: [i64; 5]) -> Vec<Age> {
    let [day, days, week, month] = AGES;
    let labels = [
        format!("Kurang dari {day} hari"),
        format!("{day}–{days} hari"),
        format!("{days}–{week} hari"),
        format!("{week}–{month} hari"),
        format!("Lebih dari {month} hari"),
    ];
    let most = counts.into_iter().max().unwrap_or(0);
    let age = |(index, (label, count)): (usize, (String, i64))| Age {
        label,
        count: number(count),
        width: scaled(count, most, 100),
        old: index == 4 && count > 0,
    };
    labels.into_iter().zip(counts).enumerate().map(age).collect()
}

/// A share of a length; what is there can be seen.
fn scaled(value: i64, most: i64, length: i64) -> i64 {
    if value == 0 { 0 } else { (value * length / most.max(1)).max(1) }
}

/// A small line of how promises were kept, week by week.
#[derive(Debug, Serialize)]
pub struct Spark {
    points: String,
    /// Of the present week.
    x: i64,
    y: i64,
    told: String,
}

impl Spark {
    /// Of these weeks, the present one last; nothing if there are not two with figures.
    pub fn of(weeks: &[Kept]) -> Option<Self> {
        let known: Vec<(i64, f64)> =
            weeks.iter().enumerate().filter_map(|(week, kept)| Some((week as i64 * 14 + 2, kept.percent()?))).collect();
        let (x, last) = known.last().copied().filter(|_| known.len() > 1)?;
        let height = |share: f64| 16 - (share * 0.14).round() as i64;
        let points = known.iter().map(|(x, share)| format!("{x},{}", height(*share)));
        let told = weeks.iter().map(|kept| kept.percent().map_or_else(|| "–".to_owned(), percent));
        Some(Self {
            points: points.collect::<Vec<_>>().join(" "),
            x,
            y: height(last),
            told: format!("Per minggu: {}", told.collect::<Vec<_>>().join(", ")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_needs_two_weeks_with_figures() {
        let weeks = |ended: [i64; 3]| ended.map(|ended| Kept { ended, late: ended / 2 });
        assert!(Spark::of(&weeks([0, 0, 4])).is_none());
        let spark = Spark::of(&weeks([4, 0, 1])).unwrap();
        assert_eq!((spark.points.as_str(), spark.x, spark.y), ("2,9 30,2", 30, 2));
        assert_eq!(spark.told, "Per minggu: 50 %, –, 100 %");
    }

    #[test]
    fn bars_are_as_high_as_the_most() {
        assert_eq!((scaled(0, 0, 100), scaled(1, 1000, 100), scaled(5, 10, 100), scaled(10, 10, 100)), (0, 1, 50, 100));
    }
}
