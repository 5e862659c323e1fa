//! Tokens.

use actix_web::{post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, done, ok};
use crate::http::limits::SignInLimit;
use crate::http::{Body, Public};
use crate::services::accounts::{self, Tokens};

/// Tokens (RFC 6749, 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenView {
    /// For `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`
    pub token_type: String,
    /// Seconds for which the access token holds.
    pub expires_in: i64,
    /// Trades once for new tokens.
    pub refresh_token: String,
}

impl From<Tokens> for TokenView {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            token_type: "Bearer".to_owned(),
            expires_in: tokens.access_lifetime,
            refresh_token: tokens.refresh,
        }
    }
}

/// Sign in
///
/// Too many wrong tries lock the e-mail address for a while that doubles, whether anybody has it or not.
#[utoipa::path(tag = "access", operation_id = "create_token", request_body = accounts::sign_in::Input, responses((status = 200, body = TokenView)))]
#[post("/auth/token")]
pub async fn token(public: Public, limit: web::Data<SignInLimit>, body: Body<accounts::sign_in::Input>) -> Answer {
    limit.count(&public.peer)?;
    ok(TokenView::from(public.run(move |desk| accounts::sign_in::run(desk, &body.value)).await?))
}

/// Trade a refresh token for new tokens
///
/// Each refresh token can be used once; a second use ends the sign-in.
#[utoipa::path(tag = "access", operation_id = "refresh_token", request_body = accounts::refresh::Input, responses((status = 200, body = TokenView)))]
#[post("/auth/refresh")]
pub async fn refresh(public: Public, limit: web::Data<SignInLimit>, body: Body<accounts::refresh::Input>) -> Answer {
    limit.count(&public.peer)?;
    ok(TokenView::from(public.run(move |desk| accounts::refresh::run(desk, &body.value)).await?))
}

/// Sign out
#[utoipa::path(tag = "access", operation_id = "sign_out", request_body = accounts::refresh::Input, responses((status = 204, description = "Signed out")))]
#[post("/auth/sign-out")]
pub async fn sign_out(public: Public, limit: web::Data<SignInLimit>, body: Body<accounts::refresh::Input>) -> Answer {
    limit.count(&public.peer)?;
    public.run(move |desk| accounts::sign_out::run(desk, &body.value)).await?;
    done()
}
