//! The sentence that tells what a ticket would be promised, by the policy in force or by one that is not
//! saved yet.

use serde::{Deserialize, Serialize};

use super::super::draft::Draft;
use super::super::words::Spoken;
use super::dates;
use super::policy_names::{Names, choices};
use super::section::Choice;
use crate::domain::priority::Priority;
use crate::domain::sla::policy::Policy;
use crate::domain::ticket::TicketType;
use crate::http::Problem;
use crate::services::sla::preview::{self, Input};
use crate::services::{Caller, Desk, Error, Result};

/// Which ticket, as an address or a form has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Asked {
    pub p_jenis: Option<String>,
    pub p_prioritas: Option<String>,
    pub p_opd: Option<String>,
    pub p_kategori: Option<String>,
    pub p_dibuka: Option<String>,
}

/// The form of a preview and what came of it.
#[derive(Serialize)]
pub struct Preview {
    kinds: Vec<Choice>,
    priorities: Vec<Choice>,
    opds: Vec<Choice>,
    categories: Vec<Choice>,
    opened: String,
    /// What would be promised.
    sentences: Vec<String>,
    /// Why that cannot be told.
    problem: Option<String>,
}

fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// What such a ticket would be promised, by this policy if one is given.
pub fn of(desk: &Desk, caller: &Caller, asked: &Asked, rules: Option<&Policy>) -> Result<Preview> {
    let names = Names::read(desk)?;
    let kind = filled(&asked.p_jenis).and_then(TicketType::parse).unwrap_or(TicketType::Incident);
    let priority = filled(&asked.p_prioritas).and_then(Priority::parse).unwrap_or(Priority::P2);
    let id = |value: &Option<String>| filled(value).and_then(|id| id.parse::<i64>().ok());
    let first = names.opds.first().map(|(id, _)| *id);
    let opd = id(&asked.p_opd).or(first);
    let category = id(&asked.p_kategori);
    let opened_at = filled(&asked.p_dibuka).and_then(|text| dates::parse(text, desk.zone));
    let mut input =
        Input { kind, priority, opd_id: opd, category_id: category, team_id: None, opened_at, security: false };
    input.opened_at = Some(opened_at.unwrap_or_else(|| desk.now()));
    let told = match rules {
        Some(rules) => preview::under(desk, &caller.actor, &input, rules),
        None => preview::run(desk, &caller.actor, &input),
    };
    let (sentences, problem) = match told {
        Ok(told) => (told.sentence.split_inclusive(". ").map(|part| part.trim().to_owned()).collect(), None),
        Err(error @ (Error::Invalid(_) | Error::Refused(_) | Error::NotFound)) => {
            let problem = Problem::from(error);
            (Vec::new(), Some(problem.errors.first().map_or(problem.detail.clone(), |field| field.detail.clone())))
        }
        Err(other) => return Err(other),
    };
    let chosen = |mut all: Vec<Choice>, code: Option<String>| {
        all.iter_mut().for_each(|choice| choice.chosen = Some(&choice.code) == code.as_ref());
        all
    };
    let word = |word: super::super::words::Word| Choice::new(word.code, word.label);
    Ok(Preview {
        kinds: chosen(TicketType::choices().into_iter().map(word).collect(), Some(kind.as_str().to_owned())),
        priorities: chosen(Priority::choices().into_iter().map(word).collect(), Some(priority.as_str().to_owned())),
        opds: chosen(choices(&names.opds), opd.map(|id| id.to_string())),
        categories: chosen(choices(&names.categories), category.map(|id| id.to_string())),
        opened: input.opened_at.map(|at| dates::field(at, desk.zone)).unwrap_or_default(),
        sentences,
        problem,
    })
}

impl Asked {
    /// As a form of several parts has it.
    pub fn from_draft(draft: &Draft) -> Self {
        let of = |name: &str| draft.values.get(name).cloned();
        Self {
            p_jenis: of("p_jenis"),
            p_prioritas: of("p_prioritas"),
            p_opd: of("p_opd"),
            p_kategori: of("p_kategori"),
            p_dibuka: of("p_dibuka"),
        }
    }
}
