//! The subject without what mail programs put before it.

use super::super::ids::{Prefix, TicketId};

/// What programs put before the subject of an answer or of what is passed on, in English and Indonesian and
/// what Outlook writes in other languages.
const BEFORE: &[&str] = &["re", "fw", "fwd", "balas", "bls", "balasan", "terusan", "trs", "aw", "wg", "sv", "vs", "tr"];

/// The subject as somebody wrote it: without `Re:`, `Fwd:`, `Terusan:` and our own number.
pub fn clean(subject: &str, prefix: &Prefix) -> String {
    let mut rest = subject.trim();
    loop {
        let before = rest;
        if let Some((word, after)) = rest.split_once(':') {
            // `Re[2]:` counts answers.
            let word = word.trim().split('[').next().unwrap_or_default().trim();
            if BEFORE.iter().any(|known| word.eq_ignore_ascii_case(known)) {
                rest = after.trim_start();
            }
        }
        if let Some((_, after)) = leading_number(rest, prefix) {
            rest = after.trim_start();
        }
        if rest == before {
            break;
        }
    }
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether something is passed on: then what stands below is what it is about.
pub fn is_forward(subject: &str) -> bool {
    let word = subject.split(':').next().unwrap_or_default().trim();
    subject.contains(':') && ["fw", "fwd", "terusan", "trs"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The ticket whose number stands in brackets anywhere in the subject: `Re: [BTG-000412] Printer`.
pub fn number(subject: &str, prefix: &Prefix) -> Option<TicketId> {
    subject.match_indices('[').find_map(|(at, _)| {
        let rest = subject.get(at..)?;
        leading_number(rest, prefix).map(|(id, _)| id)
    })
}

/// The number in brackets with which a text begins, and the text after it. Digits alone are no number.
fn leading_number<'a>(text: &'a str, prefix: &Prefix) -> Option<(TicketId, &'a str)> {
    let (inside, after) = text.strip_prefix('[')?.split_once(']')?;
    let inside = inside.trim().trim_start_matches('#');
    if !inside.contains('-') {
        return None;
    }
    prefix.read(inside).map(|id| (id, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_subject_is_dropped() {
        let prefix = Prefix::parse("BTG").unwrap();
        for (subject, expected, ticket) in [
            ("Printer rusak", "Printer rusak", None),
            ("Re: Printer rusak", "Printer rusak", None),
            ("RE: FW: Re[2]: Terusan:  Printer   rusak", "Printer rusak", None),
            ("Balas: [BTG-000412] Printer", "Printer", Some(412)),
            ("[BTG-000412] Re: [BTG-000412] Printer", "Printer", Some(412)),
            ("Re: [#btg-412] Printer", "Printer", Some(412)),
            ("Printer [BTG-000412]", "Printer [BTG-000412]", Some(412)),
            ("[XYZ-000412] Printer", "[XYZ-000412] Printer", None),
            ("[412] Printer", "[412] Printer", None),
            ("Ruang: printer rusak", "Ruang: printer rusak", None),
            ("Re:", "", None),
            ("", "", None),
            ("[", "[", None),
            ("[é[BTG-7]", "[é[BTG-7]", Some(7)),
        ] {
            assert_eq!(clean(subject, &prefix), expected, "{subject}");
            assert_eq!(number(subject, &prefix), ticket.map(TicketId), "{subject}");
        }
    }
}
