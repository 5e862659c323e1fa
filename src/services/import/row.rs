//! One line of a foreign file, in our words.

use std::collections::HashMap;

use csv::StringRecord;

use super::map::{Map, Shape};
use super::words::Words;
use crate::domain::Instant;
use crate::domain::priority::{Level, Priority};
use crate::domain::text::{Body, Subject, TextProblem};
use crate::domain::ticket::{Channel, Status, TicketType};

/// A line that can be taken over.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub opened_at: Instant,
    /// When the line was written; of a whole ticket, when it was opened.
    pub updated_at: Instant,
    pub resolved_at: Option<Instant>,
    pub closed_at: Option<Instant>,
    pub status: Status,
    pub requester: String,
    pub email: Option<String>,
    pub opd: String,
    pub person: Option<String>,
    /// Absent: at the desk.
    pub team: Option<String>,
    pub kind: TicketType,
    pub channel: Channel,
    pub impact: Level,
    pub urgency: Level,
    /// Set by hand, where the file does not say impact and urgency.
    pub priority: Option<Priority>,
    pub category: Option<String>,
    pub subject: Subject,
    pub description: Body,
    pub tried: Option<Body>,
    pub resolution: Option<Body>,
    pub recorded: Recorded,
}

/// What the foreign desk counted by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recorded {
    pub reassignments: Option<i64>,
    pub reopenings: Option<i64>,
    pub priority: Option<Priority>,
}

/// Where each column stands.
#[derive(Clone, Debug)]
pub(super) struct Header {
    places: HashMap<String, usize>,
    names: Vec<String>,
}

impl Header {
    /// Reads the first line. Names the key of a column that the map wants and the file lacks.
    pub(super) fn bind(map: &Map, first: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> = first.iter().map(|name| clean(name).to_owned()).collect();
        let header = Self { places: names.iter().cloned().zip(0..).collect(), names };
        let c = &map.columns;
        let r = &map.recorded;
        let wanted = [
            ("columns.number", Some(&c.number)),
            ("columns.opened", Some(&c.opened)),
            ("columns.status", Some(&c.status)),
            ("columns.updated", c.updated.as_ref()),
            ("columns.resolved", c.resolved.as_ref()),
            ("columns.closed", c.closed.as_ref()),
            ("columns.opd", c.opd.as_ref()),
            ("columns.requester", c.requester.as_ref()),
            ("columns.email", c.email.as_ref()),
            ("columns.person", c.person.as_ref()),
            ("columns.team", c.team.as_ref()),
            ("columns.type", c.kind.as_ref()),
            ("columns.channel", c.channel.as_ref()),
            ("columns.impact", c.impact.as_ref()),
            ("columns.urgency", c.urgency.as_ref()),
            ("columns.priority", c.priority.as_ref()),
            ("columns.category", c.category.as_ref()),
            ("columns.tried", c.tried.as_ref()),
            ("columns.resolution", c.resolution.as_ref()),
            ("recorded.reassignments", r.reassignments.as_ref()),
            ("recorded.reopenings", r.reopenings.as_ref()),
            ("recorded.priority", r.priority.as_ref()),
        ];
        let named = wanted.into_iter().filter_map(|(key, name)| name.map(|name| (key, name.as_str())));
        let texts = map.texts.subject.columns().map(|name| ("texts.subject", name));
        let more = map.texts.description.columns().map(|name| ("texts.description", name));
        for (key, name) in named.chain(texts).chain(more) {
            match header.names.iter().filter(|there| *there == name).count() {
                1 => {}
                0 => {
                    let there = header.names.join(", ");
                    return Err(format!("there is no column \"{name}\" (map: {key}); there are {there}"));
                }
                _ => return Err(format!("the column \"{name}\" (map: {key}) is there more than once")),
            }
        }
        Ok(header)
    }

    /// A value; `None` if it is missing.
    pub(super) fn value<'r>(&self, map: &Map, record: &'r StringRecord, column: &str) -> Option<&'r str> {
        let value = self.places.get(column).and_then(|at| record.get(*at)).map(str::trim)?;
        (!map.is_missing(value)).then_some(value)
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }
}

/// A column's name without white space around and without the byte order mark of a spreadsheet.
fn clean(name: &str) -> &str {
    name.trim_start_matches('\u{feff}').trim()
}

/// Takes the values out of a record.
struct Cells<'a> {
    map: &'a Map,
    header: &'a Header,
    record: &'a StringRecord,
    present: Instant,
}

/// Reads a line; says in Bahasa Indonesia why it cannot be taken over.
pub(super) fn parse(map: &Map, header: &Header, record: &StringRecord, present: Instant) -> Result<Row, String> {
    let cells = Cells { map, header, record, present };
    let c = &map.columns;
    let opened_at = cells.date(Some(&c.opened))?.ok_or_else(|| format!("kolom \"{}\" wajib diisi", c.opened))?;
    let rated = |column: &Option<String>| column.as_deref().is_some_and(|name| cells.get(name).is_some());
    let (subject, description) = cells.texts()?;
    let row = Row {
        opened_at,
        updated_at: cells.updated(opened_at)?,
        resolved_at: cells.date(c.resolved.as_ref())?,
        closed_at: cells.date(c.closed.as_ref())?,
        status: cells
            .word(Some(&c.status), &map.values.status)?
            .ok_or_else(|| format!("kolom \"{}\" wajib diisi", c.status))?,
        requester: cells.text(c.requester.as_ref()).unwrap_or(&map.defaults.requester).to_owned(),
        email: cells.text(c.email.as_ref()).map(str::to_owned),
        opd: cells.text(c.opd.as_ref()).unwrap_or(&map.defaults.opd).to_owned(),
        person: cells.text(c.person.as_ref()).map(str::to_owned),
        team: cells.team(),
        kind: cells.word(c.kind.as_ref(), &map.values.kind)?.unwrap_or(map.defaults.kind),
        channel: cells.word(c.channel.as_ref(), &map.values.channel)?.unwrap_or(map.defaults.channel),
        impact: cells.word(c.impact.as_ref(), &map.values.impact)?.unwrap_or(map.defaults.impact),
        urgency: cells.word(c.urgency.as_ref(), &map.values.urgency)?.unwrap_or(map.defaults.urgency),
        priority: cells
            .word(c.priority.as_ref(), &map.values.priority)?
            .filter(|_| !(rated(&c.impact) && rated(&c.urgency))),
        category: cells.text(c.category.as_ref()).map(str::to_owned),
        subject,
        description,
        tried: cells.body(c.tried.as_ref())?,
        resolution: cells.body(c.resolution.as_ref())?,
        recorded: cells.recorded()?,
    };
    check(map, &row)?;
    Ok(row)
}

/// The dates of a whole ticket must fit its status and each other.
fn check(map: &Map, row: &Row) -> Result<(), String> {
    if map.shape == Shape::EventLog {
        return Ok(());
    }
    let ended = row.resolved_at.or(row.closed_at);
    if matches!(row.status, Status::Resolved | Status::Closed | Status::Cancelled | Status::Rejected) && ended.is_none()
    {
        return Err("tiket yang sudah berakhir harus memuat tanggal selesai atau tanggal ditutup".to_owned());
    }
    if ended.is_some_and(|at| at < row.opened_at) {
        return Err("tanggal selesai mendahului tanggal laporan".to_owned());
    }
    if row.resolved_at.zip(row.closed_at).is_some_and(|(resolved, closed)| closed < resolved) {
        return Err("tanggal ditutup mendahului tanggal selesai".to_owned());
    }
    Ok(())
}

impl Cells<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        self.header.value(self.map, self.record, column)
    }

    fn text(&self, column: Option<&String>) -> Option<&str> {
        column.and_then(|name| self.get(name))
    }

    fn date(&self, column: Option<&String>) -> Result<Option<Instant>, String> {
        let Some((name, text)) = column.and_then(|name| Some((name, self.get(name)?))) else { return Ok(None) };
        let at = self.map.time.parse(text).map_err(|reason| format!("kolom \"{name}\": {reason}"))?;
        if at > self.present {
            return Err(format!("kolom \"{name}\": \"{text}\" belum terjadi"));
        }
        Ok(Some(at))
    }

    fn updated(&self, opened_at: Instant) -> Result<Instant, String> {
        match &self.map.columns.updated {
            None => Ok(opened_at),
            Some(name) => self.date(Some(name))?.ok_or_else(|| format!("kolom \"{name}\" wajib diisi")),
        }
    }

    fn word<T: Copy>(&self, column: Option<&String>, words: &Words<T>) -> Result<Option<T>, String> {
        let Some((name, text)) = column.and_then(|name| Some((name, self.get(name)?))) else { return Ok(None) };
        let value = words.get(text).copied();
        value
            .map(Some)
            .ok_or_else(|| format!("kolom \"{name}\": \"{text}\" tidak dikenal (yang dikenal: {})", words.known()))
    }

    fn team(&self) -> Option<String> {
        match self.text(self.map.columns.team.as_ref()) {
            Some(team) if self.map.is_desk(team) => None,
            Some(team) => Some(team.to_owned()),
            None => self.map.teams.missing.clone(),
        }
    }

    fn body(&self, column: Option<&String>) -> Result<Option<Body>, String> {
        let Some((name, text)) = column.and_then(|name| Some((name, self.get(name)?))) else { return Ok(None) };
        Body::parse(text).map(Some).map_err(|problem| wrong(name, &problem))
    }

    /// Subject and description; a ticket without description is described by its subject.
    fn texts(&self) -> Result<(Subject, Body), String> {
        let fill = |column: &str| self.get(column).unwrap_or_default();
        let subject = self.map.texts.subject.fill(fill);
        let line: String = subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = line.chars().take(Subject::MAX).collect();
        let parsed = Subject::parse(&cut).map_err(|problem| wrong("texts.subject", &problem))?;
        let description = self.map.texts.description.fill(fill);
        // A subject that had to be cut stands in full in the description.
        let whole = if line.chars().count() > Subject::MAX || description.trim().is_empty() {
            format!("{line}\n{description}")
        } else {
            description
        };
        let body = Body::parse(&whole).map_err(|problem| wrong("texts.description", &problem))?;
        Ok((parsed, body))
    }

    fn recorded(&self) -> Result<Recorded, String> {
        let r = &self.map.recorded;
        let count = |column: Option<&String>| -> Result<Option<i64>, String> {
            let Some((name, text)) = column.and_then(|name| Some((name, self.get(name)?))) else { return Ok(None) };
            text.parse().map(Some).map_err(|_| format!("kolom \"{name}\": \"{text}\" bukan bilangan"))
        };
        Ok(Recorded {
            reassignments: count(r.reassignments.as_ref())?,
            reopenings: count(r.reopenings.as_ref())?,
            priority: self.word(r.priority.as_ref(), &self.map.values.priority)?,
        })
    }
}

fn wrong(what: &str, problem: &TextProblem) -> String {
    format!("kolom \"{what}\": {}", problem.message)
}
