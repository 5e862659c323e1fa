//! Oneself.

use actix_web::{get, put};

use super::views::PersonView;
use super::{Answer, READ_DIRECTORY, done, ok};
use crate::http::{Body, Request};
use crate::services::accounts::authenticate::Needs;
use crate::services::accounts::password;
use crate::services::admin::people;

/// Read one's own profile
#[utoipa::path(tag = "access", operation_id = "read_me", responses((status = 200, body = PersonView)))]
#[get("/me")]
pub async fn read(request: Request) -> Answer {
    let profile =
        request.run(READ_DIRECTORY, |desk, caller| people::read(desk, &caller.actor, caller.actor.id)).await?;
    ok(PersonView::from(profile))
}

/// Change one's password
///
/// Ends all sign-ins. Not possible with an API key.
#[utoipa::path(tag = "access", operation_id = "change_password", request_body = password::Input, responses((status = 204, description = "Changed")))]
#[put("/me/password")]
pub async fn change_password(request: Request, body: Body<password::Input>) -> Answer {
    request.run(Needs::SignIn, move |desk, caller| password::change(desk, caller, &body.value)).await?;
    done()
}
