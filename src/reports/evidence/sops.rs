//! The SOPs that the local government put into a folder: plain files, nothing of what lies below it or leads out of
//! it.

use std::fs;
use std::path::{Path, PathBuf};

use super::plain;
use crate::services::{Error, Result};

/// The largest file that is taken along, in bytes.
const MOST_BYTES: u64 = 50 * 1024 * 1024;

/// The most files.
const MOST: usize = 500;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sops {
    /// Where each goes in the package, and where it is; by name.
    pub files: Vec<(String, PathBuf)>,
    /// The names of those that are not taken along, each with why.
    pub left_out: Vec<(String, &'static str)>,
}

/// Says that the folder, or something in it, cannot be read.
pub(super) fn unread(path: &Path, error: &std::io::Error) -> Error {
    Error::Misconfigured { key: "reports.sop_folder", cause: format!("{}: {error}", path.display()) }
}

/// Lists a folder; none if it has no name.
pub(super) fn list(folder: &str) -> Result<Sops> {
    let mut sops = Sops::default();
    if folder.is_empty() {
        return Ok(sops);
    }
    let found = found(Path::new(folder)).map_err(|error| unread(Path::new(folder), &error))?;
    for (name, path, size) in found {
        if size > MOST_BYTES {
            sops.left_out.push((name, "lebih besar daripada 50 MiB"));
        } else if sops.files.len() == MOST {
            sops.left_out.push((name, "melebihi 500 berkas"));
        } else {
            let place = free(&sops.files, &plain(&name));
            sops.files.push((place, path));
        }
    }
    Ok(sops)
}

/// The files by name, with their sizes.
fn found(folder: &Path) -> std::io::Result<Vec<(String, PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Of a link this says that it is a link.
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            files.push((name, entry.path(), entry.metadata()?.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// A place that no other file has, wherever it is unpacked: `SOP.pdf`, `SOP-2.pdf`.
fn free(files: &[(String, PathBuf)], name: &str) -> String {
    let (stem, ending) = name.rfind('.').map_or((name, ""), |dot| name.split_at(dot));
    let names = std::iter::once(name.to_owned()).chain((2..).map(|number: u32| format!("{stem}-{number}{ending}")));
    let mut places = names.map(|name| format!("sop/{name}"));
    let is_free = |place: &String| files.iter().all(|(taken, _)| taken.to_lowercase() != place.to_lowercase());
    places.find(is_free).expect("there are more numbers than files")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(sops: &Sops) -> Vec<&str> {
        sops.files.iter().map(|(place, _)| place.as_str()).collect()
    }

    #[test]
    fn files_of_one_plain_name_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["SOP (a).pdf", "SOP [a].pdf", "SOP-a-.pdf", "sop--a-.PDF", "SOP", ".rahasia"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let sops = list(&folder.path().display().to_string()).unwrap();
        assert_eq!(
            places(&sops),
            ["sop/SOP", "sop/SOP--a-.pdf", "sop/SOP--a--2.pdf", "sop/SOP-a-.pdf", "sop/sop--a--3.PDF"]
        );
        assert_eq!(sops.left_out, []);
    }

    #[test]
    fn what_is_left_out_is_told() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..=MOST {
            fs::write(folder.path().join(format!("{number:03}.txt")), "isi").unwrap();
        }
        fs::File::create(folder.path().join("00 besar.zip")).unwrap().set_len(MOST_BYTES + 1).unwrap();
        let sops = list(&folder.path().display().to_string()).unwrap();
        assert_eq!(sops.files.len(), MOST);
        let left_out = [("00 besar.zip", "lebih besar daripada 50 MiB"), ("500.txt", "melebihi 500 berkas")];
        assert_eq!(sops.left_out, left_out.map(|(name, why)| (name.to_owned(), why)));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let refused = list("/nowhere/at/all").unwrap_err().to_string();
        assert!(refused.starts_with("reports.sop_folder: /nowhere/at/all: "), "{refused}");
        assert_eq!(list("").unwrap(), Sops::default());
    }
}
