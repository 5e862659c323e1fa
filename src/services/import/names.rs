//! Codes and addresses for placeholders, derived from the names in a log: the same name gives the same
//! code in every run.

use crate::domain::chain::sha256_hex;

/// The longest code of an OPD or team, and the longest local part of an address.
const CODE: usize = 32;
const LOCAL: usize = 64;

/// Lower case ASCII letters and digits; anything else between them becomes one dash.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The code of a name: `Group 25` is `GROUP-25`.
pub(super) fn code(name: &str) -> String {
    let plain = slug(name).to_uppercase();
    if (2..=CODE).contains(&plain.len()) { plain } else { code_with_digest(name) }
}

/// The code of a name whose plain code belongs to another name already.
pub(super) fn code_with_digest(name: &str) -> String {
    with_digest(&slug(name), name, CODE).to_uppercase()
}

/// What stands before the `@` in the address of a placeholder.
pub(super) fn local_part(text: &str) -> String {
    let plain = text.trim_matches('.');
    if !plain.is_empty() && plain.len() <= LOCAL { plain.to_owned() } else { with_digest(plain, text, LOCAL) }
}

fn with_digest(start: &str, whole: &str, most: usize) -> String {
    let digest: String = sha256_hex(whole.as_bytes()).chars().take(8).collect();
    let start: String = start.chars().take(most - digest.len() - 1).collect();
    format!("{start}-{digest}").trim_start_matches('-').to_owned()
}

/// A name cut to what a name may have.
pub(super) fn short(name: &str) -> String {
    name.trim().chars().take(crate::domain::text::Name::MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::{Code, Email};

    #[test]
    fn codes_and_addresses_are_valid_whatever_the_name() {
        assert_eq!(code("Group 25"), "GROUP-25");
        assert_eq!(slug("Caller 2403"), "caller-2403");
        let long = "Dinas Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan KB";
        for name in ["Group 25", "?", "", "X", "李", long, "a -- b"] {
            assert!(Code::parse(&code(name)).is_ok(), "{name}: {}", code(name));
            assert!(Code::parse(&code_with_digest(name)).is_ok(), "{name}: {}", code_with_digest(name));
            let address = format!("{}@import.invalid", local_part(&slug(&name.repeat(3))));
            assert!(Email::parse(&address).is_ok(), "{address}");
        }
        assert_ne!(code(long), code(&format!("{long} II")));
    }
}
