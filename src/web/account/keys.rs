//! The own API keys: what there is, making one, whose secret is shown once, and revoking.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::form::Form;
use super::super::frame::Place;
use super::super::visitor::{Next, Page, Visitor};
use super::super::words::{Spoken, When, Word};
use super::{Drafts, build};
use crate::domain::ids::ApiKeyId;
use crate::domain::people::Actor;
use crate::services::accounts::api_keys::{self, Scope};
use crate::services::{Desk, Error, Result};
use crate::store::access::ApiKeyRow;

/// How long a key can live, in days.
pub const LIVES: [Word; 4] = [
    Word { code: "30", label: "30 hari" },
    Word { code: "90", label: "90 hari" },
    Word { code: "365", label: "1 tahun" },
    Word { code: "1825", label: "5 tahun" },
];

/// A key.
#[derive(Debug, Serialize)]
pub struct Key {
    id: i64,
    name: String,
    scopes: String,
    made: When,
    ends: Option<When>,
    used: Option<When>,
    /// `ok`, `ended` or `revoked`.
    state: Word,
    usable: bool,
}

impl Key {
    fn of(desk: &Desk, row: &ApiKeyRow) -> Self {
        let now = desk.now();
        let when = |at: chrono::NaiveDateTime| When::of(at.and_utc(), now, desk.zone);
        let ended = row.expires_at.is_some_and(|at| at.and_utc() <= now);
        let state = match (row.revoked_at, ended) {
            (Some(_), _) => Word { code: "rejected", label: "Dicabut" },
            (None, true) => Word { code: "cancelled", label: "Berakhir" },
            (None, false) => Word { code: "in_progress", label: "Berlaku" },
        };
        let scopes = row.scopes.split(' ').filter_map(Scope::parse).map(Spoken::label);
        Self {
            id: row.id,
            name: row.name.clone(),
            scopes: scopes.collect::<Vec<_>>().join(", "),
            made: when(row.created_at),
            ends: row.expires_at.map(when),
            used: row.last_used_at.map(when),
            usable: row.revoked_at.is_none() && !ended,
            state,
        }
    }
}

/// The actor's keys, those in force first.
pub fn lines(desk: &Desk, actor: &Actor) -> Result<Vec<Key>> {
    let mut keys: Vec<Key> = api_keys::list(desk, actor)?.iter().map(|row| Key::of(desk, row)).collect();
    keys.sort_by_key(|key| (!key.usable, std::cmp::Reverse(key.id)));
    Ok(keys)
}

#[derive(Serialize)]
struct SecretPage {
    key: Key,
    secret: String,
    address: String,
}

impl Page for SecretPage {
    const TEMPLATE: &'static str = "pages/account/secret";
    const PLACE: Place = Place::Account;

    fn title(&self) -> String {
        "Kunci API dibuat".to_owned()
    }
}

/// `POST /akun/kunci`
pub async fn create(visitor: Visitor, form: Form) -> Answer {
    let session = visitor.secret().map(str::to_owned);
    let scopes: Vec<String> = form.all("scopes").map(str::to_owned).collect();
    visitor
        .submit_showing(
            form,
            |desk, caller, form| {
                let (row, secret) = api_keys::create(desk, caller, &form.input()?)?;
                let address = desk.config.server.public_url.trim_end_matches('/').to_owned();
                Ok(SecretPage { key: Key::of(desk, &row), secret, address })
            },
            move |desk, caller, draft| {
                let drafts = Drafts { key: draft, scopes, ..Drafts::default() };
                build(desk, &caller.actor, session.as_deref(), drafts)
            },
        )
        .await
}

/// `POST /akun/kunci/{id}/cabut`
pub async fn revoke(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let secret = visitor.secret().map(str::to_owned);
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                let id = path.parse().map_err(|_| Error::NotFound)?;
                api_keys::revoke(desk, caller, ApiKeyId(id))?;
                Ok(Next::saying("/akun", "kunci-dicabut"))
            },
            move |desk, caller, _| build(desk, &caller.actor, secret.as_deref(), Drafts::default()),
        )
        .await
}
