//! The first start: nobody can sign in yet, so whoever has the code that the program printed names the Dinas
//! and the first admin.

use serde::Deserialize;

use super::super::admin::{opds, people, roles};
use super::super::fields::Fields;
use super::super::{Desk, Error, Result};
use super::session::{self, Client};
use crate::domain::people::{Appointment, Role};
use crate::domain::text::{Code, Name};
use crate::store;
use crate::store::organisation::OpdFields;

/// What the first start asks for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The Dinas.
    pub opd_code: String,
    pub opd_name: String,
    /// The first admin.
    pub name: String,
    pub email: String,
    pub password: String,
    /// Whether the admin is also supervisor.
    #[serde(default)]
    pub supervisor: Option<String>,
}

/// Whether nobody is known yet.
pub fn is_first(desk: &Desk) -> Result<bool> {
    desk.read(|conn| Ok(!store::people::any(conn)?))
}

/// The code that opens the first start: the same for all instances on one database, and of no use once
/// somebody is known.
pub fn code(desk: &Desk) -> String {
    desk.fingerprint("first start").chars().take(32).collect()
}

/// Whether this is the code. Digests are compared, so that the time taken tells nothing of the code.
pub fn opens(desk: &Desk, given: &str) -> bool {
    desk.fingerprint(given.trim()) == desk.fingerprint(&code(desk))
}

/// Adds the Dinas and the first admin, and gives the secret of a session for them. Not found once somebody
/// is known; forbidden without the code.
pub fn run(desk: &Desk, given: &str, input: &Input, client: &Client) -> Result<String> {
    if !is_first(desk)? {
        return Err(Error::NotFound);
    }
    if !opens(desk, given) {
        return Err(Error::Forbidden);
    }
    let (opd, mut person, hash) = parse(input)?;
    desk.housekeep(|work| {
        person.opd_id = opds::apply(work, None, &opd)?.0;
        // Asked after writing to the audit trail, whose writers go one after the other: there is one first.
        if store::people::any(work.tx)? {
            return Err(Error::NotFound);
        }
        let id = people::apply(work, None, &person, hash.as_deref())?;
        roles::apply(work, None, id, Role::Admin, &Appointment::default())?;
        if input.supervisor.is_some() {
            roles::apply(work, None, id, Role::Supervisor, &Appointment::default())?;
        }
        work.audit("signed_in", Some(id), serde_json::json!({}))?;
        session::open(work, id, client)
    })
}

type Parsed = (OpdFields, store::people::PersonFields, Option<String>);

/// Both at once, so that every mistake is told.
fn parse(input: &Input) -> Result<Parsed> {
    let mut fields = Fields::default();
    let code = fields.take("/opd_code", Code::parse(&input.opd_code));
    let name = fields.take("/opd_name", Name::parse(&input.opd_name));
    let opd = fields.finish(code.zip(name));
    let person = people::parse(&people::Input {
        name: input.name.clone(),
        email: input.email.clone(),
        opd_id: 0,
        nip: None,
        phone: None,
        password: Some(input.password.clone()),
    });
    match (opd, person) {
        (Ok((code, name)), Ok((person, hash))) => {
            let opd = OpdFields {
                code: code.as_str().to_owned(),
                name: name.as_str().to_owned(),
                kind: "dinas".to_owned(),
                independent_ict: false,
                active: true,
            };
            Ok((opd, person, hash))
        }
        (Err(Error::Invalid(mut wrong)), Err(Error::Invalid(more))) => {
            wrong.extend(more);
            Err(Error::Invalid(wrong))
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
