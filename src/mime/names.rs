//! Names of files that came by mail, made such as the desk takes them.

/// A plain file name with an ending: without folders, control characters and what no file system likes.
/// What has no name is called by what it is.
pub fn plain(given: Option<&str>, stem: &str, at: usize, media_type: &str) -> String {
    let given = given.unwrap_or_default();
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let bad = |c: char| c.is_control() || matches!(c, ':' | '"' | '<' | '>' | '|' | '*' | '?');
    let cleaned: String = last.chars().map(|c| if bad(c) { '_' } else { c }).collect();
    let cleaned = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    let cleaned = cleaned.trim_start_matches('.').trim();
    let ending = ending(media_type);
    if cleaned.is_empty() {
        return format!("{stem}-{at}.{ending}");
    }
    let (name, known) = match cleaned.rsplit_once('.') {
        Some((name, ending)) if !name.is_empty() && !ending.is_empty() && ending.len() <= 10 => (name, ending),
        _ => (cleaned, ending),
    };
    let name: String = name.chars().take(120).collect();
    format!("{}.{known}", name.trim())
}

fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "image/jpeg" | "image/jpg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        "text/csv" => "csv",
        "text/html" => "html",
        "text/calendar" => "ics",
        "application/zip" => "zip",
        "application/ms-tnef" | "application/vnd.ms-tnef" => "dat",
        "message/rfc822" => "txt",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_plain() {
        for (given, media_type, expected) in [
            (Some("surat.pdf"), "application/pdf", "surat.pdf"),
            (Some("  laporan  bulan.xlsx "), "", "laporan bulan.xlsx"),
            (Some("C:\\Users\\Budi\\foto.jpg"), "image/jpeg", "foto.jpg"),
            (Some("../../etc/passwd"), "text/plain", "passwd.txt"),
            (Some("a\r\nb\".txt"), "text/plain", "a__b_.txt"),
            (Some("..."), "image/png", "berkas-3.png"),
            (Some("foto"), "image/png", "foto.png"),
            (Some("versi 1.2 akhir sekali"), "application/pdf", "versi 1.2 akhir sekali.pdf"),
            (None, "image/jpeg", "berkas-3.jpg"),
            (None, "apa/saja", "berkas-3.bin"),
        ] {
            assert_eq!(plain(given, "berkas", 3, media_type), expected, "{given:?}");
        }
        assert_eq!(plain(Some(&format!("{}.pdf", "é".repeat(300))), "", 1, "").chars().count(), 124);
    }
}
