//! The same move on many tickets: each in a transaction of its own, each with its own outcome.

use serde::Deserialize;

use super::super::{Caller, Desk, Error, Result};
use super::{Done, Nothing, Reason, assign, cancel, close, hold, reject, release, reopen, resolve, resume, tag};
use crate::domain::ids::TicketId;

/// The most tickets of one request.
pub const MOST: usize = 100;

/// A move, with what it needs.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum Move {
    Assign {
        #[serde(default)]
        assignee_id: Option<i64>,
    },
    Release,
    Hold {
        r#for: crate::domain::lifecycle::Waiting,
        reason: String,
    },
    Resume,
    Resolve {
        resolution: String,
    },
    Reopen {
        reason: String,
    },
    Close,
    Cancel {
        reason: String,
    },
    Reject {
        reason: String,
    },
    /// Sets the tags.
    Tag {
        tags: Vec<String>,
    },
    /// Adds to the tags that are there.
    AddTags {
        tags: Vec<String>,
    },
}

/// Which tickets, and the move.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BulkMove)]
pub struct Input {
    /// Numbers of tickets, each once.
    #[schema(min_items = 1, max_items = 100)]
    pub tickets: Vec<String>,
    #[serde(rename = "move")]
    pub act: Move,
}

/// The outcome for each ticket, in the order asked for.
pub fn run(desk: &Desk, caller: &Caller, input: &Input) -> Result<Vec<(String, Result<Done>)>> {
    if input.tickets.is_empty() {
        return Err(Error::field("/tickets", "required", "sebutkan paling sedikit satu tiket"));
    }
    if input.tickets.len() > MOST {
        return Err(Error::field("/tickets", "too_many", format!("paling banyak {MOST} tiket")));
    }
    let outcomes = input.tickets.iter().enumerate().map(|(index, number)| {
        let outcome = match desk.prefix.read(number) {
            Some(id) => one(desk, &caller_for(caller, index), id, &input.act),
            None => Err(Error::NotFound),
        };
        (number.clone(), outcome)
    });
    Ok(outcomes.collect())
}

/// A repetition of the request finds each ticket's outcome under a key of its own.
fn caller_for(caller: &Caller, index: usize) -> Caller {
    let mut own = caller.clone();
    if let Some(idempotency) = &mut own.idempotency {
        idempotency.key = format!("{}#{index}", idempotency.key);
    }
    own.if_match = None;
    own
}

fn one(desk: &Desk, caller: &Caller, id: TicketId, act: &Move) -> Result<Done> {
    let reason = |reason: &String| Reason { reason: reason.clone() };
    match act {
        Move::Assign { assignee_id } => assign::run(desk, caller, id, &assign::Input { assignee_id: *assignee_id }),
        Move::Release => release::run(desk, caller, id, &Nothing {}),
        Move::Hold { r#for, reason } => {
            hold::run(desk, caller, id, &hold::Input { waiting: *r#for, reason: reason.clone() })
        }
        Move::Resume => resume::run(desk, caller, id, &Nothing {}),
        Move::Resolve { resolution } => {
            resolve::run(desk, caller, id, &resolve::Input { resolution: resolution.clone() })
        }
        Move::Reopen { reason: text } => reopen::run(desk, caller, id, &reason(text)),
        Move::Close => close::run(desk, caller, id, &Nothing {}),
        Move::Cancel { reason: text } => cancel::run(desk, caller, id, &reason(text)),
        Move::Reject { reason: text } => reject::run(desk, caller, id, &reason(text)),
        Move::Tag { tags } => tag::run(desk, caller, id, &tag::Input { tags: tags.clone() }),
        Move::AddTags { tags } => tag::add(desk, caller, id, &tag::Input { tags: tags.clone() }),
    }
}
