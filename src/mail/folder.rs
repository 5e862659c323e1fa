//! Letters as files in a folder: to try things out, and for a mail program that collects them.

use std::path::PathBuf;

use lettre::message::Mailbox;

use super::{Failure, Letter, Transport, message};

/// A folder, made when the first letter is written.
#[derive(Debug)]
pub struct Folder {
    pub path: PathBuf,
    pub from: Mailbox,
}

impl Transport for Folder {
    fn send(&self, letter: &Letter) -> Result<String, Failure> {
        let content = message(letter, &self.from)?.formatted();
        let name = format!("{}-{}.eml", letter.at.format("%Y%m%d-%H%M%S"), letter.key);
        let write = || {
            std::fs::create_dir_all(&self.path)?;
            // Under its name only once it is whole.
            let unfinished = self.path.join(format!(".{name}"));
            std::fs::write(&unfinished, content)?;
            std::fs::rename(unfinished, self.path.join(&name))
        };
        write().map_err(|error: std::io::Error| Failure::Passing(format!("{}: {error}", self.path.display())))?;
        Ok(name)
    }
}
