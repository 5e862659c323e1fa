//! Reads a foreign file, packed or not, ticket by ticket.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, StringRecord};
use flate2::bufread::MultiGzDecoder;

use super::Error;
use super::map::{Map, Shape};
use super::rejects::Reject;
use super::row::{Header, Row, parse};
use crate::domain::Instant;

/// The first bytes of a gzip file (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How many bytes are read at a time.
const BUFFER: usize = 1 << 16;

type Csv = csv::Reader<BufReader<Box<dyn Read>>>;

/// All lines of one foreign ticket that stand together.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    pub number: String,
    pub lines: Vec<Line>,
}

/// A line: as it stands there, and what it says or why it cannot be taken over.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub at: u64,
    pub record: StringRecord,
    pub row: Result<Row, String>,
}

impl Line {
    /// The line as it goes into the rejects file.
    pub(super) fn reject(&self, reason: &str) -> Reject {
        Reject { line: self.at, reason: reason.to_owned(), record: self.record.clone() }
    }
}

/// The reader, and whether the lines end as on Windows.
fn open(path: &Path, map: &Map) -> Result<(Csv, bool), Error> {
    let file = File::open(path).map_err(|error| Error::log(path, error))?;
    let mut file = BufReader::with_capacity(BUFFER, file);
    let packed = file.fill_buf().map_err(|error| Error::log(path, error))?.starts_with(&GZIP);
    let plain: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut plain = BufReader::with_capacity(BUFFER, plain);
    let start = plain.fill_buf().map_err(|error| Error::log(path, error))?;
    let windows = start.split(|byte| *byte == b'\n').next().is_some_and(|line| line.ends_with(b"\r"));
    let delimiter = u8::try_from(map.delimiter).expect("a map's delimiter is ASCII");
    let csv = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(plain);
    Ok((csv, windows))
}

/// How many lines there are below the first: a pass that looks at nothing.
pub(super) fn count(path: &Path, map: &Map) -> Result<u64, Error> {
    let (mut csv, _) = open(path, map)?;
    let mut record = ByteRecord::new();
    let mut lines = 0;
    while csv.read_byte_record(&mut record).map_err(|error| Error::log(path, error))? {
        lines += 1;
    }
    Ok(lines)
}

/// The tickets of a file, in its order.
pub(super) struct Tickets<'m> {
    path: PathBuf,
    map: &'m Map,
    csv: Csv,
    header: Header,
    first: StringRecord,
    present: Instant,
    windows: bool,
    seen: HashSet<String>,
    /// The ticket whose lines are being read.
    current: Option<String>,
    /// The first line of the next ticket.
    ahead: Option<(String, Line)>,
    rejects: Vec<Reject>,
    lines: u64,
}

impl<'m> Tickets<'m> {
    /// Opens a file and reads its first line.
    pub(super) fn open(path: &Path, map: &'m Map, present: Instant) -> Result<Self, Error> {
        let (mut csv, windows) = open(path, map)?;
        let first = csv.headers().map_err(|error| Error::log(path, error))?.clone();
        let header = Header::bind(map, &first).map_err(|reason| Error::log(path, reason))?;
        Ok(Self {
            path: path.to_owned(),
            map,
            csv,
            header,
            first,
            present,
            windows,
            seen: HashSet::new(),
            current: None,
            ahead: None,
            rejects: Vec::new(),
            lines: 0,
        })
    }

    /// The first line of the file.
    pub(super) fn first(&self) -> &StringRecord {
        &self.first
    }

    /// How many lines have been read.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// The lines since the last call that belong to no ticket.
    pub(super) fn take_rejects(&mut self) -> Vec<Reject> {
        std::mem::take(&mut self.rejects)
    }

    /// The next tickets: up to `most`, fewer at the end or where they have many lines.
    pub(super) fn batch(&mut self, most: usize, most_lines: usize) -> Result<Vec<Foreign>, Error> {
        let mut batch = Vec::new();
        let mut lines = 0;
        while batch.len() < most && lines < most_lines {
            let Some(foreign) = self.ticket()? else { break };
            lines += foreign.lines.len();
            batch.push(foreign);
        }
        Ok(batch)
    }

    fn ticket(&mut self) -> Result<Option<Foreign>, Error> {
        let first = match self.ahead.take() {
            Some(ahead) => Some(ahead),
            None => self.line()?,
        };
        let Some((number, line)) = first else { return Ok(None) };
        let mut lines = vec![line];
        while let Some((next, line)) = self.line()? {
            if next != number {
                self.ahead = Some((next, line));
                break;
            }
            lines.push(line);
        }
        Ok(Some(Foreign { number, lines }))
    }

    /// The next line that belongs to a ticket which can still be taken over.
    fn line(&mut self) -> Result<Option<(String, Line)>, Error> {
        let mut bytes = ByteRecord::new();
        while self.csv.read_byte_record(&mut bytes).map_err(|error| Error::log(&self.path, error))? {
            self.lines += 1;
            let line = self.read(&bytes);
            let number = self.header.value(self.map, &line.record, &self.map.columns.number).map(str::to_owned);
            match number {
                // With a column too few or too many no value can be trusted, the number neither.
                _ if line.record.len() != self.header.width() => {
                    let reason = format!("ada {} kolom, seharusnya {}", line.record.len(), self.header.width());
                    self.rejects.push(line.reject(&reason));
                }
                None => self.rejects.push(line.reject("nomor tiket tidak ada")),
                Some(number) if self.is_late(&number) => {
                    let reason = match self.map.shape {
                        Shape::EventLog => "baris tiket ini tidak berurutan dengan baris lainnya",
                        Shape::TicketPerRow => "nomor tiket ini sudah ada pada baris sebelumnya",
                    };
                    self.rejects.push(line.reject(reason));
                }
                Some(number) => {
                    self.seen.insert(number.clone());
                    self.current = Some(number.clone());
                    return Ok(Some((number, line)));
                }
            }
        }
        Ok(None)
    }

    /// Whether a ticket came up before and cannot go on here.
    fn is_late(&self, number: &str) -> bool {
        let goes_on = self.map.shape == Shape::EventLog && self.current.as_deref() == Some(number);
        !goes_on && self.seen.contains(number)
    }

    fn read(&self, bytes: &ByteRecord) -> Line {
        // The reader leaves the second half of a Windows line end to the next line.
        let at = bytes.position().map_or(0, csv::Position::line) + u64::from(self.windows);
        match StringRecord::from_byte_record(bytes.clone()) {
            Ok(record) => Line { at, row: parse(self.map, &self.header, &record, self.present), record },
            Err(_) => {
                let record: StringRecord =
                    bytes.iter().map(String::from_utf8_lossy).map(|cell| cell.into_owned()).collect();
                Line { at, record, row: Err("baris ini bukan teks UTF-8".to_owned()) }
            }
        }
    }
}
