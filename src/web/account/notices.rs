//! `/akun/pemberitahuan`: how somebody wants to be told of what.

use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::super::draft::Draft;
use super::super::form::Form;
use super::super::frame::{Place, has_queue};
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::Spoken;
use super::{Tab, bounce, tabs};
use crate::domain::notice::{Topic, Way};
use crate::services::admin::people;
use crate::services::notifications::choices::{self, Choices};
use crate::services::{Caller, Desk, Result};

/// The address of the page.
const HERE: &str = "/akun/pemberitahuan";

/// A way that can be chosen.
#[derive(Serialize)]
struct WayChoice {
    code: &'static str,
    label: &'static str,
    chosen: bool,
    usual: bool,
}

/// A topic with its ways.
#[derive(Serialize)]
struct Group {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    choices: Vec<WayChoice>,
}

#[derive(Serialize)]
pub struct NoticesPage {
    tabs: Vec<Tab>,
    bounce: Option<String>,
    email: String,
    groups: Vec<Group>,
    /// What nobody can choose.
    fixed: Vec<String>,
    draft: Draft,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "pages/account/notices";
    const PLACE: Place = Place::Account;

    fn title(&self) -> String {
        "Pemberitahuan".to_owned()
    }
}

/// What the form says; what it does not show stays as it is.
#[derive(Debug, Deserialize)]
struct Asked {
    mine: Option<Way>,
    work: Option<Way>,
    watched: Option<Way>,
    alarm: Option<Way>,
}

/// `GET /akun/pemberitahuan`
pub async fn show(visitor: Visitor) -> Answer {
    visitor.show(|desk, caller| build(desk, caller, Draft::default())).await
}

/// `POST /akun/pemberitahuan`
pub async fn save(visitor: Visitor, form: Form) -> Answer {
    visitor
        .submit(
            form,
            |desk, caller, form| {
                let asked: Asked = form.input()?;
                let known = choices::read(desk, &caller.actor)?;
                let wanted = Choices {
                    mine: asked.mine.unwrap_or(known.mine),
                    work: asked.work.unwrap_or(known.work),
                    watched: asked.watched.unwrap_or(known.watched),
                    alarm: asked.alarm.unwrap_or(known.alarm),
                };
                choices::replace(desk, caller, &wanted)?;
                Ok(Next::saying(HERE, "pemberitahuan-disimpan"))
            },
            build,
        )
        .await
}

fn build(desk: &Desk, caller: &Caller, draft: Draft) -> Result<NoticesPage> {
    let actor = &caller.actor;
    let works = has_queue(actor);
    let chosen = choices::read(desk, actor)?;
    let shown = Topic::CHOOSABLE.iter().filter(|topic| works || !matches!(topic, Topic::Work | Topic::Alarm));
    Ok(NoticesPage {
        tabs: tabs(HERE),
        bounce: bounce(desk, actor)?,
        email: people::read(desk, actor, actor.id)?.person.email,
        groups: shown.map(|topic| group(*topic, chosen.of(*topic))).collect(),
        fixed: fixed(desk, works),
        draft,
    })
}

fn group(topic: Topic, chosen: Way) -> Group {
    let choice = |way: &Way| WayChoice {
        code: way.as_str(),
        label: way.label(),
        chosen: *way == chosen,
        usual: *way == topic.usual(),
    };
    Group {
        name: topic.as_str(),
        label: topic.label(),
        hint: hint(topic),
        choices: Way::EVERY.iter().map(choice).collect(),
    }
}

/// What the topic is about.
fn hint(topic: Topic) -> &'static str {
    match topic {
        Topic::Mine => "Balasan petugas, permintaan keterangan, penyelesaian, dan penutupan.",
        Topic::Work => "Tiket baru, penugasan, balasan pelapor, catatan, eskalasi, dan konsultasi.",
        Topic::Watched => "Perkembangan tiket yang Anda ikuti tanpa menanganinya.",
        Topic::Alarm => "Peringatan sebelum dan sesudah target waktu terlampaui.",
        Topic::Account => "Tautan kata sandi.",
    }
}

fn fixed(desk: &Desk, works: bool) -> Vec<String> {
    let at = desk.config.mail.digest_at.replace(':', ".");
    let mut fixed = vec![
        format!("Rangkuman harian dikirim pada hari kerja pukul {at}, hanya bila ada isinya."),
        "Surat tentang akun Anda, misalnya tautan kata sandi, selalu dikirim seketika.".to_owned(),
        "Surat tentang tiket terbatas, rahasia, atau keamanan hanya menyebut bahwa ada kabar, tanpa isinya.".to_owned(),
    ];
    if works {
        fixed.insert(
            2,
            "Peringatan tenggat tiket kritis (P1) dan keamanan yang Anda tangani, serta pengingat dari penyelia, selalu \
             dikirim seketika."
                .to_owned(),
        );
    }
    fixed
}
