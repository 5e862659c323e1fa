//! Performs what is planned: a day in one transaction, and every day that is over is anchored.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::super::history::anchor;
use super::super::work::Heard;
use super::super::{Desk, Result, Work};
use super::act::{Numbers, Stage, Step};
use super::office::Office;

/// What happened since then is still news to everybody: longer than a weekend.
const NEWS: TimeDelta = TimeDelta::days(4);

/// Performs the steps, which are in order of time. Tells `progress` how many of how many are done.
pub(super) fn run(desk: &Desk, steps: &[Step], progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let office = Office { zone: desk.zone };
    let count = |steps: usize| u64::try_from(steps).unwrap_or(u64::MAX);
    let mut numbers = Numbers::new();
    let mut done = 0;
    let news = desk.now() - NEWS;
    for steps_of_day in steps.chunk_by(|a, b| office.day(a.at) == office.day(b.at)) {
        let Some(first) = steps_of_day.first() else { continue };
        let known: Result<Numbers> = desk.store.write(|tx| {
            let mut work = Work::new(desk, tx, first.at, None);
            work.heard = if first.at < news { Heard::Nowhere } else { Heard::OnPages };
            let mut stage = Stage { work: &mut work, numbers: numbers.clone(), actors: HashMap::new() };
            for step in steps_of_day {
                stage.perform(step)?;
            }
            Ok(stage.numbers)
        });
        numbers = known?;
        let day = office.day(first.at);
        if day < desk.today() {
            anchor::up_to(desk, day)?;
        }
        done += steps_of_day.len();
        progress(count(done), count(steps.len()));
    }
    Ok(())
}
