//! What a map file translates with: lists of words, and sentences with columns in them.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Foreign words and what they mean here. Case and white space around do not matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "BTreeMap<String, T>", bound = "T: Deserialize<'de>")]
pub(super) struct Words<T>(BTreeMap<String, T>);

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> From<BTreeMap<String, T>> for Words<T> {
    fn from(words: BTreeMap<String, T>) -> Self {
        Self(words.into_iter().map(|(word, value)| (folded(&word), value)).collect())
    }
}

/// A word as it is compared.
pub(super) fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}

impl<T> Words<T> {
    /// What a word means.
    pub(super) fn get(&self, word: &str) -> Option<&T> {
        self.0.get(&folded(word))
    }

    /// The words that are known, for a message.
    pub(super) fn known(&self) -> String {
        self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A sentence with columns in braces: `{category} / {subcategory}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (column, behind) =
                after.split_once('}').ok_or_else(|| format!("\"{text}\" opens a brace and does not close it"))?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Column(column.to_owned()));
            rest = behind;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }
}

impl Template {
    /// The columns in it.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Column(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The sentence with values put in.
    pub(super) fn fill<'v>(&self, value: impl Fn(&str) -> &'v str) -> String {
        self.0
            .iter()
            .map(|part| match part {
                Part::Column(name) => value(name),
                Part::Text(text) => text,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_takes_columns_in_braces() {
        let template = Template::try_from("{a} / {b c}.".to_owned()).unwrap();
        assert_eq!(template.columns().collect::<Vec<_>>(), ["a", "b c"]);
        assert_eq!(template.fill(|name| if name == "a" { "1" } else { "2" }), "1 / 2.");
        assert!(Template::try_from("{a".to_owned()).is_err());
    }

    #[test]
    fn words_are_found_in_any_case() {
        let words = Words::from(BTreeMap::from([("Selesai ".to_owned(), 1)]));
        assert_eq!(words.get(" SELESAI"), Some(&1));
        assert_eq!(words.get("lain"), None);
    }
}
