//! The templates, embedded and compiled once. Strict: what a page does not say is an error, not a blank.

use std::sync::LazyLock;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, handlebars_helper,
};
use rust_embed::Embed;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::assets;
use crate::services::{Error, Result};

#[derive(Embed)]
#[folder = "templates/"]
struct Files;

static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(build);

// The address of one of our static files.
handlebars_helper!(asset: |name: str| assets::url(name).unwrap_or_default().to_owned());
// What was typed into a field of the form that is shown again.
handlebars_helper!(typed: |draft: Json, name: str| text(draft, "values", name));
// What is wrong with a field.
handlebars_helper!(wrong: |draft: Json, name: str| text(draft, "errors", name));

/// What every form carries: the proof that it comes from this page, and the word that makes it happen once.
fn secrets(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let frame = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("secrets", 0))?.value();
    for name in ["csrf", "nonce"] {
        // Hexadecimal, so there is nothing to escape.
        let value = frame.get(name).and_then(Value::as_str).unwrap_or_default();
        out.write(&format!("<input type=\"hidden\" name=\"_{name}\" value=\"{value}\">"))?;
    }
    Ok(())
}

fn text(draft: &Value, part: &str, name: &str) -> String {
    draft.get(part).and_then(|part| part.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn build() -> Handlebars<'static> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(escape);
    for file in Files::iter() {
        let Some(name) = file.strip_suffix(".hbs") else { continue };
        let text = Files::get(&file).expect("it is listed").data;
        let text = std::str::from_utf8(&text).expect("templates are UTF-8");
        registry.register_template_string(name, text).unwrap_or_else(|error| panic!("template {name}: {error}"));
    }
    registry.register_helper("secrets", Box::new(secrets));
    registry.register_helper("asset", Box::new(asset));
    registry.register_helper("typed", Box::new(typed));
    registry.register_helper("wrong", Box::new(wrong));
    registry
}

/// What is shown as a line among others, by a template of its own.
pub trait Line: Serialize {
    /// Its template.
    const TEMPLATE: &'static str;
}

/// Lines one below the other, which a page gets as they are rendered. Handlebars would look up each word of a line
/// from the top of the page, and copy the line for a partial.
pub struct Lines<T>(pub Vec<T>);

impl<T: Line> Serialize for Lines<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut text = String::new();
        for line in &self.0 {
            text.push_str(&render(T::TEMPLATE, line).map_err(S::Error::custom)?);
        }
        serializer.serialize_str(&text)
    }
}

/// Text as it stands in a page, between tags or within a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((plain, at)) = rest.bytes().position(is_special).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let mut chars = at.chars();
        out.push_str(match chars.next() {
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            Some('&') => "&amp;",
            _ => "&#x27;",
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'"' | b'&' | b'\'')
}

/// Renders a template.
pub fn render(name: &str, data: &impl Serialize) -> Result<String> {
    REGISTRY.render(name, data).map_err(|error| Error::Internal(format!("template {name}: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_units_of_the_government_are_called_as_it_calls_them() {
        for file in Files::iter() {
            let text = Files::get(&file).unwrap().data;
            assert!(!String::from_utf8_lossy(&text).contains("OPD"), "{file}: the word is in the frame");
        }
    }

    #[test]
    fn what_is_filled_in_stands_between_quotes() {
        for file in Files::iter() {
            let text = String::from_utf8_lossy(&Files::get(&file).unwrap().data).into_owned();
            for (at, _) in text.match_indices("={{") {
                let before = text[..at].rsplit('<').next().unwrap();
                assert!(before.matches('"').count() % 2 == 1, "{file}: {before}");
            }
        }
    }

    #[test]
    fn what_is_shown_is_escaped_and_what_is_missing_is_an_error() {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(escape);
        let show = |text: &str, data: Value| registry.render_template(text, &data);
        assert_eq!(show("{{a}}", json!({"a": "é<b>\"'& ü"})).unwrap(), "é&lt;b&gt;&quot;&#x27;&amp; ü");
        assert!(show("{{a}}", json!({})).is_err());
        assert_eq!(show("{{#if a}}x{{/if}}", json!({})).unwrap_or("error".to_owned()), "");
    }
}
