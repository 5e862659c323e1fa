//! A section of administration: the page with the list of sections beside it, and who may see or use it.

use serde::Serialize;

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use crate::domain::people::{Actor, Role};
use crate::services::admin::{require_admin, require_reader};
use crate::services::inbound::is_postmaster;
use crate::services::{Caller, Desk, Result};

/// The sections: address, label, and what it is about.
const PARTS: [(&str, &str); 12] = [
    ("/admin", "Ringkasan"),
    ("/admin/opd", "OPD"),
    ("/admin/orang", "Orang"),
    ("/admin/tim", "Tim Tier 2"),
    ("/admin/kategori", "Kategori"),
    ("/admin/prioritas", "Prioritas"),
    ("/admin/kalender", "Kalender"),
    ("/admin/kebijakan", "Kebijakan"),
    ("/admin/jejak-audit", "Jejak audit"),
    ("/admin/surat", "Surat keluar"),
    (INBOUND, "Surat masuk"),
    ("/admin/pengaturan", "Pengaturan"),
];

/// The section that is for those who decide about mails, be they admins or supervisors.
const INBOUND: &str = "/admin/surat-masuk";

/// Whether somebody sees a section.
fn sees(actor: &Actor, href: &str) -> bool {
    match href {
        INBOUND => is_postmaster(actor),
        _ => require_reader(actor).is_ok(),
    }
}

/// What a section shows.
pub trait Section: Serialize + Send + 'static {
    /// Its template.
    const TEMPLATE: &'static str;
    /// Its address in the list of sections.
    const PART: &'static str;
    /// What the browser calls it.
    fn title(&self) -> String;
}

/// An entry of the list of sections.
#[derive(Clone, Debug, Serialize)]
struct PartLink {
    href: &'static str,
    label: String,
    current: bool,
}

/// A section with what is around it.
#[derive(Serialize)]
pub struct Sectioned<S> {
    parts: Vec<PartLink>,
    /// Whether whoever looks may change things.
    admin: bool,
    #[serde(flatten)]
    section: S,
}

impl<S: Section> Page for Sectioned<S> {
    const TEMPLATE: &'static str = S::TEMPLATE;
    const PLACE: Place = Place::Administration;

    fn title(&self) -> String {
        format!("{} · Administrasi", self.section.title())
    }
}

impl<S: Section> Sectioned<S> {
    fn of(desk: &Desk, caller: &Caller, section: S) -> Self {
        let word = &desk.config.tenant.opd_word;
        let part = |(href, label): (&'static str, &str)| PartLink {
            href,
            label: if label == "OPD" { word.clone() } else { label.to_owned() },
            current: href == S::PART,
        };
        let parts = PARTS.into_iter().filter(|(href, _)| sees(&caller.actor, href)).map(part).collect();
        Self { parts, admin: caller.actor.has(Role::Admin), section }
    }
}

/// Shows a section to admins and auditors.
pub async fn show<S: Section>(
    visitor: Visitor,
    build: impl FnOnce(&Desk, &Caller) -> Result<S> + Send + 'static,
) -> Answer {
    visitor
        .show(|desk, caller| {
            require_reader(&caller.actor)?;
            Ok(Sectioned::of(desk, caller, build(desk, caller)?))
        })
        .await
}

/// Shows a form to admins.
pub async fn edit<S: Section>(
    visitor: Visitor,
    build: impl FnOnce(&Desk, &Caller) -> Result<S> + Send + 'static,
) -> Answer {
    visitor
        .show(|desk, caller| {
            require_admin(&caller.actor)?;
            Ok(Sectioned::of(desk, caller, build(desk, caller)?))
        })
        .await
}

/// Does what a form of an admin asks for.
pub async fn submit<S: Section>(
    visitor: Visitor,
    form: Form,
    act: impl FnOnce(&Desk, &Caller, &Form) -> Result<Next> + Send + 'static,
    again: impl FnOnce(&Desk, &Caller, Draft) -> Result<S> + Send + 'static,
) -> Answer {
    visitor
        .submit(
            form,
            |desk, caller, form| {
                require_admin(&caller.actor)?;
                act(desk, caller, form)
            },
            |desk, caller, draft| Ok(Sectioned::of(desk, caller, again(desk, caller, draft)?)),
        )
        .await
}

/// Shows a section to those who decide about mails; services say who these are.
pub async fn show_to_postmasters<S: Section>(
    visitor: Visitor,
    build: impl FnOnce(&Desk, &Caller) -> Result<S> + Send + 'static,
) -> Answer {
    visitor.show(|desk, caller| Ok(Sectioned::of(desk, caller, build(desk, caller)?))).await
}

/// Does what a form of one of them asks for.
pub async fn submit_by_postmasters<S: Section>(
    visitor: Visitor,
    form: Form,
    act: impl FnOnce(&Desk, &Caller, &Form) -> Result<Next> + Send + 'static,
    again: impl FnOnce(&Desk, &Caller, Draft) -> Result<S> + Send + 'static,
) -> Answer {
    visitor.submit(form, act, |desk, caller, draft| Ok(Sectioned::of(desk, caller, again(desk, caller, draft)?))).await
}

/// Shows a form of one of them again, after something was looked up.
pub async fn redraw_to_postmasters<S: Section>(
    visitor: Visitor,
    form: Form,
    build: impl FnOnce(&Desk, &Caller, Draft) -> Result<S> + Send + 'static,
) -> Answer {
    visitor.redraw(form, |desk, caller, draft| Ok(Sectioned::of(desk, caller, build(desk, caller, draft)?))).await
}

/// A choice of a list.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub code: String,
    pub label: String,
    pub chosen: bool,
}

impl Choice {
    /// A choice that is not chosen, or whose being chosen the draft tells.
    pub fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        Self { code: code.into(), label: label.into(), chosen: false }
    }

    /// A choice that is chosen if its code is this one.
    pub fn or_chosen(code: impl Into<String>, label: impl Into<String>, chosen: Option<&str>) -> Self {
        let code = code.into();
        Self { chosen: chosen == Some(&code), code, label: label.into() }
    }
}

/// Yes and no, for fields that must say which.
pub fn yes_or_no() -> Vec<Choice> {
    vec![Choice::new("false", "Tidak"), Choice::new("true", "Ya")]
}

/// The draft of a form of the page: as it was refused, or as it begins.
pub fn draft_of(refused: Option<&Draft>, verb: &str, begin: impl FnOnce() -> Draft) -> Draft {
    match refused {
        Some(draft) if draft.verb == verb => draft.clone(),
        _ => begin(),
    }
}

/// What was typed into a field, if anything was.
pub fn typed<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    form.get(name).map(str::trim).filter(|text| !text.is_empty())
}
