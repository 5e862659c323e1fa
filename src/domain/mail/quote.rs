//! Which part of a message is new: without the original that mail programs put below (or above) it, and
//! without signatures. What is cut stays in the message as it came.

use super::REPLY_ABOVE;

/// The most lines of a signature; more below two dashes are part of the text.
const SIGNATURE: usize = 12;

/// The lines that say who wrote the original may be broken into so many.
const BROKEN_INTO: usize = 3;

/// What is new in an answer; everything, if nothing would be left.
pub fn new_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().collect();
    let above = lines.iter().position(|line| unquoted(line).contains(REPLY_ABOVE));
    let above = above.and_then(|at| lines.get(..at)).map(keep).filter(|kept| !kept.is_empty());
    above.or_else(|| Some(keep(&lines)).filter(|kept| !kept.is_empty())).unwrap_or_else(|| tidy(&lines))
}

/// The text of a message that answers nothing: all of it, without the line of a telephone.
pub fn whole_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.lines().collect();
    drop_device(&mut lines);
    tidy(&lines)
}

fn keep(lines: &[&str]) -> String {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        if begins_original(rest) {
            break;
        }
        if let Some(broken) = attribution(rest) {
            let mut below = rest.iter().skip(broken).filter(|line| !line.trim().is_empty());
            // Quoted line by line, so that what stands between or below is new; else all of it is the original.
            if below.next().is_some_and(|line| !line.starts_with('>')) {
                break;
            }
            at += broken;
        } else if line.starts_with('>') {
            at += 1;
        } else if let Some(length) = signature(rest) {
            at += length;
        } else {
            kept.push(*line);
            at += 1;
        }
    }
    drop_device(&mut kept);
    tidy(&kept)
}

/// Lines without white space at their ends, with at most one empty line between them.
fn tidy(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut empty = 0;
    for line in lines.iter().map(|line| line.trim_end()) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        out.push_str(line);
        empty = 0;
    }
    out
}

fn unquoted(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t', '*'])
}

/// How many lines say who wrote the original: "Pada … menulis:", "On … wrote:".
fn attribution(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?.trim();
    let opens = ["Pada ", "On ", "Le ", "Am ", "Op "].iter().any(|word| first.starts_with(word));
    // "2026-11-02 10:00 GMT+07:00 Budi <budi@contoh.go.id>:"
    let dated = first.starts_with(|c: char| c.is_ascii_digit()) && first.ends_with(">:") && first.contains('@');
    if !opens {
        return dated.then_some(1);
    }
    let mut joined = String::new();
    for (at, line) in lines.iter().take(BROKEN_INTO).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        joined = format!("{joined} {line}");
        let closes =
            ["menulis:", "wrote:", "écrit :", "schrieb:", "schreef:", ">:"].iter().any(|w| joined.ends_with(w));
        // A sentence may begin and end like this too; who wrote when has an address or a date.
        let digits = joined.chars().filter(char::is_ascii_digit).count();
        if closes {
            return (joined.contains('@') || digits >= 4).then_some(at + 1);
        }
    }
    None
}

/// Whether the original begins here and goes on to the end: as Outlook and others put it.
fn begins_original(lines: &[&str]) -> bool {
    let Some(first) = lines.first().map(|line| line.trim()) else { return false };
    let title = first.trim_matches(['-', ' ', '_']).to_lowercase();
    let ruled = first.starts_with("--") && first.ends_with("--");
    if ruled && ["original message", "pesan asli", "original appointment", "surat asli"].contains(&title.as_str()) {
        return true;
    }
    if first.len() >= 20 && first.bytes().all(|b| b == b'_') {
        return lines.iter().skip(1).take(3).any(|line| is_field(line, AUTHOR));
    }
    is_field(first, AUTHOR) && lines.iter().skip(1).take(6).filter(|line| is_field(line, OTHERS)).count() >= 2
}

const AUTHOR: &[&str] = &["from", "dari"];
const OTHERS: &[&str] = &[
    "sent", "dikirim", "terkirim", "date", "tanggal", "to", "kepada", "ke", "untuk", "cc", "tembusan", "subject",
    "subjek", "perihal",
];

fn is_field(line: &str, names: &[&str]) -> bool {
    let Some((name, value)) = unquoted(line).split_once(':') else { return false };
    let name = name.trim_matches(['*', ' ']).to_lowercase();
    names.contains(&name.as_str()) && !value.trim().is_empty()
}

/// How many lines a signature takes, from its two dashes (RFC 3676, 4.3) to what is quoted or to the end.
fn signature(lines: &[&str]) -> Option<usize> {
    if !matches!(*lines.first()?, "-- " | "--") {
        return None;
    }
    let ends = |at: usize| {
        let rest = lines.get(at..).unwrap_or_default();
        rest.first().is_some_and(|line| line.starts_with('>')) || attribution(rest).is_some() || begins_original(rest)
    };
    let length = (1..lines.len().min(SIGNATURE + 2)).find(|at| ends(*at)).unwrap_or(lines.len());
    (length <= SIGNATURE).then_some(length)
}

/// Drops the line of a telephone or program among the last ones.
fn drop_device(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.trim().is_empty() || is_device(line)) {
        lines.pop();
    }
}

fn is_device(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    line.len() < 120
        && [
            "sent from my ",
            "sent from mail for ",
            "sent from yahoo mail",
            "sent from outlook",
            "get outlook for ",
            "dikirim dari ",
            "terkirim dari ",
            "dapatkan outlook ",
        ]
        .iter()
        .any(|words| line.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_in_an_answer() {
        let marker = format!(
            "Masih rusak.\n\nPada Sen, 2 Nov 2026 pukul 10.00 Service Desk <a@b.go.id> menulis:\n\n{REPLY_ABOVE}\nYth. Budi,\nPrinter …"
        );
        let quoted_marker =
            format!("Sudah.\n\nOn 2 Nov 2026, at 10.00, Desk <a@b.go.id> wrote:\n\n> {REPLY_ABOVE}\n> Yth.");
        let below_marker = format!("> {REPLY_ABOVE}\n> Yth. Budi,\n\nSudah bisa.");
        for (text, expected) in [
            ("Masih rusak.", "Masih rusak."),
            ("", ""),
            ("  \r\n\r\n", ""),
            ("Satu.\r\n\r\n\r\n\r\nDua.  \r\n", "Satu.\n\nDua."),
            (marker.as_str(), "Masih rusak."),
            (quoted_marker.as_str(), "Sudah."),
            (below_marker.as_str(), "Sudah bisa."),
            (
                "Ya.\n\nPada tanggal Sen, 2 Nov 2026 pukul 10.00 Service Desk <\nservice-desk@contoh.go.id> menulis:\n\n> Apakah\n> sudah?\n",
                "Ya.",
            ),
            ("Ya.\n\nPada 02/11/26 10.00, Desk menulis:\nApakah sudah?\n", "Ya."),
            ("On Mon, Nov 2, 2026 at 10:00 Desk <d@x.go.id> wrote:\n> Apakah sudah?\n\nSudah.", "Sudah."),
            ("> Printer?\nSudah.\n> Jaringan?\nBelum.", "Sudah.\nBelum."),
            ("2026-11-02 10:00 GMT+07:00 Desk <d@x.go.id>:\n> Apa?\n\nSudah.", "Sudah."),
            ("Ya.\n\n-----Original Message-----\nFrom: Desk\nTo: Budi\nApa?", "Ya."),
            ("Ya.\n\n-----Pesan Asli-----\nDari: Desk\nApa?", "Ya."),
            ("Ya.\n\n________________________________\nDari: Desk <d@x>\nDikirim: Senin\nApa?", "Ya."),
            ("Ya.\n\nDari: Desk <d@x>\nTerkirim: Senin\nKepada: Budi\nPerihal: Printer\n\nApa?", "Ya."),
            ("Ya.\n\n*From:* Desk\n*Sent:* Monday\n*To:* Budi\n*Subject:* Printer\n\nApa?", "Ya."),
            ("Ya.\n-- \nBudi\nSubbag Umum", "Ya."),
            ("Ya.\n-- \nBudi\n\nPada 02/11/2026 10.00, Desk menulis:\n> Apa?\n\nDan ini.", "Ya.\n\nDan ini."),
            ("Ya.\n\nDikirim dari iPhone saya\n", "Ya."),
            ("Ya.\n\nGet Outlook for Android<https://aka.ms/x>\n\nFrom: D\nSent: x\nTo: y\n\nApa?", "Ya."),
            // What only looks like it.
            (
                "Pada rapat kemarin beliau menulis:\nsegera diganti.",
                "Pada rapat kemarin beliau menulis:\nsegera diganti.",
            ),
            ("Dari: Batang\nTujuan: Semarang", "Dari: Batang\nTujuan: Semarang"),
            (
                "Rincian\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
                "Rincian\n--\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
            ),
            ("Dikirim dari gudang kemarin.\nBelum sampai.", "Dikirim dari gudang kemarin.\nBelum sampai."),
            // Nothing is new: then everything is shown.
            ("> Apa?\n> Kapan?", "> Apa?\n> Kapan?"),
            ("-- \nBudi", "-- \nBudi".trim_end()),
        ] {
            let expected = if text == "-- \nBudi" { "--\nBudi" } else { expected };
            assert_eq!(new_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_new_message_keeps_what_it_passes_on() {
        let text = "Mohon dibantu.\n\n---------- Forwarded message ---------\nDari: Vendor\nTanggal: Senin\nKe: Budi\n\nGalat 0x80.\n\nSent from my iPhone\n";
        assert_eq!(
            whole_text(text),
            "Mohon dibantu.\n\n---------- Forwarded message ---------\nDari: Vendor\nTanggal: Senin\nKe: Budi\n\nGalat 0x80."
        );
    }

    proptest::proptest! {
        #[test]
        fn something_stays_of_every_text(text in "[>\\-a-zP:\\. @0-9\n]{0,200}") {
            proptest::prop_assert_eq!(new_text(&text).is_empty(), text.trim().is_empty());
        }
    }
}
