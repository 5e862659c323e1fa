//! Parsing input: every mistake is found, not only the first.

use super::error::{Error, FieldError, Result};
use crate::domain::text::TextProblem;

/// Collects mistakes while fields are parsed.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<FieldError>,
}

impl Fields {
    /// Takes the value of a field, or notes what is wrong with it.
    pub fn take<T>(&mut self, pointer: &str, parsed: std::result::Result<T, TextProblem>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.errors.push(FieldError {
                    pointer: pointer.to_owned(),
                    code: problem.code,
                    message: problem.message,
                });
                None
            }
        }
    }

    /// Like `take` for a field that may be missing.
    pub fn take_some<T>(
        &mut self,
        pointer: &str,
        text: Option<&str>,
        parse: impl FnOnce(&str) -> std::result::Result<T, TextProblem>,
    ) -> Option<T> {
        text.and_then(|text| self.take(pointer, parse(text)))
    }

    /// Notes a mistake.
    pub fn wrong(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, code, message));
    }

    /// All values, if there was no mistake; `values` is `None` only if a `take` gave `None`.
    pub fn finish<T>(self, values: Option<T>) -> Result<T> {
        match values {
            Some(values) if self.errors.is_empty() => Ok(values),
            _ => Err(Error::Invalid(self.errors)),
        }
    }
}

/// Parses a single field.
pub fn one<T>(pointer: &str, parsed: std::result::Result<T, TextProblem>) -> Result<T> {
    let mut fields = Fields::default();
    let value = fields.take(pointer, parsed);
    fields.finish(value)
}
