//! What a form of a ticket is made of; one template draws them all.

use serde::Serialize;

use super::super::draft::Draft;
use super::acts::Verb;

/// Something to choose.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub code: String,
    pub label: String,
}

/// A field.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// `area`, `line`, `select`, `hidden` or `checks`.
    pub kind: &'static str,
    pub name: &'static str,
    pub label: &'static str,
    pub hint: Option<&'static str>,
    pub value: String,
    pub error: Option<String>,
    pub choices: Vec<Choice>,
    /// What the choice of nothing is called, if nothing can be chosen.
    pub blank: Option<&'static str>,
    pub optional: bool,
    pub rows: u8,
    /// Of its form.
    pub verb: &'static str,
}

impl Field {
    /// A field of a kind.
    pub fn new(kind: &'static str, name: &'static str, label: &'static str) -> Self {
        Self {
            kind,
            name,
            label,
            hint: None,
            value: String::new(),
            error: None,
            choices: Vec::new(),
            blank: None,
            optional: false,
            rows: 4,
            verb: "",
        }
    }

    /// A text of several lines.
    pub fn area(name: &'static str, label: &'static str) -> Self {
        Self::new("area", name, label)
    }

    /// A short text.
    pub fn line(name: &'static str, label: &'static str) -> Self {
        Self::new("line", name, label)
    }

    /// What nobody types.
    pub fn hidden(name: &'static str, value: impl ToString) -> Self {
        Self::new("hidden", name, "").holding(value)
    }

    /// One of several.
    pub fn select(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new("select", name, label) }
    }

    /// With a value to begin with.
    pub fn holding(mut self, value: impl ToString) -> Self {
        self.value = value.to_string();
        self
    }

    /// With what is to be known before filling it in.
    pub fn hinting(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// That can be left empty.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// With a choice of nothing.
    pub fn blank(mut self, blank: &'static str) -> Self {
        self.blank = Some(blank);
        self
    }

    /// With so many rows.
    pub fn tall(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }
}

/// A button that sends a form; with a value if the form has several.
#[derive(Clone, Debug, Serialize)]
pub struct Send {
    pub label: &'static str,
    pub value: Option<&'static str>,
    pub class: &'static str,
}

/// A form.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// The address of the ticket, and where to go without sending, if the form was asked for.
    pub base: String,
    pub cancel: Option<String>,
    pub verb: &'static str,
    pub title: &'static str,
    pub hint: Option<&'static str>,
    pub fields: Vec<Field>,
    pub sends: Vec<Send>,
    /// Whether files can go along, and what is said about them.
    pub files: Option<&'static str>,
    /// The version that it changes, if a change by somebody else in between would be undone by it.
    pub version: Option<i64>,
    pub problem: Option<String>,
}

impl FormView {
    /// A form with one button.
    pub fn new(verb: Verb, title: &'static str, send: &'static str, fields: Vec<Field>) -> Self {
        Self {
            base: String::new(),
            cancel: None,
            verb: verb.as_str(),
            title,
            hint: None,
            fields: fields.into_iter().map(|field| Field { verb: verb.as_str(), ..field }).collect(),
            sends: vec![Send { label: send, value: None, class: "" }],
            files: None,
            version: None,
            problem: None,
        }
    }

    /// With what is to be known before.
    pub fn hinting(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// That takes files.
    pub fn with_files(mut self, label: &'static str) -> Self {
        self.files = Some(label);
        self
    }

    /// Whose outcome cannot be taken back.
    pub fn dangerous(mut self) -> Self {
        self.sends.iter_mut().for_each(|send| send.class = "danger");
        self
    }

    /// With one more button.
    pub fn or(mut self, label: &'static str, value: &'static str) -> Self {
        self.sends.push(Send { label, value: Some(value), class: "quiet" });
        self
    }

    /// With a way back to the ticket without it.
    pub fn asked_for(mut self) -> Self {
        self.cancel = Some(self.base.clone());
        self
    }

    /// With what was typed and what was wrong with it, if it is this form that was refused.
    pub fn filled(mut self, draft: &Draft) -> Self {
        if draft.verb != self.verb {
            return self;
        }
        for field in &mut self.fields {
            if let Some(value) = draft.values.get(field.name) {
                field.value.clone_from(value);
            }
            field.error = draft.errors.get(field.name).cloned();
        }
        self.problem.clone_from(&draft.problem);
        self
    }
}
