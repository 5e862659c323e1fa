//! `POST /antrean/massal`: the same act on several tickets of a queue.

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::list::build;
use super::query::Query;
use crate::services::tickets::Done;
use crate::services::tickets::bulk::{self, Input, Move};
use crate::services::{Error, FieldError, Result};

/// `POST /antrean/massal`
pub async fn submit(visitor: Visitor, form: Form) -> Answer {
    let query: Query = serde_html_form::from_str(form.get("saringan").unwrap_or_default()).unwrap_or_default();
    let back = query.address();
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let tickets: Vec<String> = form.all("ticket").map(str::to_owned).collect();
                if tickets.is_empty() {
                    return Err(Error::field("/ticket", "required", "pilih paling sedikit satu tiket"));
                }
                let outcomes = bulk::run(desk, caller, &Input { tickets, act: act(form)? })?;
                let done = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
                match refused(outcomes)? {
                    refused if refused.is_empty() => Ok(Next::saying(back, format!("massal:{done}"))),
                    refused => Err(Error::Invalid(refused)),
                }
            },
            move |desk, caller, draft| build(desk, &caller.actor, &query, draft),
        )
        .await
}

fn act(form: &Form) -> Result<Move> {
    match form.get("tindakan").unwrap_or_default() {
        "ambil" => Ok(Move::Assign { assignee_id: None }),
        "alihkan" => match form.get("petugas").and_then(|id| id.parse().ok()) {
            Some(id) => Ok(Move::Assign { assignee_id: Some(id) }),
            None => Err(Error::field("/petugas", "required", "pilih petugas yang dituju")),
        },
        "lepaskan" => Ok(Move::Release),
        "tutup" => Ok(Move::Close),
        "tag" => {
            let words = form.get("tag").unwrap_or_default().split([',', ' ']).map(str::trim);
            let tags: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
            if tags.is_empty() {
                return Err(Error::field("/tag", "required", "tuliskan tag yang ditambahkan"));
            }
            Ok(Move::AddTags { tags })
        }
        _ => Err(Error::field("/tindakan", "required", "pilih tindakan")),
    }
}

/// What was refused, ticket by ticket; what went wrong otherwise ends the request.
fn refused(outcomes: Vec<(String, Result<Done>)>) -> Result<Vec<FieldError>> {
    let mut refused = Vec::new();
    for (number, outcome) in outcomes {
        let reason = match outcome {
            Ok(_) => continue,
            Err(Error::Refused(refusal)) => refusal.to_string(),
            Err(Error::Forbidden) => "Peran Anda tidak mengizinkan tindakan ini pada tiket ini.".to_owned(),
            Err(Error::NotFound) => "Tiket ini tidak ada, atau Anda tidak dapat melihatnya.".to_owned(),
            Err(Error::Conflict) => "Sedang diubah orang lain. Coba lagi.".to_owned(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; "),
            Err(other) => return Err(other),
        };
        refused.push(FieldError::new(format!("/{number}"), "refused", reason));
    }
    Ok(refused)
}
