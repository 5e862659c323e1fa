//! The words of letters: a subject and a text for each kind, in `templates/mail/`.

use std::sync::LazyLock;

use handlebars::{Handlebars, no_escape};
use rust_embed::Embed;
use serde::Serialize;

#[derive(Embed)]
#[folder = "templates/mail/"]
struct Files;

static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    // Plain text: nothing in it is markup.
    registry.register_escape_fn(no_escape);
    for file in Files::iter() {
        let Some(name) = file.strip_suffix(".hbs") else { continue };
        let text = Files::get(&file).expect("it is listed").data;
        let text = std::str::from_utf8(&text).expect("templates are UTF-8");
        registry.register_template_string(name, text).unwrap_or_else(|error| panic!("template {name}: {error}"));
    }
    registry
});

/// What a link to a new password says.
#[derive(Clone, Debug, Serialize)]
pub struct Reset<'a> {
    pub name: &'a str,
    /// Whose desk it is.
    pub tenant: &'a str,
    pub dinas: &'a str,
    pub url: &'a str,
    /// Until when it holds, in words.
    pub until: &'a str,
}

impl Reset<'_> {
    /// Subject and text.
    pub fn write(&self) -> Result<(String, String), String> {
        Ok((render("reset/subject", self)?.trim().to_owned(), render("reset/body", self)?))
    }
}

fn render(name: &str, data: &impl Serialize) -> Result<String, String> {
    REGISTRY.render(name, data).map_err(|error| format!("template mail/{name}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_names_as_they_are_written() {
        let reset = Reset {
            name: "Nur'aini & Co",
            tenant: "Kabupaten Batang",
            dinas: "Diskominfo",
            url: "http://x/sandi-baru/abc",
            until: "Senin",
        };
        let (subject, text) = reset.write().unwrap();
        assert_eq!(subject, "Kata sandi baru untuk layanan bantuan TIK");
        assert!(text.starts_with("Yth. Nur'aini & Co,\n"), "{text}");
        assert!(text.contains("\nhttp://x/sandi-baru/abc\n"), "{text}");
    }
}
