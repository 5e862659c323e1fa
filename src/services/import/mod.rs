//! Takes over the tickets of another desk: replays its event log, or a spreadsheet of tickets, through
//! the same services as everybody uses, with the recorded instants as the clock.
//!
//! What belongs to one foreign desk stands in a map file (`config/import/`). Each transaction takes some
//! hundred tickets and remembers how far each of them got, so a run that was interrupted goes on, and a
//! second run finds nothing to do. Knows nothing of the command line.

mod compare;
mod dates;
mod follow;
mod map;
mod names;
mod places;
mod read;
mod rejects;
mod replay;
mod row;
mod sheet;
mod summary;
mod take;
mod words;

use std::path::{Path, PathBuf};

use chrono::Duration;
use serde_json::json;

pub use compare::{Cause, Comparison, Difference, Line, Measure, Value};
pub use map::{Map, MapError};
pub use rejects::Reject;
pub use summary::{Act, RefusedAct, Summary};

use super::work::Heard;
use super::{Desk, Work};
use crate::domain::Instant;
use crate::store::{Retry, settings};
use places::Places;
use read::{Foreign, Tickets};
use rejects::Rejects;
use replay::Replay;
use summary::Tally;

/// How many tickets, and about how many lines, one transaction takes.
const TICKETS: usize = 200;
const LINES: usize = 4000;

/// How to import.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// All or nothing: one bad line, and nothing is taken over.
    pub strict: bool,
    /// Where to write the lines that were not taken over; nowhere if absent.
    pub rejects: Option<PathBuf>,
    /// Stop after about so many tickets (whole transactions); a later run goes on.
    pub stop_after: Option<u64>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub lines_done: u64,
    pub lines_total: u64,
    pub tickets: u64,
    pub rejected: u64,
}

/// Why an import ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log cannot be read, or is not what the map describes. Names the file.
    #[error("{file}: {message}")]
    Log { file: String, message: String },
    /// `strict`, and there were bad lines. Nothing was taken over.
    #[error("{} lines cannot be taken over, so nothing was; the first is line {}: {}",
        .0.len(), .0.first().map_or(0, |reject| reject.line), .0.first().map_or("", |reject| reject.reason.as_str()))]
    Strict(Vec<Reject>),
    /// The database or the services failed. What was committed before stays, and a second run goes on.
    #[error(transparent)]
    Service(#[from] super::Error),
}

impl Error {
    fn log(path: &Path, cause: impl std::fmt::Display) -> Self {
        Self::Log { file: path.display().to_string(), message: cause.to_string() }
    }
}

impl From<crate::store::Error> for Error {
    fn from(error: crate::store::Error) -> Self {
        Self::Service(error.into())
    }
}

impl Retry for Error {
    fn is_race(&self) -> bool {
        matches!(self, Self::Service(error) if error.is_race())
    }
}

/// Imports a log. `progress` is told after every transaction.
pub fn run(
    desk: &Desk,
    log: &Path,
    map: &Map,
    options: &Options,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Summary, Error> {
    refuse_overwriting(log, options)?;
    let mut told = Progress { lines_total: read::count(log, map)?, ..Progress::default() };
    progress(&told);
    let present = desk.now();
    let mut tickets = Tickets::open(log, map, present)?;
    let delimiter = u8::try_from(map.delimiter).expect("a map's delimiter is ASCII");
    let mut rejects = Rejects::new(options.rejects.as_deref(), delimiter, tickets.first());
    let mut places = desk.read(|conn| Places::load(conn, present))?;
    let mut summary = Summary { source: map.name().to_owned(), lines: told.lines_total, ..Summary::default() };
    let (most, most_lines) = if options.strict { (usize::MAX, usize::MAX) } else { (TICKETS, LINES) };
    loop {
        hold_reports(desk, HELD_MINUTES)?;
        let batch = tickets.batch(most, most_lines)?;
        let bad = tickets.take_rejects();
        let batch_size = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let outcome = Batch { desk, map, present, strict: options.strict, tickets: &batch }.take(&places, bad);
        let (mut tally, known) = match outcome {
            Err(Error::Strict(bad)) => {
                rejects.write(bad.clone())?;
                return Err(Error::Strict(bad));
            }
            other => other?,
        };
        places = known;
        rejects.write(std::mem::take(&mut tally.rejects))?;
        summary.add(tally);
        summary.rejected = rejects.count();
        told.tickets += batch_size;
        told = Progress { lines_done: tickets.lines(), rejected: rejects.count(), ..told };
        progress(&told);
        if batch.is_empty() || options.stop_after.is_some_and(|most| told.tickets >= most) {
            hold_reports(desk, 0)?;
            return Ok(summary);
        }
    }
}

/// For how long months are not frozen after a batch, in minutes: longer than one takes.
const HELD_MINUTES: i64 = 10;

/// Keeps the worker from freezing months that are taken over only in part, for some minutes from now.
fn hold_reports(desk: &Desk, minutes: i64) -> Result<(), Error> {
    let holder = format!("import-{}", std::process::id());
    desk.store.write(|tx| {
        let now = desk.now();
        settings::lease(tx, "reports", &holder, now, now + Duration::minutes(minutes))?;
        Ok(())
    })
}

/// The rejects of a file that is itself one of rejects must go elsewhere.
fn refuse_overwriting(log: &Path, options: &Options) -> Result<(), Error> {
    let Some(rejects) = &options.rejects else { return Ok(()) };
    match (log.canonicalize(), rejects.canonicalize()) {
        (Ok(log), Ok(rejects)) if log == rejects => {
            Err(Error::log(&rejects, "the rejects would overwrite the file that is being read"))
        }
        _ => Ok(()),
    }
}

/// The tickets of one transaction.
struct Batch<'a> {
    desk: &'a Desk,
    map: &'a Map,
    present: Instant,
    strict: bool,
    tickets: &'a [Foreign],
}

impl Batch<'_> {
    /// Takes them over. What is learnt on the way is given back and counts only because the transaction
    /// was committed: after a lost race all of it happens again.
    fn take(&self, places: &Places, bad: Vec<Reject>) -> Result<(Tally, Places), Error> {
        if self.strict {
            let unread = self.tickets.iter().flat_map(|foreign| &foreign.lines);
            let unread = unread.filter_map(|line| line.row.as_ref().err().map(|reason| line.reject(reason)));
            refuse_if_any(bad.iter().cloned().chain(unread).collect())?;
        }
        if self.tickets.is_empty() {
            return Ok((Tally { rejects: bad, ..Tally::default() }, places.clone()));
        }
        self.desk.store.write(|tx| {
            let mut places = places.clone();
            let mut tally = Tally { rejects: bad.clone(), ..Tally::default() };
            let mut work = Work::new(self.desk, tx, self.present, None);
            work.heard = Heard::Nowhere;
            for foreign in self.tickets {
                let mut replay = Replay {
                    work: &mut work,
                    map: self.map,
                    places: &mut places,
                    tally: &mut tally,
                    line: 0,
                    number: String::new(),
                };
                take::ticket(&mut replay, foreign)?;
            }
            if self.strict {
                refuse_if_any(std::mem::take(&mut tally.rejects))?;
            }
            self.audit(&mut work, &tally)?;
            Ok((tally, places))
        })
    }

    /// Tells in the audit trail what was taken over.
    fn audit(&self, work: &mut Work<'_, '_>, tally: &Tally) -> Result<(), Error> {
        let done = &tally.summary;
        if done.lines_done == 0 {
            return Ok(());
        }
        work.now = self.present;
        let facts = json!({
            "source": self.map.name(),
            "opened": done.tickets_opened,
            "continued": done.tickets_continued,
            "lines": done.lines_done,
        });
        Ok(work.audit("imported", None, facts)?)
    }
}

fn refuse_if_any(mut bad: Vec<Reject>) -> Result<(), Error> {
    bad.sort_by_key(|reject| reject.line);
    if bad.is_empty() { Ok(()) } else { Err(Error::Strict(bad)) }
}
