//! `/admin/kalender/{id}/versi-baru`, `…/json` and `…/libur`: another version of a calendar.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::addresses::id;
use super::calendar;
use super::calendar_text;
use super::calendars::zones;
use super::dates::instant;
use super::section::{self, Choice, Section, draft_of, typed};
use crate::domain::sla::calendar::CalendarSpec;
use crate::services::admin::calendars::Change;
use crate::services::admin::{calendars, holidays, versions};
use crate::services::{Desk, Error, FieldError, Result};

#[derive(Serialize)]
struct FormPage {
    id: i64,
    version: i64,
    name: String,
    draft: Draft,
    zones: Vec<Choice>,
    json: Draft,
    expert: bool,
}

impl Section for FormPage {
    const TEMPLATE: &'static str = "pages/admin/calendar_form";
    const PART: &'static str = "/admin/kalender";

    fn title(&self) -> String {
        format!("Versi baru {}", self.name)
    }
}

fn page(desk: &Desk, id: i64, refused: Option<&Draft>) -> Result<FormPage> {
    let known = calendars::read(desk, id)?;
    let spec: CalendarSpec = versions::current(&known.versions)?.rules()?;
    let name = known.row.name.clone();
    let draft = draft_of(refused, "versi-baru", || {
        Draft::with(calendar_text::values(&spec).into_iter().chain([("name", name.clone())]))
    });
    let text = serde_json::to_string_pretty(&spec).map_err(|error| Error::Internal(error.to_string()))?;
    let json = draft_of(refused, "json", || Draft::with([("json", text)]));
    let zone = draft.values.get("tz").cloned().unwrap_or_default();
    Ok(FormPage {
        id,
        version: versions::newest(&known.versions),
        name: known.row.name,
        zones: zones(&zone),
        expert: json.problem.is_some(),
        draft,
        json,
    })
}

/// `GET /admin/kalender/{id}/versi-baru`
pub async fn begin(visitor: Visitor, path: web::Path<String>) -> Answer {
    let id = id(&path)?;
    section::edit(visitor, move |desk, _| page(desk, id, None)).await
}

/// `POST /admin/kalender/{id}/versi-baru`
pub async fn add(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            let change = Change {
                name: typed(form, "name").map(str::to_owned),
                rules: calendar_text::read(form)?,
                effective_at: instant(form, "effective_at", desk.zone)?,
            };
            calendars::change(desk, caller, id, &change).map_err(calendar_text::by_field)?;
            Ok(Next::saying(format!("/admin/kalender/{id}"), "kalender-versi"))
        },
        move |desk, _, draft| page(desk, id, Some(&draft)),
    )
    .await
}

/// `POST /admin/kalender/{id}/json`: the whole rules, for whoever knows them.
pub async fn add_json(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            let rules = serde_json::from_str(typed(form, "json").unwrap_or_default())
                .map_err(|error| Error::field("/json", "invalid_value", format!("JSON belum benar: {error}")))?;
            let effective_at = instant(form, "json_effective_at", desk.zone)?;
            let change = Change { name: None, rules, effective_at };
            calendars::change(desk, caller, id, &change).map_err(in_json)?;
            Ok(Next::saying(format!("/admin/kalender/{id}"), "kalender-versi"))
        },
        move |desk, _, draft| page(desk, id, Some(&draft)),
    )
    .await
}

/// All mistakes of the rules at the one field in which they are.
pub fn in_json(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let (rules, mut others): (Vec<_>, Vec<_>) =
        errors.into_iter().partition(|error| error.pointer.starts_with("/rules"));
    for other in &mut others {
        if other.pointer == "/effective_at" {
            other.pointer = "/json_effective_at".to_owned();
        }
    }
    if !rules.is_empty() {
        let told = rules
            .iter()
            .take(5)
            .map(|error| format!("{}: {}", error.pointer.trim_start_matches("/rules"), error.message));
        others.push(FieldError::new("/json", "invalid_value", told.collect::<Vec<_>>().join("; ")));
    }
    Error::Invalid(others)
}

/// `POST /admin/kalender/{id}/libur`: holidays from a file.
pub async fn import(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let id = id(&path)?;
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            let file = form.files.first().ok_or_else(|| Error::field("/csv", "required", "pilih berkas CSV"))?;
            let csv = String::from_utf8(file.content.clone()).map_err(|_| {
                Error::field("/csv", "invalid_format", "berkas bukan teks UTF-8; simpan sebagai CSV UTF-8")
            })?;
            let input = holidays::Input { csv, effective_at: instant(form, "effective_at", desk.zone)? };
            let imported = holidays::import(desk, caller, id, &input).map_err(by_row)?;
            let changed = imported.added + imported.changed;
            Ok(Next::saying(format!("/admin/kalender/{id}"), format!("libur-diimpor:{changed}")))
        },
        move |desk, _, draft| calendar::build(desk, id, None, draft),
    )
    .await
}

/// Mistakes of rows at the field of the file.
fn by_row(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let (rows, mut others): (Vec<_>, Vec<_>) =
        errors.into_iter().partition(|error| error.pointer.starts_with("/rows") || error.pointer == "/csv");
    if !rows.is_empty() {
        let mut told: Vec<_> = rows.iter().take(8).map(|error| error.message.clone()).collect();
        if rows.len() > told.len() {
            told.push(format!("dan {} kesalahan lagi", rows.len() - told.len()));
        }
        others.push(FieldError::new("/csv", "invalid_value", told.join("; ")));
    }
    Error::Invalid(others)
}
