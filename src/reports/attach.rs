//! A report as the files of a letter.

use super::form::{self, Form, Wish};
use crate::domain::mail::letter::File;
use crate::services::outbox::report::Bundle;
use crate::services::reports::recipients::Attached;
use crate::services::{Desk, Result};

/// Writes them.
pub fn files(desk: &Desk, bundle: &Bundle) -> Result<Vec<File>> {
    let one = |attached: &Attached| {
        let form = match attached {
            Attached::Pdf => Form::Pdf,
            Attached::Xlsx => Form::Xlsx,
        };
        let (name, content) = match (&bundle.signed, form) {
            (Some(signed), Form::Pdf) => (form::file_name(&bundle.report, form), signed.clone()),
            _ => {
                let file = form::write(desk, &bundle.report, form, &Wish::default())?;
                (file.name, file.content)
            }
        };
        Ok(File { name, media_type: form.media_type(), content })
    };
    bundle.forms.iter().map(one).collect()
}
