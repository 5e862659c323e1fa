//! What is done to a person at `/admin/orang/{id}/…`.

use actix_web::web;

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::addresses::id;
use super::dates::date;
use super::person::build;
use super::section::{self, typed};
use crate::domain::ids::{PersonId, TeamId};
use crate::domain::people::Role;
use crate::services::admin::people::{self, Change};
use crate::services::admin::{access, roles, teams};
use crate::services::inbound::bounces;
use crate::services::{Caller, Desk, Error, Result};

/// Runs an act and comes back to the person.
async fn act(
    visitor: Visitor,
    path: &str,
    form: Form,
    news: &'static str,
    act: impl FnOnce(&Desk, &Caller, &Form, PersonId) -> Result<()> + Send + 'static,
) -> Answer {
    let person = PersonId(id(path)?);
    section::submit(
        visitor,
        form,
        move |desk, caller, form| {
            act(desk, caller, form, person)?;
            Ok(Next::saying(format!("/admin/orang/{person}"), news))
        },
        move |desk, caller, mut draft| {
            // A password that was typed is not shown again.
            draft.values.remove("password");
            build(desk, caller, person, Some(&draft))
        },
    )
    .await
}

/// `POST /admin/orang/{id}/ubah`
pub async fn change(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "disimpan", |desk, caller, form, person| {
        let text = |name| typed(form, name).map(str::to_owned);
        let change = Change {
            name: Some(text("name").unwrap_or_default()),
            email: Some(text("email").unwrap_or_default()),
            opd_id: typed(form, "opd_id").and_then(|opd| opd.parse().ok()),
            nip: Some(text("nip")),
            phone: Some(text("phone")),
            active: None,
        };
        people::change(desk, caller, person, &change)
    })
    .await
}

/// `POST /admin/orang/{id}/peran`
pub async fn grant(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "peran-diberikan", |desk, caller, form, person| {
        let letter = roles::Input {
            letter_number: typed(form, "letter_number").map(str::to_owned),
            letter_on: date(form, "letter_on")?,
            valid_until: date(form, "valid_until")?,
        };
        roles::grant(desk, caller, person, role(form)?, &letter)
    })
    .await
}

/// `POST /admin/orang/{id}/cabut`
pub async fn revoke(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "peran-dicabut", |desk, caller, form, person| {
        roles::revoke(desk, caller, person, role(form)?)
    })
    .await
}

fn role(form: &Form) -> Result<Role> {
    let role = typed(form, "role").and_then(Role::parse);
    role.ok_or_else(|| Error::field("/role", "required", "pilih satu peran"))
}

fn team(form: &Form) -> Result<TeamId> {
    let team = typed(form, "team_id").and_then(|team| team.parse().ok());
    team.map(TeamId).ok_or_else(|| Error::field("/team_id", "required", "pilih satu tim"))
}

/// `POST /admin/orang/{id}/gabung`
pub async fn join(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "tim-diikuti", |desk, caller, form, person| {
        teams::join(desk, caller, team(form)?, person)
    })
    .await
}

/// `POST /admin/orang/{id}/lepas`
pub async fn leave(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "tim-ditinggalkan", |desk, caller, form, person| {
        teams::leave(desk, caller, team(form)?, person)
    })
    .await
}

/// `POST /admin/orang/{id}/sandi`
pub async fn give_password(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "sandi-awal", |desk, caller, form, person| {
        access::begin(desk, caller, person, &form.input()?)
    })
    .await
}

/// `POST /admin/orang/{id}/buka`
pub async fn unlock(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "kunci-dibuka", |desk, caller, _, person| access::unlock(desk, caller, person)).await
}

/// `POST /admin/orang/{id}/pulihkan`
pub async fn trust_address(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "alamat-dipulihkan", |desk, caller, _, person| bounces::clear(desk, caller, person)).await
}

/// `POST /admin/orang/{id}/nonaktifkan`
pub async fn deactivate(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "dinonaktifkan", |desk, caller, form, person| {
        people::deactivate(desk, caller, person, &form.input()?)
    })
    .await
}

/// `POST /admin/orang/{id}/aktifkan`
pub async fn activate(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    act(visitor, &path, form, "diaktifkan", |desk, caller, _, person| {
        people::change(desk, caller, person, &Change { active: Some(true), ..Change::default() })
    })
    .await
}
