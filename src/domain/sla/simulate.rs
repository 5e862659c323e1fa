//! A clock on its own: calendar, start, target and pauses in, due time out. For checking the arithmetic
//! from outside; it is the product's own clock. `docs/sla.md` has the format with examples.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Problem;
use super::calendar::{Calendar, CalendarSpec};
use super::clock::{Clock, State};
use super::target::Target;
use super::timetable::Timetable;

/// A question.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Given back with the answer, whatever it is.
    #[serde(default)]
    pub id: Value,
    pub calendar: CalendarSpec,
    /// RFC 3339; parts of a second do not count.
    pub start: String,
    pub target: Target,
    /// From and to; without an end the clock stands still for good. They may overlap.
    #[serde(default)]
    pub pauses: Vec<(String, Option<String>)>,
    /// When to look at the clock.
    #[serde(default)]
    pub at: Option<String>,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    Known {
        id: Value,
        /// RFC 3339 in UTC; `null` if the clock stands still for good before.
        due: Option<String>,
        /// At the instant asked for; left out if none was. Working time, or of the wall clock if the
        /// target is in that.
        #[serde(skip_serializing_if = "Option::is_none")]
        consumed_seconds: Option<i64>,
        /// `running`, `paused` or `breached`, likewise.
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<&'static str>,
    },
    Failed {
        id: Value,
        error: Failure,
    },
}

/// What is wrong with a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Stable snake_case code.
    pub code: &'static str,
    pub message: String,
}

impl Failure {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Answers one line of JSON.
pub fn answer_line(line: &[u8]) -> Answer {
    let question = match read(line) {
        Ok(question) => question,
        Err(error) => {
            let value = serde_json::from_slice::<Value>(line).ok();
            let id = value.and_then(|mut value| Some(value.get_mut("id")?.take()));
            return Answer::Failed { id: id.unwrap_or_default(), error };
        }
    };
    answer(&question).unwrap_or_else(|problem| {
        let error = Failure::new(problem.code, format!("{}: {}", problem.pointer, problem.message));
        Answer::Failed { id: question.id, error }
    })
}

fn read(line: &[u8]) -> Result<Question, Failure> {
    serde_json::from_slice(line).map_err(|error| {
        let malformed = |what: String| Failure::new("malformed_json", format!("baris ini bukan {what}"));
        let Ok(text) = std::str::from_utf8(line) else { return malformed("UTF-8 yang sah".to_owned()) };
        // serde_json calls a number where a word is wanted broken JSON too.
        if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return malformed(format!("JSON yang sah ({error})"));
        }
        let again: Result<Question, _> =
            serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(text));
        let place = again.map_or_else(|error| error.path().to_string(), |_| String::new());
        let wrong = error.to_string();
        let wrong = wrong.split(" at line ").next().unwrap_or(&wrong);
        Failure::new("invalid_question", format!("isian tidak sesuai pada {place} ({wrong})"))
    })
}

/// Answers a question; the first of its problems if it has any.
pub fn answer(question: &Question) -> Result<Answer, Problem> {
    let calendar = Calendar::parse(&question.calendar).map_err(|problems| {
        let first = problems.into_iter().next();
        first.map_or_else(
            || Problem::new("/calendar", "invalid_calendar", "kalender tidak sah"),
            |mut problem| {
                problem.pointer.insert_str(0, "/calendar");
                problem
            },
        )
    })?;
    if !question.target.is_sound() {
        let message = "target tidak boleh negatif, tidak berhingga, atau lebih halus dari seperseribu";
        return Err(Problem::new("/target", "invalid_target", message));
    }
    let timetable = Timetable::new(calendar);
    let start = instant(&question.start, "/start")?;
    let at = question.at.as_deref().map(|at| instant(at, "/at")).transpose()?;
    let mut clock = Clock::start(start, question.target, &timetable);
    for (from, to) in pauses(question)? {
        if to.is_some_and(|to| to <= start) {
            continue;
        }
        clock.pause(from.max(start));
        if let Some(to) = to {
            clock.resume(to);
        }
    }
    let due = clock.due();
    if due.is_none() && clock.state == State::Running {
        let message = "target tidak tercapai dalam enam puluh tahun pada kalender ini";
        return Err(Problem::new("/target", "target_unreachable", message));
    }
    let state = |at| match () {
        () if clock.is_breached(at) => "breached",
        () if at >= start && !clock.runs_at(at) => State::Paused.as_str(),
        () => State::Running.as_str(),
    };
    Ok(Answer::Known {
        id: question.id.clone(),
        due: due.and_then(text),
        consumed_seconds: at.map(|at| clock.consumed_seconds(at)),
        state: at.map(state),
    })
}

/// The pauses as they follow each other, those that overlap or touch as one.
fn pauses(question: &Question) -> Result<Vec<(i64, Option<i64>)>, Problem> {
    let mut all = Vec::new();
    for (index, (from, to)) in question.pauses.iter().enumerate() {
        let place = format!("/pauses/{index}");
        let from = instant(from, &place)?;
        let to = to.as_deref().map(|to| instant(to, &place)).transpose()?;
        if to.is_some_and(|to| to < from) {
            return Err(Problem::new(place, "invalid_pause", "jeda berakhir sebelum dimulai"));
        }
        all.push((from, to));
    }
    all.sort_unstable_by_key(|(from, _)| *from);
    let mut joined: Vec<(i64, Option<i64>)> = Vec::new();
    for (from, to) in all {
        match joined.last_mut() {
            Some((_, end)) if end.is_none_or(|end| from <= end) => {
                *end = end.zip(to).map(|(end, to)| end.max(to));
            }
            _ => joined.push((from, to)),
        }
    }
    Ok(joined)
}

fn instant(text: &str, pointer: &str) -> Result<i64, Problem> {
    let parsed = DateTime::parse_from_rfc3339(text).map(|at| at.timestamp());
    let sound = parsed.ok().filter(|at| (0..7_258_118_400).contains(at));
    sound.ok_or_else(|| {
        let message = format!("\"{text}\" bukan waktu RFC 3339 antara tahun 1970 dan 2200");
        Problem::new(pointer, "invalid_instant", message)
    })
}

fn text(at: i64) -> Option<String> {
    Some(DateTime::from_timestamp(at, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}

#[cfg(test)]
mod tests;
