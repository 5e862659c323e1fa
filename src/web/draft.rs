//! A form that is shown again: what was typed, and what was wrong with it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::form::Form;
use crate::http::Problem;

/// What a page shows in its forms.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Draft {
    /// Which of the page's forms it is, by the last part of its address.
    pub verb: String,
    pub values: BTreeMap<String, String>,
    /// By field.
    pub errors: BTreeMap<String, String>,
    /// What happened, if the form was refused.
    pub problem: Option<String>,
}

impl Draft {
    /// A form as it is first shown, with values to begin with.
    pub fn with(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(), ..Self::default() }
    }

    /// A form of which nothing was asked yet but to be shown again.
    pub fn kept(form: &Form) -> Self {
        Self { verb: form.verb.clone(), values: form.values(), ..Self::default() }
    }

    /// A form that was refused.
    pub fn refused(form: &Form, problem: &Problem) -> Self {
        let errors = problem.errors.iter().map(|error| {
            let name = error.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
            (name.to_owned(), error.detail.clone())
        });
        Self {
            verb: form.verb.clone(),
            values: form.values(),
            errors: errors.collect(),
            problem: Some(problem.detail.clone()),
        }
    }
}
