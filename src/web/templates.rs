//! The templates, embedded and compiled once. Strict: what a page does not say is an error, not a blank.

use std::sync::LazyLock;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, handlebars_helper,
};
use rust_embed::Embed;
use serde::Serialize;
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

/// Renders a template.
pub fn render(name: &str, data: &impl Serialize) -> Result<String> {
    REGISTRY.render(name, data).map_err(|error| Error::Internal(format!("template {name}: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shown_is_escaped_and_what_is_missing_is_an_error() {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        let show = |text: &str, data: Value| registry.render_template(text, &data);
        assert_eq!(show("{{a}}", json!({"a": "<b>\"'&"})).unwrap(), "&lt;b&gt;&quot;&#x27;&amp;");
        assert!(show("{{a}}", json!({})).is_err());
        assert_eq!(show("{{#if a}}x{{/if}}", json!({})).unwrap_or("error".to_owned()), "");
    }
}
