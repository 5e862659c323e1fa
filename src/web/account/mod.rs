//! `/akun`: what the desk knows of whoever looks, their password, sessions and API keys.

pub mod keys;
pub mod notices;
pub mod password;
pub mod sessions;

use serde::Serialize;

use super::Answer;
use super::draft::Draft;
use super::frame::Place;
use super::visitor::{Page, Visitor};
use super::words::{Spoken, When, Word};
use crate::domain::ids::OpdId;
use crate::domain::people::Actor;
use crate::services::accounts::api_keys::Scope;
use crate::services::admin::{opds, people, teams};
use crate::services::notifications::choices;
use crate::services::{Desk, Result};
use crate::store::people::Grant;
use keys::Key;
use sessions::Line;

/// A role with the letter behind it.
#[derive(Debug, Serialize)]
struct RoleLine {
    role: Word,
    /// Number and date of the letter, and until when it holds, in words.
    letter: Option<String>,
    ended: bool,
}

#[derive(Debug, Serialize)]
struct Profile {
    name: String,
    email: String,
    opd: String,
    nip: Option<String>,
    phone: Option<String>,
    roles: Vec<RoleLine>,
    teams: String,
}

/// A choice of what a key may do.
#[derive(Debug, Serialize)]
struct ScopeChoice {
    word: Word,
    chosen: bool,
}

/// A part of this place.
#[derive(Debug, Serialize)]
struct Tab {
    href: &'static str,
    label: &'static str,
    current: bool,
}

fn tabs(current: &str) -> Vec<Tab> {
    let tab = |(href, label)| Tab { href, label, current: href == current };
    [("/akun", "Profil, sesi, dan kunci"), ("/akun/pemberitahuan", "Pemberitahuan")].map(tab).into()
}

/// Since when mail to the actor comes back, if it does.
fn bounce(desk: &Desk, actor: &Actor) -> Result<Option<String>> {
    let bounce = choices::bounce(desk, actor)?;
    Ok(bounce.map(|(at, _)| When::of(at, desk.now(), desk.zone).full))
}

#[derive(Serialize)]
pub struct AccountPage {
    tabs: Vec<Tab>,
    bounce: Option<String>,
    profile: Profile,
    sessions: Vec<Line>,
    /// Whether there are sessions besides this one.
    others: bool,
    keys: Vec<Key>,
    scopes: Vec<ScopeChoice>,
    lives: Vec<Word>,
    password: Draft,
    key: Draft,
    /// The form for a key is open, since it was refused.
    making: bool,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "pages/account/show";
    const PLACE: Place = Place::Account;

    fn title(&self) -> String {
        "Akun saya".to_owned()
    }
}

/// `GET /akun`
pub async fn show(visitor: Visitor) -> Answer {
    let secret = visitor.secret().map(str::to_owned);
    visitor.show(move |desk, caller| build(desk, &caller.actor, secret.as_deref(), Drafts::default())).await
}

/// The forms of the page that was refused, if one was.
#[derive(Default)]
struct Drafts {
    password: Draft,
    key: Draft,
    scopes: Vec<String>,
}

fn build(desk: &Desk, actor: &Actor, secret: Option<&str>, drafts: Drafts) -> Result<AccountPage> {
    let sessions = sessions::lines(desk, actor, secret)?;
    let scope = |scope: &Scope| {
        let word = scope.word();
        ScopeChoice { chosen: drafts.scopes.iter().any(|chosen| chosen == word.code), word }
    };
    let making = drafts.key.problem.is_some();
    let mut key = drafts.key;
    key.values.entry("days".to_owned()).or_insert_with(|| "365".to_owned());
    Ok(AccountPage {
        tabs: tabs("/akun"),
        bounce: bounce(desk, actor)?,
        profile: profile(desk, actor)?,
        others: sessions.len() > 1,
        sessions,
        keys: keys::lines(desk, actor)?,
        scopes: Scope::EVERY.iter().map(scope).collect(),
        lives: keys::LIVES.to_vec(),
        password: drafts.password,
        key,
        making,
    })
}

fn profile(desk: &Desk, actor: &Actor) -> Result<Profile> {
    let known = people::read(desk, actor, actor.id)?;
    let opd = opds::read(desk, OpdId(known.person.opd_id))?;
    let teams = known.teams.iter().map(|team| Ok(teams::read(desk, *team)?.name)).collect::<Result<Vec<_>>>()?;
    Ok(Profile {
        name: known.person.name,
        email: known.person.email,
        opd: opd.name,
        nip: known.person.nip,
        phone: known.person.phone,
        roles: known.grants.iter().map(|grant| role_line(desk, grant)).collect(),
        teams: teams.join(", "),
    })
}

fn role_line(desk: &Desk, grant: &Grant) -> RoleLine {
    let letter = &grant.appointment;
    let number = letter.letter_number.as_ref().map(|number| format!("SK {number}"));
    let on = letter.letter_on.map(|day| format!("tanggal {}", When::day(day)));
    let until = letter.valid_until.map(|day| format!("berlaku sampai {}", When::day(day)));
    let parts: Vec<String> = [number, on, until].into_iter().flatten().collect();
    RoleLine {
        role: grant.role.word(),
        letter: Some(parts.join(", ")).filter(|text| !text.is_empty()),
        ended: !letter.is_valid_on(desk.today()),
    }
}
