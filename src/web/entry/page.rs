//! `GET` and `POST /catat`: one screen for whatever was said elsewhere.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::filing::form::{Choice, Group, category_choices, file, files, level};
use super::super::filing::sheet::{Kind, Scale};
use super::super::form::Form;
use super::super::frame::{Place, enters};
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::Spoken;
use super::who::{self, Person};
use crate::domain::people::{Actor, Role};
use crate::domain::text::{Body, Subject};
use crate::domain::ticket::{Channel, Classification};
use crate::services::fields::Fields;
use crate::services::tickets::open;
use crate::services::{Desk, Error, Result};

const IMPACT: Scale =
    Scale { label: "Berapa orang terganggu?", answers: ["Satu orang", "Satu ruangan", "Seluruh kantor"] };

const URGENCY: Scale = Scale { label: "Pekerjaannya masih jalan?", answers: ["Masih jalan", "Terhambat", "Berhenti"] };

#[derive(Serialize)]
struct EntryPage {
    /// Who fits what was typed.
    people: Vec<PersonChoice>,
    channels: Vec<Choice>,
    kinds: Vec<Choice>,
    categories: Vec<Choice>,
    groups: Vec<Group>,
    /// Whether tickets can be filed for people of every OPD.
    everywhere: bool,
    megabytes: u32,
    /// Files that were chosen have to be chosen again.
    again: bool,
    draft: Draft,
}

#[derive(Serialize)]
struct PersonChoice {
    #[serde(flatten)]
    person: Person,
    chosen: bool,
}

impl Page for EntryPage {
    const TEMPLATE: &'static str = "pages/entry/page";
    const PLACE: Place = Place::Entry;

    fn title(&self) -> String {
        "Catat cepat".to_owned()
    }
}

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    /// The channel that is chosen from the beginning.
    kanal: Option<String>,
}

/// `GET /catat`
pub async fn show(visitor: Visitor, query: web::Query<Query>) -> Answer {
    let asked = query.into_inner().kanal;
    let channel = asked.as_deref().and_then(Channel::parse).unwrap_or(Channel::Whatsapp);
    let usual = [
        ("channel", channel.as_str().to_owned()),
        ("kind", Kind::Incident.as_str().to_owned()),
        ("impact", "low".to_owned()),
        ("urgency", "medium".to_owned()),
    ];
    visitor.show(move |desk, caller| build(desk, &caller.actor, Draft::with(usual), None)).await
}

fn build(desk: &Desk, actor: &Actor, mut draft: Draft, chosen: Option<i64>) -> Result<EntryPage> {
    if !enters(actor) {
        return Err(Error::Forbidden);
    }
    let typed = draft.values.get("requester").map(String::as_str).unwrap_or_default();
    let people = who::shown(desk, actor, typed, chosen)?;
    if people.is_empty() && !typed.trim().is_empty() {
        draft.errors.entry("requester".to_owned()).or_insert_with(|| who::NOBODY.to_owned());
    }
    let only = people.len() == 1;
    let choice = |code: &str, label: &str| Choice { code: code.to_owned(), label: label.to_owned(), more: "" };
    Ok(EntryPage {
        people: people
            .into_iter()
            .map(|person| PersonChoice { chosen: only || chosen == Some(person.id), person })
            .collect(),
        channels: Channel::ALL.iter().map(|channel| choice(channel.as_str(), channel.label())).collect(),
        kinds: Kind::ALL.iter().map(|kind| choice(kind.as_str(), kind_label(*kind))).collect(),
        categories: category_choices(desk)?,
        groups: vec![Group::of("impact", &IMPACT), Group::of("urgency", &URGENCY)],
        everywhere: actor.has(Role::Tier2Agent) || actor.has(Role::Supervisor),
        megabytes: desk.config.attachments.most_bytes / 1_048_576,
        again: draft.problem.is_some() || !draft.verb.is_empty(),
        draft,
    })
}

fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Incident | Kind::Request | Kind::Complaint | Kind::Problem | Kind::Change => kind.ticket_type().label(),
        Kind::Security => "Insiden keamanan (langsung ke CSIRT)",
    }
}

/// `POST /catat`
pub async fn submit(visitor: Visitor, form: Form) -> Answer {
    let chosen = who::chosen(&form);
    if form.get("aksi") == Some("cari") {
        // Somebody else is looked for.
        return visitor.redraw(form, |desk, caller, draft| build(desk, &caller.actor, draft, None)).await;
    }
    visitor
        .submit(
            form,
            |desk, caller, form| {
                if !enters(&caller.actor) {
                    return Err(Error::Forbidden);
                }
                let input = read(desk, &caller.actor, form)?;
                let filed = file(desk, caller, &input, &files(form))?;
                Ok(match form.get("aksi") {
                    Some("lagi") => {
                        Next::saying(format!("/catat?kanal={}", input.channel), filed.news(desk, "tiket-dicatat"))
                    }
                    _ => {
                        let number = desk.prefix.number(filed.id);
                        Next::saying(format!("/tiket/{number}"), filed.news(desk, "tiket-dibuat"))
                    }
                })
            },
            move |desk, caller, draft| build(desk, &caller.actor, draft, chosen),
        )
        .await
}

/// Reads the form: every mistake, not only the first.
fn read(desk: &Desk, actor: &Actor, form: &Form) -> Result<open::Input> {
    let mut fields = Fields::default();
    let requester = match who::meant(desk, actor, form) {
        Ok(person) => Some(person),
        Err(Error::Invalid(mistakes)) => {
            for mistake in mistakes {
                fields.wrong(mistake.pointer, mistake.code, mistake.message);
            }
            None
        }
        Err(error) => return Err(error),
    };
    let subject = fields.take("/subject", Subject::parse(form.get("subject").unwrap_or_default()));
    let body = fields.take("/description", Body::parse(form.get("description").unwrap_or_default()));
    let impact = level(&mut fields, form, "impact");
    let urgency = level(&mut fields, form, "urgency");
    let kind = form.get("kind").and_then(Kind::parse).unwrap_or(Kind::Incident);
    let channel = form.get("channel").and_then(Channel::parse).unwrap_or(Channel::Whatsapp);
    let texts = subject.zip(body);
    let values = requester.zip(texts).zip(impact.zip(urgency));
    let values = values.map(|((requester, (subject, body)), (impact, urgency))| open::Input {
        kind: kind.ticket_type(),
        subject: subject.as_str().to_owned(),
        description: body.as_str().to_owned(),
        impact,
        urgency,
        channel,
        classification: Classification::Open,
        security: kind == Kind::Security,
        personal_data: form.get("personal_data") == Some("true"),
        requester_id: Some(requester.0),
        category_id: form.get("category_id").and_then(|id| id.parse().ok()),
        tags: Vec::new(),
        follows: None,
    });
    fields.finish(values)
}
