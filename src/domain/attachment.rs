//! Which files may be attached. The content decides, not the name: a file whose first bytes
//! contradict its ending is refused (BSSN 4/2021 Ps 27(11)).

/// The most files on a ticket.
pub const MOST_PER_TICKET: usize = 50;

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblem {
    /// The name is empty, too long or not a plain file name.
    Name,
    /// This kind of file is not accepted.
    Kind,
    /// The content is not what the ending says.
    Mismatch,
    /// The file is empty.
    Empty,
}

impl FileProblem {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "attachment_name",
            Self::Kind => "attachment_kind",
            Self::Mismatch => "attachment_mismatch",
            Self::Empty => "attachment_empty",
        }
    }

    /// What to do, in Bahasa Indonesia.
    pub fn message(self) -> &'static str {
        match self {
            Self::Name => "Nama berkas tidak sah: gunakan nama biasa dengan akhiran, misalnya foto.jpg.",
            Self::Kind => {
                "Jenis berkas ini tidak diterima. Gunakan PDF, gambar (PNG, JPG, WebP, GIF), dokumen kantor \
                 (DOCX, XLSX, PPTX, ODT, ODS), teks (TXT, CSV, LOG), atau ZIP."
            }
            Self::Mismatch => "Isi berkas tidak sesuai dengan akhirannya.",
            Self::Empty => "Berkas kosong.",
        }
    }
}

/// Accepted endings: the media type served, and what the content must be sniffed as (`None`: text).
const KINDS: &[(&str, &str, Option<&[&str]>)] = &[
    ("pdf", "application/pdf", Some(&["application/pdf"])),
    ("png", "image/png", Some(&["image/png"])),
    ("jpg", "image/jpeg", Some(&["image/jpeg"])),
    ("jpeg", "image/jpeg", Some(&["image/jpeg"])),
    ("webp", "image/webp", Some(&["image/webp"])),
    ("gif", "image/gif", Some(&["image/gif"])),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some(&["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"]),
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some(&["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"]),
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Some(&["application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"]),
    ),
    (
        "odt",
        "application/vnd.oasis.opendocument.text",
        Some(&["application/vnd.oasis.opendocument.text", "application/zip"]),
    ),
    (
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
        Some(&["application/vnd.oasis.opendocument.spreadsheet", "application/zip"]),
    ),
    ("zip", "application/zip", Some(&["application/zip"])),
    ("txt", "text/plain; charset=utf-8", None),
    ("log", "text/plain; charset=utf-8", None),
    ("csv", "text/csv; charset=utf-8", None),
];

/// Checks a file by its name and content. `sniffed` is the media type that its first bytes show, if
/// they show any. Gives the media type with which it is served.
pub fn check(name: &str, sniffed: Option<&str>, content: &[u8]) -> Result<&'static str, FileProblem> {
    let bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '"' | '<' | '>' | '|' | '*' | '?');
    if name.trim() != name || name.starts_with('.') || name.chars().count() > 150 || name.chars().any(bad) {
        return Err(FileProblem::Name);
    }
    let Some((stem, ending)) = name.rsplit_once('.') else { return Err(FileProblem::Name) };
    if stem.is_empty() {
        return Err(FileProblem::Name);
    }
    let ending = ending.to_lowercase();
    let Some((_, media_type, wanted)) = KINDS.iter().find(|(kind, ..)| *kind == ending) else {
        return Err(FileProblem::Kind);
    };
    if content.is_empty() {
        return Err(FileProblem::Empty);
    }
    let fits = match (wanted, sniffed) {
        (Some(wanted), Some(sniffed)) => wanted.contains(&sniffed),
        (Some(_), None) => false,
        (None, Some(_)) => false,
        (None, None) => !content.contains(&0) && std::str::from_utf8(content).is_ok(),
    };
    if fits { Ok(media_type) } else { Err(FileProblem::Mismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_what_a_file_is() {
        let long = format!("{}.pdf", "a".repeat(150));
        for (name, sniffed, content, expected) in [
            ("surat.pdf", Some("application/pdf"), b"%PDF-1.7".as_slice(), Ok("application/pdf")),
            ("FOTO.JPG", Some("image/jpeg"), b"\xff\xd8", Ok("image/jpeg")),
            ("data.xlsx", Some("application/zip"), b"PK", Ok(KINDS[7].1)),
            ("catatan.txt", None, "émoji 🎉".as_bytes(), Ok("text/plain; charset=utf-8")),
            ("virus.pdf", Some("application/vnd.microsoft.portable-executable"), b"MZ", Err(FileProblem::Mismatch)),
            ("halaman.txt", Some("text/html"), b"<html>", Err(FileProblem::Mismatch)),
            ("biner.txt", None, b"a\0b", Err(FileProblem::Mismatch)),
            ("latin.csv", None, b"\xe9", Err(FileProblem::Mismatch)),
            ("kosong.png", None, b"", Err(FileProblem::Empty)),
            ("gambar.png", None, b"bukan gambar", Err(FileProblem::Mismatch)),
            ("skrip.svg", None, b"<svg/>", Err(FileProblem::Kind)),
            ("skrip.html", None, b"x", Err(FileProblem::Kind)),
            ("program.exe", None, b"x", Err(FileProblem::Kind)),
            ("tanpa-akhiran", None, b"x", Err(FileProblem::Name)),
            ("../../etc/passwd.txt", None, b"x", Err(FileProblem::Name)),
            (".htaccess.txt", None, b"x", Err(FileProblem::Name)),
            ("baris\nbaru.txt", None, b"x", Err(FileProblem::Name)),
            ("", None, b"x", Err(FileProblem::Name)),
            (long.as_str(), Some("application/pdf"), b"%PDF", Err(FileProblem::Name)),
        ] {
            assert_eq!(check(name, sniffed, content), expected, "{name:?}");
        }
    }
}
