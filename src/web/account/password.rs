//! `POST /akun/sandi`: changes the own password; this browser stays signed in, all others do not.

use actix_web::web;

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::{Drafts, build};
use crate::http::limits::SignInLimit;
use crate::services::accounts::password;

/// `POST /akun/sandi`
pub async fn submit(visitor: Visitor, form: Form, limit: web::Data<SignInLimit>) -> Answer {
    limit.count(&visitor.client.address)?;
    let (client, secret) = (visitor.client.clone(), visitor.secret().map(str::to_owned));
    visitor
        .submit(
            form,
            move |desk, caller, form| {
                let fresh = password::change_in_browser(desk, caller, &form.input()?, &client)?;
                Ok(Next::saying("/akun", "sandi-diganti").with_session(fresh))
            },
            move |desk, caller, mut draft| {
                draft.values.clear();
                build(desk, &caller.actor, secret.as_deref(), Drafts { password: draft, ..Drafts::default() })
            },
        )
        .await
}
