//! The file of lines that were not taken over: line number, reason and the line itself, with the same
//! columns, so that it can be corrected and imported as it is.

use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Serialize;

use super::Error;

/// A line that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// In the file; the first line has number 1.
    pub line: u64,
    /// Why, in Bahasa Indonesia.
    pub reason: String,
    /// The line.
    #[serde(skip)]
    pub(super) record: StringRecord,
}

/// Writes rejects as they come. There is a file only if there are any.
pub(super) struct Rejects {
    path: Option<PathBuf>,
    delimiter: u8,
    first: StringRecord,
    file: Option<csv::Writer<std::fs::File>>,
    count: u64,
}

impl Rejects {
    /// Prepares a file at `path`, or none; `first` is the first line of the log.
    pub(super) fn new(path: Option<&Path>, delimiter: u8, first: &StringRecord) -> Self {
        Self { path: path.map(Path::to_owned), delimiter, first: first.clone(), file: None, count: 0 }
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Writes some, in order of their lines.
    pub(super) fn write(&mut self, mut rejects: Vec<Reject>) -> Result<(), Error> {
        rejects.sort_by_key(|reject| reject.line);
        for reject in rejects {
            self.count += 1;
            let Some(path) = self.path.clone() else { continue };
            self.one(&path, &reject).map_err(|error| Error::log(&path, error))?;
        }
        match (&mut self.file, &self.path) {
            (Some(file), Some(path)) => file.flush().map_err(|error| Error::log(path, error)),
            _ => Ok(()),
        }
    }

    fn one(&mut self, path: &Path, reject: &Reject) -> Result<(), csv::Error> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut file = csv::WriterBuilder::new().delimiter(self.delimiter).flexible(true).from_path(path)?;
                file.write_record(["baris", "alasan"].into_iter().chain(&self.first))?;
                file
            }
        };
        let line = reject.line.to_string();
        file.write_record([line.as_str(), reject.reason.as_str()].into_iter().chain(&reject.record))?;
        self.file = Some(file);
        Ok(())
    }
}
