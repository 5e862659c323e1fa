//! `POST /tiket/{number}/{verb}`: every form of a ticket but its rating.

use actix_web::web;

use super::super::Answer;
use super::super::fault::Fault;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::acts::Verb;
use super::page::{self, Query};
use crate::domain::Refusal;
use crate::domain::ids::{CategoryId, ConsultationId, HandoverId, LinkId, MessageId, PersonId, TicketId};
use crate::domain::lifecycle::Waiting;
use crate::services::tickets::bulk::{self, Move};
use crate::services::tickets::compose::{self, Writing};
use crate::services::tickets::{self as verbs, Nothing, read};
use crate::services::{Caller, Desk, Error, Result};

/// Does it.
pub async fn submit(visitor: Visitor, path: web::Path<(String, String)>, form: Form) -> Answer {
    let (number, verb) = path.into_inner();
    let id = visitor.ticket(&number)?;
    let verb = Verb::parse(&verb).ok_or_else(Fault::not_found)?;
    let act = move |desk: &Desk, caller: &Caller, form: &Form| {
        act(desk, caller, form, id, verb)?;
        Ok(next(desk, caller, id, verb, form))
    };
    let again =
        move |desk: &Desk, caller: &Caller, draft| page::build(desk, &caller.actor, id, &Query::default(), &draft);
    visitor.submit(form, act, again).await
}

/// Back to the ticket, if it is still there for whoever did it.
fn next(desk: &Desk, caller: &Caller, id: TicketId, verb: Verb, form: &Form) -> Next {
    let number = desk.prefix.number(id);
    let word = match (verb, form.get("lanjut")) {
        (Verb::Reply, Some("tunggu")) => "t-tunggu".to_owned(),
        (Verb::Reply, Some("selesai")) => "t-selesaikan".to_owned(),
        _ => format!("t-{}", verb.as_str()),
    };
    match read::run(desk, &caller.actor, id) {
        Ok(_) => Next::saying(format!("/tiket/{number}"), word),
        Err(_) => Next::saying("/", "t-lepas-pandang"),
    }
}

fn act(desk: &Desk, caller: &Caller, form: &Form, id: TicketId, verb: Verb) -> Result<()> {
    match verb {
        Verb::Reply | Verb::Note | Verb::HandOver | Verb::GiveBack | Verb::Consult | Verb::Resolve => {
            write(desk, caller, form, id, verb)
        }
        Verb::Subject
        | Verb::Kind
        | Verb::Category
        | Verb::Impact
        | Verb::Priority
        | Verb::Personal
        | Verb::Classify => edit(desk, caller, form, id, verb),
        Verb::Link | Verb::Unlink | Verb::Major | Verb::Merge | Verb::Watch | Verb::Unwatch | Verb::Tags => {
            tie(desk, caller, form, id, verb)
        }
        Verb::Children => children(desk, caller, form),
        Verb::Answer => {
            let input = form.input_of(|name| name == "answer")?;
            verbs::answer::run(desk, caller, id, ConsultationId(number(form, "consultation")?), &input).map(drop)
        }
        Verb::Accept => verbs::accept::run(desk, caller, id, handover(form)?, &Nothing {}).map(drop),
        Verb::Withdraw => verbs::withdraw::run(desk, caller, id, handover(form)?, &reason(form)?).map(drop),
        Verb::Take => verbs::assign::run(desk, caller, id, &verbs::assign::Input::default()).map(drop),
        Verb::Assign => {
            let to = verbs::assign::Input { assignee_id: Some(number(form, "assignee_id")?) };
            verbs::assign::run(desk, caller, id, &to).map(drop)
        }
        Verb::Release => verbs::release::run(desk, caller, id, &Nothing {}).map(drop),
        Verb::Hold => verbs::hold::run(desk, caller, id, &form.input()?).map(drop),
        Verb::Resume => verbs::resume::run(desk, caller, id, &Nothing {}).map(drop),
        Verb::Reopen => verbs::reopen::run(desk, caller, id, &reason(form)?).map(drop),
        Verb::Close => verbs::close::run(desk, caller, id, &Nothing {}).map(drop),
        Verb::Cancel => verbs::cancel::run(desk, caller, id, &reason(form)?).map(drop),
        Verb::Reject => verbs::reject::run(desk, caller, id, &reason(form)?).map(drop),
        Verb::Erase => {
            let message = MessageId(number(form, "message")?);
            verbs::erase::run(desk, caller, id, message, &reason(form)?).map(drop)
        }
    }
}

fn number(form: &Form, name: &str) -> Result<i64> {
    let typed = form.get(name).map(str::trim).filter(|typed| !typed.is_empty());
    let missing = || Error::field(&format!("/{name}"), "required", "wajib diisi");
    typed.ok_or_else(missing)?.parse().map_err(|_| missing())
}

fn text(form: &Form, name: &str) -> String {
    form.get(name).unwrap_or_default().to_owned()
}

fn reason(form: &Form) -> Result<verbs::Reason> {
    form.input_of(|name| name == "reason")
}

fn handover(form: &Form) -> Result<HandoverId> {
    number(form, "handover").map(HandoverId).map_err(|_| Refusal::NoHandover.into())
}

/// A mistake in one field of a service's input is one in the field of the form where it was typed.
fn at(error: Error, from: &str, to: &str) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            fields.iter_mut().filter(|field| field.pointer == from).for_each(|field| field.pointer = to.to_owned());
            Error::Invalid(fields)
        }
        other => other,
    }
}

fn write(desk: &Desk, caller: &Caller, form: &Form, id: TicketId, verb: Verb) -> Result<()> {
    let body = || verbs::reply::Input { body: text(form, "body") };
    let given = |name: &str| name != "lanjut";
    let writing = match (verb, form.get("lanjut")) {
        (Verb::Reply, Some("tunggu")) => {
            Writing::Wait(verbs::hold::Input { waiting: Waiting::Requester, reason: text(form, "body") })
        }
        (Verb::Reply, Some("selesai")) => Writing::Resolve(verbs::resolve::Input { resolution: text(form, "body") }),
        (Verb::Reply, _) => Writing::Reply(body()),
        (Verb::Note, _) => Writing::Note(body()),
        (Verb::HandOver, _) => Writing::HandOver(form.input_of(given)?),
        (Verb::GiveBack, _) => {
            Writing::GiveBack(handover(form)?, verbs::give_back::Input { instruction: text(form, "instruction") })
        }
        (Verb::Consult, _) => Writing::Ask(form.input_of(given)?),
        _ => Writing::Resolve(verbs::resolve::Input { resolution: text(form, "resolution") }),
    };
    let files = form.files.iter().map(|file| (file.name.clone(), file.content.clone())).collect();
    compose::run(desk, caller, id, &writing, files).map_err(|error| match verb {
        Verb::Reply => at(at(error, "/reason", "/body"), "/resolution", "/body"),
        _ => error,
    })
}

fn edit(desk: &Desk, caller: &Caller, form: &Form, id: TicketId, verb: Verb) -> Result<()> {
    let input = match verb {
        Verb::Category => {
            let category = form.get("category_id").and_then(|id| id.parse().ok()).map(|id: i64| CategoryId(id).0);
            verbs::edit::Input { category_id: Some(category), ..verbs::edit::Input::default() }
        }
        // An empty subject is a mistake, not one that stays.
        Verb::Subject => verbs::edit::Input {
            subject: Some(text(form, "subject")),
            description: Some(text(form, "description")).filter(|text| !text.trim().is_empty()),
            ..verbs::edit::Input::default()
        },
        Verb::Personal => verbs::edit::Input {
            personal_data: Some(form.get("personal_data") == Some("true")),
            ..verbs::edit::Input::default()
        },
        _ => form.input()?,
    };
    verbs::edit::run(desk, caller, id, &input).map(drop)
}

fn tie(desk: &Desk, caller: &Caller, form: &Form, id: TicketId, verb: Verb) -> Result<()> {
    match verb {
        Verb::Link => verbs::link::run(desk, caller, id, &form.input()?).map(drop),
        Verb::Unlink => verbs::link::remove(desk, caller, id, LinkId(number(form, "link")?)).map(drop),
        Verb::Major => verbs::link::adopt(desk, caller, id, &text(form, "other")).map(drop),
        Verb::Merge => verbs::merge::run(desk, caller, id, &form.input()?).map(drop),
        Verb::Watch => verbs::watch::add(desk, caller, id, PersonId(number(form, "person")?)).map(drop),
        Verb::Unwatch => verbs::watch::remove(desk, caller, id, PersonId(number(form, "person")?)).map(drop),
        _ => {
            let typed = text(form, "tags");
            let tags = typed.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty());
            verbs::tag::run(desk, caller, id, &verbs::tag::Input { tags: tags.map(str::to_owned).collect() }).map(drop)
        }
    }
}

/// Resolves the chosen children; the first that is refused is told, the others stay done.
fn children(desk: &Desk, caller: &Caller, form: &Form) -> Result<()> {
    let chosen: Vec<String> = form.all("ticket").map(str::to_owned).collect();
    if chosen.is_empty() {
        return Err(Error::field("/ticket", "required", "pilih paling sedikit satu tiket"));
    }
    let act = Move::Resolve { resolution: text(form, "resolution") };
    let outcomes = bulk::run(desk, caller, &bulk::Input { tickets: chosen, act })?;
    outcomes.into_iter().try_for_each(|(_, outcome)| outcome.map(drop))
}
