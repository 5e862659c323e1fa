//! People: adding, changing, finding, and deactivating with a hand-over of open work (Perbup Batang
//! 50/2019 Ps 12(5): on transfer, continuity is assured).

use serde::{Deserialize, Deserializer};
use serde_json::json;

use super::super::accounts::{password, reset, secret};
use super::super::fields::Fields;
use super::super::work::Details;
use super::super::{Caller, Desk, Error, Result, Work};
use super::opds::Added;
use super::{require_admin, taken};
use crate::domain::Refusal;
use crate::domain::event::EventKind;
use crate::domain::ids::{OpdId, PersonId, TeamId};
use crate::domain::notice::Notice;
use crate::domain::people::{Actor, Role};
use crate::domain::text::{Email, Name, check_password};
use crate::store::people::{self, Grant, PeopleFilter, PersonFields, PersonRow};
use crate::store::{Conn, access, organisation, tickets};

/// A person to be added.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPerson)]
pub struct Input {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    pub opd_id: i64,
    #[serde(default)]
    #[schema(max_length = 120)]
    pub nip: Option<String>,
    #[serde(default)]
    #[schema(max_length = 120)]
    pub phone: Option<String>,
    /// Without one the person is invited by mail to choose one.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 128)]
    pub password: Option<String>,
}

/// What is to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangePerson)]
pub struct Change {
    #[serde(default)]
    #[schema(min_length = 1, max_length = 120)]
    pub name: Option<String>,
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    #[serde(default)]
    pub opd_id: Option<i64>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 120)]
    pub nip: Option<Option<String>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 120)]
    pub phone: Option<Option<String>>,
    /// `true` lets a deactivated person in again.
    #[serde(default)]
    pub active: Option<bool>,
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Who takes over.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deactivation {
    /// Needed while there are open tickets that the person owns or works on.
    #[serde(default)]
    pub successor_id: Option<i64>,
}

/// A person with roles and teams.
#[derive(Clone, Debug)]
pub struct Profile {
    pub person: PersonRow,
    pub grants: Vec<Grant>,
    pub teams: Vec<TeamId>,
}

/// The people that the actor may look up: the Dinas everybody, a desk and a head their own OPD.
pub fn list(desk: &Desk, actor: &Actor, mut filter: PeopleFilter) -> Result<Vec<Profile>> {
    if !sees_everybody(actor) {
        if !actor.has(Role::Tier1Agent) && !actor.has(Role::OpdHead) {
            return Err(Error::Forbidden);
        }
        if filter.opd.is_some_and(|opd| opd != actor.opd) {
            return Ok(Vec::new());
        }
        filter.opd = Some(actor.opd);
    }
    desk.read(|conn| {
        let rows = people::list(conn, &filter)?;
        profiles(conn, rows)
    })
}

fn sees_everybody(actor: &Actor) -> bool {
    [Role::Tier2Agent, Role::Supervisor, Role::Auditor, Role::Admin].iter().any(|role| actor.has(*role))
}

/// One person, if the actor may look them up. Everybody may look up themselves.
pub fn read(desk: &Desk, actor: &Actor, id: PersonId) -> Result<Profile> {
    desk.read(|conn| {
        let row = people::by_id(conn, id)?.ok_or(Error::NotFound)?;
        let colleague = row.opd_id == actor.opd.0 && (actor.has(Role::Tier1Agent) || actor.has(Role::OpdHead));
        if id != actor.id && !colleague && !sees_everybody(actor) {
            return Err(Error::NotFound);
        }
        profiles(conn, vec![row])?.pop().ok_or(Error::NotFound)
    })
}

pub(super) fn profiles(conn: &mut Conn, rows: Vec<PersonRow>) -> Result<Vec<Profile>> {
    let ids: Vec<_> = rows.iter().map(|row| PersonId(row.id)).collect();
    let mut grants = people::grants(conn, &ids)?;
    let mut profiles = Vec::with_capacity(rows.len());
    for person in rows {
        let id = PersonId(person.id);
        let (own, rest): (Vec<_>, Vec<_>) = grants.into_iter().partition(|grant| grant.person == id);
        grants = rest;
        let in_teams = own.iter().any(|grant| grant.role == Role::Tier2Agent);
        let teams = if in_teams { people::teams_of(conn, id)? } else { Vec::new() };
        profiles.push(Profile { person, grants: own, teams });
    }
    Ok(profiles)
}

/// Adds a person, and invites whoever has no password yet to choose one.
pub fn add(desk: &Desk, caller: &Caller, input: &Input) -> Result<Added> {
    require_admin(&caller.actor)?;
    let (fields, hash) = parse(input)?;
    desk.act(caller, |work| {
        let id = apply(work, Some(caller.actor.id), &fields, hash.as_deref())?;
        if hash.is_none() {
            reset::queue(work, id, Notice::Invited)?;
        }
        Ok(Added { id: id.0 })
    })
}

/// Checks the input; hashes the password, which takes a moment.
pub fn parse(input: &Input) -> Result<(PersonFields, Option<String>)> {
    let mut fields = Fields::default();
    let name = fields.take("/name", Name::parse(&input.name));
    let email = fields.take("/email", Email::parse(&input.email));
    let nip = fields.take_some("/nip", input.nip.as_deref(), Name::parse);
    let phone = fields.take_some("/phone", input.phone.as_deref(), Name::parse);
    if let Some(password) = &input.password {
        fields.take("/password", check_password(password, &input.email));
    }
    let values = name.zip(email).map(|(name, email)| PersonFields {
        opd_id: input.opd_id,
        name: name.as_str().to_owned(),
        email: email.as_str().to_owned(),
        nip: nip.map(|nip| nip.as_str().to_owned()),
        phone: phone.map(|phone| phone.as_str().to_owned()),
        active: true,
    });
    let values = fields.finish(values)?;
    let hash = input.password.as_deref().map(secret::hash_password).transpose()?;
    Ok((values, hash))
}

/// Adds a person inside a transaction.
pub fn apply(
    work: &mut Work<'_, '_>,
    by: Option<PersonId>,
    fields: &PersonFields,
    password_hash: Option<&str>,
) -> Result<PersonId> {
    require_opd(work, fields.opd_id)?;
    if people::by_email(work.tx, &fields.email)?.is_some() {
        return Err(taken("/email"));
    }
    let id = people::insert(work.tx, fields, work.now)?;
    work.audit("person_added", by, json!({"person": id, "opd": fields.opd_id}))?;
    if let Some(hash) = password_hash {
        password::set(work, id, hash, by)?;
    }
    Ok(id)
}

fn require_opd(work: &mut Work<'_, '_>, opd: i64) -> Result<()> {
    organisation::opd_by_id(work.tx, OpdId(opd))?
        .filter(|row| row.active)
        .map(|_| ())
        .ok_or_else(|| Error::field("/opd_id", "not_found", "OPD tidak ditemukan"))
}

/// Changes a person. Moving to another OPD needs open work to be handed on first, as deactivating does.
pub fn change(desk: &Desk, caller: &Caller, id: PersonId, input: &Change) -> Result<()> {
    require_admin(&caller.actor)?;
    let mut fields = Fields::default();
    let name = fields.take_some("/name", input.name.as_deref(), Name::parse);
    let email = fields.take_some("/email", input.email.as_deref(), Email::parse);
    let nip = fields.take_some("/nip", input.nip.as_ref().and_then(|v| v.as_deref()), Name::parse);
    let phone = fields.take_some("/phone", input.phone.as_ref().and_then(|v| v.as_deref()), Name::parse);
    if input.active == Some(false) {
        fields.wrong("/active", "use_deactivation", "gunakan /deactivation agar pekerjaan terbuka diserahkan");
    }
    let (name, email, nip, phone) = fields.finish(Some((name, email, nip, phone)))?;
    desk.act(caller, |work| {
        let row = people::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
        work.require_version(row.version)?;
        if let Some(opd) = input.opd_id.filter(|opd| *opd != row.opd_id) {
            require_opd(work, opd)?;
            if !people::open_work(work.tx, id)?.is_empty() {
                return Err(Refusal::OpenWork.into());
            }
            // An appointment is for one OPD: it does not move along.
            for role in [Role::Tier1Agent, Role::OpdHead] {
                if people::revoke(work.tx, id, role)? {
                    work.audit("role_revoked", Some(caller.actor.id), json!({"person": id, "role": role}))?;
                }
            }
        }
        let keep = |present: &Option<Option<String>>, new: &Option<Name>, old: Option<String>| match present {
            None => old,
            Some(_) => new.as_ref().map(|value| value.as_str().to_owned()),
        };
        let fields = PersonFields {
            opd_id: input.opd_id.unwrap_or(row.opd_id),
            name: name.as_ref().map_or(row.name, |name| name.as_str().to_owned()),
            email: email.as_ref().map_or(row.email, |email| email.as_str().to_owned()),
            nip: keep(&input.nip, &nip, row.nip),
            phone: keep(&input.phone, &phone, row.phone),
            active: input.active.unwrap_or(row.active),
        };
        if people::by_email(work.tx, &fields.email)?.is_some_and(|other| other.id != id.0) {
            return Err(taken("/email"));
        }
        people::update(work.tx, id, row.version, &fields)?;
        let facts = json!({"person": id, "opd": fields.opd_id, "active": fields.active});
        work.audit("person_changed", Some(caller.actor.id), facts)
    })
}

/// Deactivates a person: no sign-in, no key, and open work goes to the successor, all at once.
pub fn deactivate(desk: &Desk, caller: &Caller, id: PersonId, input: &Deactivation) -> Result<()> {
    require_admin(&caller.actor)?;
    desk.act(caller, |work| apply_deactivation(work, Some(caller.actor.id), id, input.successor_id.map(PersonId)))
}

/// Deactivates a person inside a transaction.
pub fn apply_deactivation(
    work: &mut Work<'_, '_>,
    by: Option<PersonId>,
    id: PersonId,
    successor: Option<PersonId>,
) -> Result<()> {
    // Whoever names this person on a ticket meanwhile waits, or is waited for (see `Work::hold_named`).
    people::hold(work.tx, id)?;
    let row = people::by_id(work.tx, id)?.ok_or(Error::NotFound)?;
    if !row.active {
        return Ok(());
    }
    let open = people::open_work(work.tx, id)?;
    if !open.is_empty() {
        let successor = successor.filter(|successor| *successor != id).ok_or(Refusal::OpenWork)?;
        let successor = work.person(successor)?;
        for ticket in open {
            let before = tickets::by_id(work.tx, ticket)?.ok_or(Error::NotFound)?;
            let mut after = before.clone();
            after.hand_on(id, &successor)?;
            work.record(EventKind::Assigned, by, &before, &mut after, Details::none())?;
        }
    }
    let fields = PersonFields {
        opd_id: row.opd_id,
        name: row.name,
        email: row.email,
        nip: row.nip,
        phone: row.phone,
        active: false,
    };
    people::update(work.tx, id, row.version, &fields)?;
    access::end_all(work.tx, id, work.now)?;
    work.audit("person_deactivated", by, json!({"person": id, "successor": successor}))?;
    let was_admin = people::grants(work.tx, &[id])?.iter().any(|grant| grant.role == Role::Admin);
    if was_admin { super::roles::require_an_admin(work) } else { Ok(()) }
}
