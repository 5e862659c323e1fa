//! The bytes of attachments: files named by their SHA-256, written once, never changed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::Error;
use crate::domain::chain::sha256_hex;

/// A folder of content-addressed files.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Files below this folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where the content with this hash is.
    fn path(&self, sha256: &str) -> PathBuf {
        let (head, _) = sha256.split_at(2.min(sha256.len()));
        self.folder.join(head).join(sha256)
    }

    /// Stores content durably and gives its hash. Before the transaction that tells of it: a crash in
    /// between leaves a file that nobody refers to, never a row without its file.
    pub fn put(&self, content: &[u8]) -> Result<String, Error> {
        let sha256 = sha256_hex(content);
        let path = self.path(&sha256);
        if !path.exists() {
            write_durably(&path, content).map_err(|error| Error::Unavailable(format!("attachment store: {error}")))?;
        }
        Ok(sha256)
    }

    /// Reads content back; `NotFound` if the file is gone, `Corrupt` if it is not what it was.
    pub fn get(&self, sha256: &str) -> Result<Vec<u8>, Error> {
        let content = fs::read(self.path(sha256)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound,
            _ => Error::Unavailable(format!("attachment store: {error}")),
        })?;
        if sha256_hex(&content) == sha256 {
            Ok(content)
        } else {
            Err(Error::Corrupt(format!("attachment {sha256} is not what was stored")))
        }
    }

    /// Whether the content with this hash is there.
    pub fn has(&self, sha256: &str) -> bool {
        self.path(sha256).exists()
    }

    /// Removes content that nobody refers to; it may be gone already.
    pub fn remove(&self, sha256: &str) -> Result<(), Error> {
        match fs::remove_file(self.path(sha256)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::Unavailable(format!("attachment store: {error}")))
            }
            _ => Ok(()),
        }
    }
}

fn write_durably(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().expect("path() puts every file into a folder");
    fs::create_dir_all(folder)?;
    let temporary = path.with_extension(format!("{:016x}.part", rand::random::<u64>()));
    let mut file = fs::File::create_new(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    fs::File::open(folder)?.sync_all()
}
