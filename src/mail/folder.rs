//! Letters as files in a folder: to try things out, and for a mail program that collects them.

use std::path::PathBuf;

use super::{Connection, Failure, Mail, Sender, Transport};

/// A folder, made when the first letter is written.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub path: PathBuf,
    pub sender: Sender,
}

impl Transport for Folder {
    fn connect(&self) -> Result<Box<dyn Connection>, String> {
        Ok(Box::new(self.clone()))
    }
}

impl Connection for Folder {
    fn send(&mut self, mail: &Mail) -> Result<String, Failure> {
        let content = self.sender.message(mail)?.formatted();
        // The same name at each try, so that a letter that was written twice is there once.
        let key: String = mail.letter.message_id.split('@').next().unwrap_or_default().into();
        let name = format!("{key}.eml");
        let write = || {
            std::fs::create_dir_all(&self.path)?;
            // Under its name only once it is whole.
            let unfinished = self.path.join(format!(".{name}"));
            std::fs::write(&unfinished, content)?;
            std::fs::rename(unfinished, self.path.join(&name))
        };
        write().map_err(|error: std::io::Error| Failure::Down(format!("{}: {error}", self.path.display())))?;
        Ok(name)
    }
}
