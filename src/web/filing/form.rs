//! `GET` and `POST /tiket/baru/{kind}`: the form of a kind of ticket.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::fault::Fault;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::Spoken;
use super::sheet::{Kind, Question, Scale, Sheet};
use crate::domain::ids::TicketId;
use crate::domain::local_time::spoken;
use crate::domain::people::Actor;
use crate::domain::priority::{Level, Priority};
use crate::domain::sla::keeping::ClockKind;
use crate::domain::text::{Body, Subject, TextProblem};
use crate::domain::ticket::{Channel, Classification};
use crate::services::admin::{categories, priorities};
use crate::services::fields::Fields;
use crate::services::sla::preview;
use crate::services::tickets::{attach, open};
use crate::services::{Caller, Desk, Error, Idempotency, Result};

/// A choice in a form.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub code: String,
    pub label: String,
    /// More about it, if anything.
    pub more: &'static str,
}

/// A group of choices of which one is taken.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
}

impl Group {
    /// The three levels of a question.
    pub fn of(name: &'static str, scale: &Scale) -> Self {
        let choice = |level: &Level| Choice {
            code: level.as_str().to_owned(),
            label: scale.answer(*level).to_owned(),
            more: "",
        };
        Self { name, label: scale.label, choices: Level::ALL.iter().map(choice).collect() }
    }
}

#[derive(Serialize)]
struct FormPage {
    kind: Kind,
    security: bool,
    heading: &'static str,
    lead: &'static str,
    subject: Question,
    description: Question,
    more: &'static [Question],
    groups: Vec<Group>,
    personal: Option<Group>,
    categories: Vec<Choice>,
    classification: Group,
    /// Whether what is seldom needed is shown from the beginning.
    advanced: bool,
    button: &'static str,
    /// What is promised for a ticket sent now, if that can be told.
    promise: Option<String>,
    /// The most that a file may have.
    megabytes: u32,
    /// Files that were chosen have to be chosen again.
    again: bool,
    draft: Draft,
}

impl Page for FormPage {
    const TEMPLATE: &'static str = "pages/filing/form";
    const PLACE: Place = Place::Tickets;

    fn title(&self) -> String {
        self.heading.to_owned()
    }
}

/// What the address may say.
#[derive(Debug, Default, Deserialize)]
pub struct Query {
    /// The number of an ended ticket that the new one follows.
    lanjutan: Option<String>,
}

/// `GET /tiket/baru/{kind}`
pub async fn show(visitor: Visitor, kind: web::Path<String>, query: web::Query<Query>) -> Answer {
    let kind = Kind::parse(&kind).ok_or_else(Fault::not_found)?;
    let follows = query.into_inner().lanjutan.map(|number| ("follows", number));
    let usual = [("classification", Classification::Open.as_str().to_owned())].into_iter().chain(follows);
    visitor.show(move |desk, caller| build(desk, &caller.actor, kind, Draft::with(usual))).await
}

fn build(desk: &Desk, actor: &Actor, kind: Kind, draft: Draft) -> Result<FormPage> {
    let sheet = kind.sheet();
    let classified = draft.values.get("classification").is_some_and(|word| word != Classification::Open.as_str());
    Ok(FormPage {
        kind,
        security: kind == Kind::Security,
        heading: sheet.heading,
        lead: sheet.lead,
        subject: sheet.subject,
        description: sheet.description,
        more: sheet.more,
        groups: vec![Group::of("impact", &sheet.impact), Group::of("urgency", &sheet.urgency)],
        personal: (kind == Kind::Security).then(personal),
        categories: category_choices(desk)?,
        classification: classification(),
        advanced: classified || draft.errors.contains_key("classification"),
        button: sheet.button,
        promise: promise(desk, actor, kind, &draft)?,
        megabytes: desk.config.attachments.most_bytes / 1_048_576,
        again: draft.problem.is_some(),
        draft,
    })
}

/// The categories to choose from.
pub fn category_choices(desk: &Desk) -> Result<Vec<Choice>> {
    let active = categories::list(desk, 0, 500)?.into_iter().filter(|row| row.active);
    Ok(active.map(|row| Choice { code: row.id.to_string(), label: row.name, more: "" }).collect())
}

fn classification() -> Group {
    let more = |classification| match classification {
        Classification::Open => "Dibaca semua yang menangani layanan.",
        Classification::Restricted => "Dibaca Anda, petugas perangkat daerah Anda, dan tim yang menangani.",
        Classification::Secret => "Dibaca Anda, petugas yang ditunjuk, dan tim yang menangani.",
    };
    let choice = |each: &Classification| Choice {
        code: each.as_str().to_owned(),
        label: each.label().to_owned(),
        more: more(*each),
    };
    Group {
        name: "classification",
        label: "Siapa yang boleh membaca?",
        choices: Classification::ALL.iter().map(choice).collect(),
    }
}

const PERSONAL: [(&str, &str); 3] = [("yes", "Ya"), ("maybe", "Mungkin, saya tidak yakin"), ("no", "Tidak")];

fn personal() -> Group {
    let choice = |(code, label): (&str, &str)| Choice { code: code.to_owned(), label: label.to_owned(), more: "" };
    Group {
        name: "personal",
        label: "Apakah data pribadi mungkin terlibat?",
        choices: PERSONAL.into_iter().map(choice).collect(),
    }
}

/// What is promised for such a ticket now: of the priority that was chosen, or of the usual one.
fn promise(desk: &Desk, actor: &Actor, kind: Kind, draft: &Draft) -> Result<Option<String>> {
    let level = |name: &str| draft.values.get(name).and_then(|word| Level::parse(word));
    let chosen = level("impact").zip(level("urgency"));
    let (impact, urgency) = chosen.unwrap_or((Level::Medium, Level::Medium));
    let rule = priorities::read(desk)?.into_iter().find(|rule| (rule.impact, rule.urgency) == (impact, urgency));
    let priority = rule.map_or(Priority::P3, |rule| rule.priority);
    let security = kind == Kind::Security;
    let kind = kind.ticket_type();
    let input =
        preview::Input { kind, priority, opd_id: None, category_id: None, team_id: None, opened_at: None, security };
    // Without a team that could get it, or without rules, nothing is promised here: sending it says why.
    let Ok(found) = preview::run(desk, actor, &input) else { return Ok(None) };
    let due = |clock| {
        let promise = found.promises.iter().find(|promise| promise.clock == clock)?;
        Some(spoken(promise.due_at?, desk.zone))
    };
    let both = due(ClockKind::Response).zip(due(ClockKind::Resolution));
    let told = if chosen.is_some() { "menurut jawaban Anda" } else { "untuk prioritas sedang" };
    Ok(both.map(|(response, resolution)| {
        format!(
            "Bila dikirim sekarang, {told}: ditanggapi paling lambat {response}, selesai paling lambat {resolution}."
        )
    }))
}

/// `POST /tiket/baru/{kind}`
pub async fn submit(visitor: Visitor, form: Form, kind: web::Path<String>) -> Answer {
    let kind = Kind::parse(&kind).ok_or_else(Fault::not_found)?;
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let files = files(form);
                let input = read(kind, form)?;
                let filed = file(desk, caller, &input, &files)?;
                let number = desk.prefix.number(filed.id);
                Ok(Next::saying(format!("/tiket/{number}"), filed.news(desk, "tiket-dibuat")))
            },
            move |desk, caller, draft| build(desk, &caller.actor, kind, draft),
        )
        .await
}

/// The files that came with a form.
pub fn files(form: &Form) -> Vec<attach::Input> {
    let file = |file: &super::super::form::Upload| attach::Input {
        name: file.name.clone(),
        content: file.content.clone(),
        internal: false,
    };
    form.files.iter().map(file).collect()
}

/// A ticket that was filed.
#[derive(Clone, Copy, Debug)]
pub struct Filed {
    pub id: TicketId,
    /// Whether all its files are attached.
    whole: bool,
}

impl Filed {
    /// What the next page says.
    pub fn news(self, desk: &Desk, word: &str) -> String {
        let word = if self.whole { word } else { "tiket-tanpa-lampiran" };
        format!("{word}:{}", desk.prefix.number(self.id))
    }
}

/// Opens a ticket with its files: all of it, or nothing because something is wrong with one of them.
pub fn file(desk: &Desk, caller: &Caller, input: &open::Input, files: &[attach::Input]) -> Result<Filed> {
    if !desk.was_done(caller)? {
        attach::check_all(desk, &caller.actor, files)?;
    }
    let opened = open::run(desk, caller, input)?;
    let mut whole = true;
    for (file, place) in files.iter().zip(1..) {
        // The same form sent again finds each file attached, like the ticket opened.
        let idempotency = caller.idempotency.as_ref().map(|of: &Idempotency| Idempotency {
            key: format!("{}-{place}", of.key),
            fingerprint: of.fingerprint.clone(),
        });
        let caller = Caller { actor: caller.actor.clone(), idempotency, if_match: None };
        match attach::run(desk, &caller, opened.id, file) {
            Ok(_) => {}
            // The ticket is there: asking for all of it once more would open another one.
            Err(Error::Refused(_) | Error::File(_) | Error::TooLarge(_) | Error::Conflict) => whole = false,
            Err(error) => return Err(error),
        }
    }
    Ok(Filed { id: opened.id, whole })
}

/// Reads a form: every mistake, not only the first.
fn read(kind: Kind, form: &Form) -> Result<open::Input> {
    let sheet = kind.sheet();
    let mut fields = Fields::default();
    let subject = fields.take("/subject", Subject::parse(form.get("subject").unwrap_or_default()));
    let impact = level(&mut fields, form, "impact");
    let urgency = level(&mut fields, form, "urgency");
    let personal = form.get("personal").filter(|word| PERSONAL.iter().any(|(code, _)| code == word));
    if kind == Kind::Security && personal.is_none() {
        fields.wrong("/personal", "required", CHOOSE);
    }
    for question in sheet.more.iter().chain([&sheet.description]).filter(|question| !question.optional) {
        if form.get(question.name).is_none_or(|answer| answer.trim().is_empty()) {
            fields.wrong(format!("/{}", question.name), "required", "wajib diisi");
        }
    }
    let levels = impact.zip(urgency);
    let text = levels.map(|levels| describe(sheet, form, levels, personal)).unwrap_or_default();
    if levels.is_some() && form.get("description").is_some_and(|text| !text.trim().is_empty()) {
        fields.take("/description", Body::parse(&text));
    }
    let classification = form.get("classification").and_then(Classification::parse);
    let category = form.get("category_id").and_then(|id| id.parse().ok());
    let values = subject.zip(levels).map(|(subject, (impact, urgency))| open::Input {
        kind: kind.ticket_type(),
        subject: subject.as_str().to_owned(),
        description: text,
        impact,
        urgency,
        channel: Channel::Portal,
        classification: classification.unwrap_or(Classification::Open),
        security: kind == Kind::Security,
        personal_data: personal.is_some_and(|word| word != "no"),
        requester_id: None,
        category_id: category,
        tags: Vec::new(),
        follows: form.get("follows").filter(|number| !number.trim().is_empty()).map(str::to_owned),
    });
    fields.finish(values)
}

const CHOOSE: &str = "pilih salah satu";

/// A level that was chosen.
pub fn level(fields: &mut Fields, form: &Form, name: &str) -> Option<Level> {
    let level = form.get(name).and_then(Level::parse);
    let missing = || TextProblem { code: "required", message: CHOOSE.to_owned() };
    fields.take(&format!("/{name}"), level.ok_or_else(missing))
}

/// The description with every answer as a line below it.
fn describe(sheet: &Sheet, form: &Form, (impact, urgency): (Level, Level), personal: Option<&str>) -> String {
    let mut text = form.get("description").unwrap_or_default().trim().to_owned();
    let mut told = Vec::new();
    for question in sheet.more {
        if let Some(answer) = form.get(question.name).map(str::trim).filter(|answer| !answer.is_empty()) {
            told.push((question.label, answer));
        }
    }
    told.push((sheet.impact.label, sheet.impact.answer(impact)));
    told.push((sheet.urgency.label, sheet.urgency.answer(urgency)));
    let personal = PERSONAL.iter().find(|(code, _)| Some(*code) == personal);
    told.extend(personal.map(|(_, answer)| ("Apakah data pribadi mungkin terlibat?", *answer)));
    text.push('\n');
    for (label, answer) in told {
        let colon = if label.ends_with('?') { "" } else { ":" };
        text.push_str(&format!("\n{label}{colon} {answer}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_lines_below_the_description() {
        let form = Form::of(&[
            ("subject", "Akun surel"),
            ("description", "Untuk pegawai baru.\n"),
            ("purpose", "Menerima surat"),
            ("needed", "Sebelum Senin"),
            ("impact", "low"),
            ("urgency", "high"),
        ]);
        let input = read(Kind::Request, &form).unwrap();
        assert_eq!(
            input.description,
            "Untuk pegawai baru.\n\nUntuk apa? Menerima surat\nKapan diperlukan? Sebelum Senin\n\
             Untuk siapa? Saya sendiri\nSeberapa mendesak? Hari ini juga"
        );
        assert_eq!((input.impact, input.urgency, input.security), (Level::Low, Level::High, false));
    }

    #[test]
    fn every_question_that_was_left_open_is_named() {
        let missing = |kind| match read(kind, &Form::of(&[])) {
            Err(Error::Invalid(mistakes)) => mistakes.into_iter().map(|m| m.pointer).collect::<Vec<_>>().join(" "),
            other => panic!("{other:?}"),
        };
        assert_eq!(missing(Kind::Incident), "/subject /impact /urgency /description");
        assert_eq!(missing(Kind::Change), "/subject /impact /urgency /why /planned /rollback /description");
        assert_eq!(missing(Kind::Security), "/subject /impact /urgency /personal /description");
    }

    #[test]
    fn doubt_about_personal_data_counts_as_such() {
        for (answer, counts) in [("yes", true), ("maybe", true), ("no", false)] {
            let form = Form::of(&[
                ("subject", "Situs diretas"),
                ("description", "Halaman depan berubah."),
                ("impact", "high"),
                ("urgency", "high"),
                ("personal", answer),
            ]);
            let input = read(Kind::Security, &form).unwrap();
            assert_eq!((input.personal_data, input.security), (counts, true), "{answer}");
        }
    }
}
