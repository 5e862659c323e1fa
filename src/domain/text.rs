//! Text that people type, parsed once: a value of the type is a valid value.

use serde::{Deserialize, Serialize};

/// What is wrong with a text; `code` is stable, `message` is for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// Stable snake_case code: `required`, `too_long`, `control_character`, `invalid_format`.
    pub code: &'static str,
    /// What to do, in Bahasa Indonesia.
    pub message: String,
}

fn problem(code: &'static str, message: impl Into<String>) -> TextProblem {
    TextProblem { code, message: message.into() }
}

/// Trims, and refuses what is empty, too long (in characters) or holds control characters.
/// A text of several lines may have line feeds and tabs; carriage returns before them are dropped.
fn clean(text: &str, max: usize, lines: bool) -> Result<String, TextProblem> {
    let text = if lines { text.replace("\r\n", "\n") } else { text.to_owned() };
    let text = text.trim();
    if text.is_empty() {
        return Err(problem("required", "wajib diisi"));
    }
    if text.chars().count() > max {
        return Err(problem("too_long", format!("paling banyak {max} karakter")));
    }
    if text.chars().any(|c| c.is_control() && !(lines && (c == '\n' || c == '\t'))) {
        return Err(problem("control_character", "memuat karakter kendali yang tidak diizinkan"));
    }
    Ok(text.to_owned())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $max:literal, $lines:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most characters that the text may have.
            pub const MAX: usize = $max;

            /// Trims and checks; says what is wrong.
            pub fn parse(text: &str) -> Result<Self, TextProblem> {
                clean(text, $max, $lines).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )+};
}

texts! {
    /// What a ticket is about: one line, up to 200 characters.
    Subject: 200, false;
    /// A description, reply, note or reason: several lines, up to 20,000 characters.
    Body: 20_000, true;
    /// What is recommended: up to 500 characters, since reports repeat it.
    Advice: 500, true;
    /// The name of a person, OPD, team, category or key: one line, up to 120 characters.
    Name: 120, false;
}

/// An e-mail address, lower case. The check is that of a mail form, not of RFC 5321: one `@`, a
/// dotted domain, no white space; whether it exists only a mail can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims, lowers and checks.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        let text = clean(text, 254, false)?.to_lowercase();
        let bad = || problem("invalid_format", "bukan alamat e-mail, misalnya nama@daerah.go.id");
        let (local, domain) = text.split_once('@').ok_or_else(bad)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let domain_ok = domain.contains('.')
            && domain
                .split('.')
                .all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        if local_ok && domain_ok { Ok(Self(text)) } else { Err(bad()) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A tag: lower case letters, digits and dashes, up to 40 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// The most tags that a ticket may have.
    pub const MOST: usize = 20;

    /// Lowers and checks.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        let text = clean(text, 40, false)?.to_lowercase();
        if text.chars().all(|c| c.is_alphanumeric() || c == '-') {
            Ok(Self(text))
        } else {
            Err(problem("invalid_format", "hanya huruf, angka, dan tanda hubung"))
        }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The code of an OPD or a team: capitals, digits and dashes, 2 to 32 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Checks.
    pub fn parse(text: &str) -> Result<Self, TextProblem> {
        let text = clean(text, 32, false)?;
        if text.len() >= 2 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-') {
            Ok(Self(text))
        } else {
            Err(problem("invalid_format", "2-32 huruf besar, angka, atau tanda hubung"))
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new password: 12 to 128 characters, not one repeated, not mainly the e-mail address
/// (BSSN 4/2021 Ps 27(1): length and combination; length does more than forced symbols).
pub fn check_password(password: &str, email: &str) -> Result<(), TextProblem> {
    let count = password.chars().count();
    if count < 12 {
        return Err(problem("too_short", "paling sedikit 12 karakter"));
    }
    if count > 128 {
        return Err(problem("too_long", "paling banyak 128 karakter"));
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let email = email.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let beside_address = password.to_lowercase().replace(local, "").chars().count();
    if distinct.len() < 5 || (local.len() >= 4 && beside_address < 10) {
        return Err(problem("too_simple", "terlalu mudah ditebak: gunakan rangkaian beberapa kata"));
    }
    Ok(())
}

/// The most names that a text can call.
const MOST_MENTIONS: usize = 10;

/// The names that a text calls with `@name`, in lower case, each once. An e-mail address calls nobody.
pub fn mentions(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut names: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = text.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
        let (name, rest) = after.split_at(end);
        let name = name.trim_end_matches(['.', '-', '_']).to_ascii_lowercase();
        let is_address = before.ends_with(is_part) || rest.starts_with('@');
        if !is_address && !name.is_empty() && !names.contains(&name) && names.len() < MOST_MENTIONS {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_called_with_an_at_sign_before_them() {
        for (text, names) in [
            ("@dewi mohon dicek", vec!["dewi"]),
            ("Terima kasih, @Andi.", vec!["andi"]),
            ("(@dewi.lestari, @andi-2) dan @dewi.lestari", vec!["dewi.lestari", "andi-2"]),
            ("tulis ke dewi@contoh.go.id", vec![]),
            ("@dewi@contoh.go.id", vec![]),
            ("a @ b, @, @-", vec![]),
            ("baris\n@budi", vec!["budi"]),
            ("é@budi", vec!["budi"]),
        ] {
            assert_eq!(mentions(text), names, "{text}");
        }
    }

    #[test]
    fn texts_are_trimmed_and_bounded() {
        let long = "a".repeat(201);
        for (text, expected) in [
            ("  Internet mati ", Ok("Internet mati")),
            ("", Err("required")),
            (" \n\t ", Err("required")),
            (long.as_str(), Err("too_long")),
            ("dua\nbaris", Err("control_character")),
            ("nol\0", Err("control_character")),
            ("Émojï 🎉 boleh", Ok("Émojï 🎉 boleh")),
        ] {
            let got = Subject::parse(text);
            match expected {
                Ok(value) => assert_eq!(got.unwrap().as_str(), value),
                Err(code) => assert_eq!(got.unwrap_err().code, code, "{text:?}"),
            }
        }
        assert_eq!(Body::parse("a\r\nb\tc").unwrap().as_str(), "a\nb\tc");
        assert_eq!(Body::parse("a\u{1b}[31m").unwrap_err().code, "control_character");
    }

    #[test]
    fn addresses_are_lowered_and_checked() {
        assert_eq!(Email::parse(" Budi@Contoh.GO.ID ").unwrap().as_str(), "budi@contoh.go.id");
        for bad in ["budi", "budi@", "@contoh.go.id", "a@b", "a b@c.d", "a@b@c.d", "a@b..d", "a\r\nBcc: x@y.z", "ü@b.c"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tags_and_codes_keep_to_their_alphabet() {
        assert_eq!(Tag::parse("Hujan-Lebat").unwrap().as_str(), "hujan-lebat");
        assert!(Tag::parse("dua kata").is_err());
        assert!(Code::parse("KEC-BATANG").is_ok());
        assert!(Code::parse("kec batang").is_err());
        assert!(Code::parse("A").is_err());
    }

    #[test]
    fn weak_passwords_are_refused() {
        let mail = "budi@contoh.go.id";
        for (password, code) in [
            ("pendek", Some("too_short")),
            ("aaaaaaaaaaaaaa", Some("too_simple")),
            ("budi-budi-1234", Some("too_simple")),
            ("kentongan desa berbunyi", None),
            ("kentongan milik budi berbunyi", None),
        ] {
            assert_eq!(check_password(password, mail).err().map(|p| p.code), code, "{password}");
        }
        assert_eq!(check_password(&"ab cd ef ".repeat(20), mail).unwrap_err().code, "too_long");
    }
}
