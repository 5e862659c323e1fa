//! Where the command line writes files.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Writes to a file, or to standard output. A file is written beside its place first, so that half of one is never
/// taken for the whole and what stood there stays if writing fails.
pub fn put(file: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Some(file) = file else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        return write(&mut out).and_then(|()| Ok(out.flush()?)).context("cannot write to standard output");
    };
    // A device or a pipe is no place for another file.
    if file.exists() && !file.is_file() {
        return filled(file, write);
    }
    let part = PathBuf::from(format!("{}.part", file.display()));
    if let Err(error) = filled(&part, write) {
        let _ = std::fs::remove_file(&part);
        return Err(error);
    }
    std::fs::rename(&part, file).with_context(|| cannot(file))
}

fn filled(file: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(file).with_context(|| cannot(file))?);
    write(&mut out).and_then(|()| Ok(out.flush()?)).with_context(|| cannot(file))
}

fn cannot(file: &Path) -> String {
    format!("cannot write {}", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_leaves_the_old_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("laporan.csv");
        let write = |text: &'static str, fails: bool| {
            put(Some(&file), |out| {
                out.write_all(text.as_bytes())?;
                if fails { Err(anyhow::anyhow!("broken off")) } else { Ok(()) }
            })
        };
        write("lama", false).unwrap();
        assert!(write("bar", true).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "lama");
        write("baru", false).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "baru");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no part is left");
        put(Some(Path::new("/dev/null")), |out| Ok(out.write_all(b"x")?)).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
