//! Who looks at a page: reads the cookies, proves the session, runs the work on a blocking thread, and
//! renders what comes of it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::cookie::time::Duration as CookieTime;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use super::Answer;
use super::draft::Draft;
use super::fault::Fault;
use super::form::Form;
use super::frame::{Counted, Frame, Place};
use super::{templates, words};
use crate::domain::chain::{hex, unhex};
use crate::domain::people::{Actor, Role};
use crate::http::Problem;
use crate::http::request::{blocking, desk_of, peer_of};
use crate::services::accounts::first;
use crate::services::accounts::session::{self, Client, Session};
use crate::services::admin::mail;
use crate::services::notifications::unread;
use crate::services::{AuthProblem, Caller, Desk, Error, Idempotency, Result, accounts};

/// The cookie with the secret of a session.
const SESSION: &str = "kentongan";

/// The cookie of whoever is not signed in: what proves their forms.
const GUEST: &str = "kentongan_tamu";

/// The cookie with what the next page says has been done.
const NEWS: &str = "kentongan_kabar";

/// The header of what a page asks for by itself. It does not keep anybody signed in.
const QUIET: &str = "x-quiet";

/// What pages may load and do: our own files and nothing else; no code or style within the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page: everything that its template shows.
pub trait Page: Serialize + Send + 'static {
    /// Its template.
    const TEMPLATE: &'static str;
    /// Where it is in the navigation.
    const PLACE: Place;
    /// What the browser calls it.
    fn title(&self) -> String;

    /// Where it is in the navigation of whoever looks.
    fn place(&self) -> Place {
        Self::PLACE
    }
}

/// Where to go after something was done, and what to say there.
#[derive(Clone, Debug)]
pub struct Next {
    pub to: String,
    /// A word of `words::news`, with a ticket number behind a colon if the sentence has one.
    pub news: Option<String>,
    /// The secret of a session that began with it.
    pub session: Option<String>,
}

impl Next {
    /// To an address, saying that something was done.
    pub fn saying(to: impl Into<String>, news: impl Into<String>) -> Self {
        Self { to: to.into(), news: Some(news.into()), session: None }
    }

    /// To an address.
    pub fn to(to: impl Into<String>) -> Self {
        Self { to: to.into(), news: None, session: None }
    }

    /// With a session that begins.
    pub fn with_session(self, secret: String) -> Self {
        Self { session: Some(secret), ..self }
    }
}

/// From which page a form comes. One for anybody proves nothing for somebody: a neighbouring site of the same
/// domain could have planted its cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Session,
    Guest,
}

/// A request from a browser.
#[derive(Clone)]
pub struct Visitor {
    desk: Arc<Desk>,
    session: Option<String>,
    guest: Option<String>,
    news: Option<String>,
    /// Whether the page asks by itself, nobody having done anything.
    quiet: bool,
    /// Path and query that were asked for.
    address: String,
    /// Where to come back to after signing in: the same page, or the one that a form belongs to.
    back: String,
    pub client: Client,
}

impl FromRequest for Visitor {
    type Error = Infallible;
    type Future = Ready<std::result::Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::read(request)))
    }
}

impl Visitor {
    pub(super) fn read(request: &HttpRequest) -> Self {
        let desk = desk_of(request);
        let cookie = |name: &str| request.cookie(name).map(|c| c.value().to_owned()).filter(|v| !v.is_empty());
        let browser = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let peer = peer_of(request, &desk);
        let quiet = request.headers().contains_key(QUIET);
        let address = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let page = request.path().rsplit_once('/').map_or("/", |(page, _)| page);
        let back = if request.method() == Method::GET { address.clone() } else { page.to_owned() };
        Self {
            session: cookie(SESSION),
            guest: cookie(GUEST),
            // It is for whoever looks at the next page.
            news: cookie(NEWS).filter(|_| !quiet),
            quiet,
            address,
            back,
            client: Client { browser: browser.unwrap_or_default().to_owned(), address: peer },
            desk,
        }
    }

    /// Whether the page asks by itself, nobody having done anything.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// The desk.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The ticket that a path names; what is no number of ours names none.
    pub fn ticket(&self, number: &str) -> std::result::Result<crate::domain::ids::TicketId, Fault> {
        self.desk.prefix.read(number).ok_or_else(Fault::not_found)
    }

    /// What proves that a form came from a page that we gave to this browser.
    fn seal(&self, secret: &str) -> String {
        self.desk.fingerprint(&format!("form {secret}"))
    }

    /// The seal behind a mask of its own for each page, so that pressed pages do not tell it (BREACH).
    fn token(&self) -> String {
        let secret = self.session.as_ref().or(self.guest.as_ref());
        let Some(seal) = secret.and_then(|secret| unhex(&self.seal(secret))) else { return String::new() };
        let mask = rand::random::<[u8; 32]>();
        let masked: Vec<u8> = seal.iter().zip(mask).map(|(a, b)| a ^ b).collect();
        hex(&mask) + &hex(&masked)
    }

    /// Whose page a form's token comes from, if it is ours: of the session, or of a page for anybody, which
    /// whoever is signed in or was so until now may have before them too.
    pub fn proves(&self, token: &str) -> Option<Proof> {
        let bytes = unhex(token)?;
        let (mask, masked) = bytes.split_at_checked(32)?;
        let unmasked: Vec<u8> = mask.iter().zip(masked).map(|(a, b)| a ^ b).collect();
        let unmasked = hex(&unmasked);
        let known = [(&self.session, Proof::Session), (&self.guest, Proof::Guest)];
        let ours = |secret: &Option<String>| secret.as_ref().is_some_and(|secret| self.seal(secret) == unmasked);
        known.into_iter().find(|(secret, _)| masked.len() == 32 && ours(secret)).map(|(_, proof)| proof)
    }

    /// Who is signed in; whoever is not is sent to sign in, and back here afterwards.
    fn resume(&self) -> std::result::Result<Session, Fault> {
        let missing = Error::Unauthenticated(AuthProblem::Missing);
        let secret = self.session.as_deref().ok_or(missing);
        let known = if self.quiet { session::look } else { session::resume };
        secret.and_then(|secret| known(&self.desk, secret)).map_err(|error| match error {
            Error::Unauthenticated(_) => self.stranger(),
            other => other.into(),
        })
    }

    /// Where whoever is not signed in goes: to sign in, or to the first start while nobody is known.
    fn stranger(&self) -> Fault {
        match first::is_first(&self.desk) {
            Ok(true) => Fault::Begin,
            Ok(false) => Fault::sign_in(&self.back),
            Err(error) => error.into(),
        }
    }

    fn frame<P: Page>(&self, page: &P, session: Option<&Session>) -> Result<Frame> {
        let counted = session.map(|session| self.count(&session.actor)).transpose()?;
        let session = session.zip(counted);
        Ok(Frame::new(&self.desk, session, page.place(), page.title(), self.token(), self.news.as_deref()))
    }

    /// What the frame of every page counts. Nothing here may cost more the longer the desk is in use.
    fn count(&self, actor: &Actor) -> Result<Counted> {
        let unseen = unread::count(&self.desk, actor)?;
        let dead = if actor.has(Role::Admin) { mail::dead(&self.desk, actor)? } else { 0 };
        Ok(Counted { unseen, dead })
    }

    /// Shows a page to somebody who is signed in.
    pub async fn show<P: Page>(self, build: impl FnOnce(&Desk, &Caller) -> Result<P> + Send + 'static) -> Answer {
        let visitor = self.clone();
        let text = run(move || {
            let session = self.resume()?;
            let page = build(&self.desk, &Caller::plain(session.actor.clone()))?;
            Ok(render(&self.frame(&page, Some(&session))?, &page)?)
        })
        .await?;
        Ok(visitor.html(StatusCode::OK, text))
    }

    /// Gives something other than a page to somebody who is signed in.
    pub async fn give<T: Send + 'static>(
        self,
        read: impl FnOnce(&Desk, &Caller) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Fault> {
        run(move || {
            let session = self.resume()?;
            Ok(read(&self.desk, &Caller::plain(session.actor))?)
        })
        .await
    }

    /// Does what a page asks for that shows nothing of it.
    pub async fn heed<T: Send + 'static>(
        self,
        form: Form,
        act: impl FnOnce(&Desk, &Caller, &Form) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Fault> {
        run(move || {
            let caller = self.caller(&self.resume()?, &form)?;
            Ok(act(&self.desk, &caller, &form)?)
        })
        .await
    }

    /// Reads for somebody who is signed in, without keeping them signed in; whoever is not gets no page.
    pub async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Desk, Session) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let (desk, secret) = (Arc::clone(&self.desk), self.session.clone());
        blocking(move || {
            let secret = secret.ok_or(Error::Unauthenticated(AuthProblem::Missing))?;
            read(&desk, session::look(&desk, &secret)?)
        })
        .await
    }

    /// Does what a form asks for, then goes on to where that says. If it is refused, the page comes again with
    /// what was typed and what is wrong.
    pub async fn submit<P: Page>(
        self,
        form: Form,
        act: impl FnOnce(&Desk, &Caller, &Form) -> Result<Next> + Send + 'static,
        again: impl FnOnce(&Desk, &Caller, Draft) -> Result<P> + Send + 'static,
    ) -> Answer {
        let visitor = self.clone();
        let outcome = self.attempt(form, act, again, |_, _, next| Ok(next)).await?;
        Ok(match outcome {
            Ok(next) => visitor.go(&next),
            Err((status, text)) => visitor.html(status, text),
        })
    }

    /// Does what a form asks for and shows what came of it, which is never shown again.
    pub async fn submit_showing<P: Page, A: Page>(
        self,
        form: Form,
        act: impl FnOnce(&Desk, &Caller, &Form) -> Result<P> + Send + 'static,
        again: impl FnOnce(&Desk, &Caller, Draft) -> Result<A> + Send + 'static,
    ) -> Answer {
        let visitor = self.clone();
        let shown = |visitor: &Self, session: &Session, page: P| render(&visitor.frame(&page, Some(session))?, &page);
        let outcome = self.attempt(form, act, again, shown).await?;
        Ok(match outcome {
            Ok(text) => visitor.html(StatusCode::OK, text),
            Err((status, text)) => visitor.html(status, text),
        })
    }

    /// Does what a form asks for, and makes something of what came of it; or gives the page of the form again,
    /// with its status, if it is refused.
    async fn attempt<T: 'static, U: Send + 'static, P: Page>(
        self,
        form: Form,
        act: impl FnOnce(&Desk, &Caller, &Form) -> Result<T> + Send + 'static,
        again: impl FnOnce(&Desk, &Caller, Draft) -> Result<P> + Send + 'static,
        finish: impl FnOnce(&Self, &Session, T) -> Result<U> + Send + 'static,
    ) -> std::result::Result<std::result::Result<U, (StatusCode, String)>, Fault> {
        run(move || {
            let session = self.resume()?;
            let caller = self.caller(&session, &form)?;
            match act(&self.desk, &caller, &form) {
                Ok(done) => Ok(Ok(finish(&self, &session, done)?)),
                Err(error) if is_mistake(&error) => {
                    let problem = Problem::from(error);
                    let page = again(&self.desk, &Caller::plain(caller.actor), Draft::refused(&form, &problem))?;
                    Ok(Err((problem.status, render(&self.frame(&page, Some(&session))?, &page)?)))
                }
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    /// Shows the page of a form again with what was typed, doing nothing: for a button that only looks
    /// something up.
    pub async fn redraw<P: Page>(
        self,
        form: Form,
        build: impl FnOnce(&Desk, &Caller, Draft) -> Result<P> + Send + 'static,
    ) -> Answer {
        self.show(move |desk, caller| build(desk, caller, Draft::kept(&form))).await
    }

    fn caller(&self, session: &Session, form: &Form) -> std::result::Result<Caller, Fault> {
        form.require_session()?;
        let print = self.desk.fingerprint(&format!("{} {}", self.address, form.print()));
        let idempotency =
            (!form.nonce.is_empty()).then(|| Idempotency { key: format!("form-{print}"), fingerprint: print.clone() });
        Ok(Caller { actor: session.actor.clone(), idempotency, if_match: form.version })
    }

    /// Shows a page to anybody, once somebody is known.
    pub async fn show_anybody<P: Page>(self, build: impl FnOnce(&Desk) -> Result<P> + Send + 'static) -> Answer {
        self.show_guest(|desk| if first::is_first(desk)? { Err(Fault::Begin) } else { Ok(build(desk)?) }).await
    }

    /// Shows the first start.
    pub async fn show_first<P: Page>(self, build: impl FnOnce(&Desk) -> Result<P> + Send + 'static) -> Answer {
        self.show_guest(|desk| if first::is_first(desk)? { Ok(build(desk)?) } else { Err(Fault::not_found()) }).await
    }

    async fn show_guest<P: Page>(
        mut self,
        build: impl FnOnce(&Desk) -> std::result::Result<P, Fault> + Send + 'static,
    ) -> Answer {
        // Whoever looks at it as a guest gets what proves a guest's form.
        self.session = None;
        if self.guest.is_none() {
            self.guest = Some(accounts::secret::random());
        }
        let visitor = self.clone();
        let text = run(move || {
            let page = build(&self.desk)?;
            Ok(render(&self.frame(&page, None)?, &page)?)
        })
        .await?;
        let mut response = visitor.html(StatusCode::OK, text);
        if let Some(guest) = &visitor.guest {
            visitor.set(&mut response, GUEST, guest, None);
        }
        Ok(response)
    }

    /// Does what a form of anybody asks for.
    pub async fn submit_anybody<P: Page>(
        self,
        form: Form,
        act: impl FnOnce(&Desk, &Form) -> Result<Next> + Send + 'static,
        again: impl FnOnce(&Desk, Draft) -> Result<P> + Send + 'static,
    ) -> Answer {
        let visitor = self.clone();
        let outcome = run(move || match act(&self.desk, &form) {
            Ok(next) => Ok(Ok(next)),
            Err(error) if is_mistake(&error) => {
                let problem = Problem::from(error);
                let page = again(&self.desk, Draft::refused(&form, &problem))?;
                Ok(Err((problem, render(&self.frame(&page, None)?, &page)?)))
            }
            Err(error) => Err(error.into()),
        })
        .await?;
        Ok(match outcome {
            Ok(next) => visitor.go(&next),
            Err((problem, text)) => {
                let mut response = visitor.html(problem.status, text);
                if let Some(seconds) = problem.retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
                }
                response
            }
        })
    }

    /// Ends the session of this browser.
    pub async fn sign_out(self) -> Answer {
        let visitor = self.clone();
        run(move || match &self.session {
            Some(secret) => Ok(session::end(&self.desk, secret)?),
            None => Ok(()),
        })
        .await?;
        let mut response = visitor.go(&Next::saying("/masuk", "keluar"));
        visitor.set(&mut response, SESSION, "", Some(0));
        Ok(response)
    }

    /// The secret of the session that the browser shows, valid or not.
    pub fn secret(&self) -> Option<&str> {
        self.session.as_deref()
    }

    fn html(&self, status: StatusCode, text: String) -> HttpResponse {
        let mut response = html(&mut HttpResponse::build(status), text);
        if self.news.is_some() {
            forget_news(&mut response);
        }
        response
    }

    fn go(&self, next: &Next) -> HttpResponse {
        let mut response =
            HttpResponse::SeeOther().insert_header((header::LOCATION, words::own_address(&next.to))).finish();
        if let Some(news) = &next.news {
            self.set(&mut response, NEWS, news, Some(60));
        }
        if let Some(secret) = &next.session {
            self.set(&mut response, SESSION, secret, None);
        }
        response
    }

    fn set(&self, response: &mut HttpResponse, name: &'static str, value: &str, seconds: Option<i64>) {
        let mut cookie = Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.desk.config.server.public_url.starts_with("https://"))
            .finish();
        if let Some(seconds) = seconds {
            cookie.set_max_age(CookieTime::seconds(seconds));
        }
        response.add_cookie(&cookie).expect("names and values of our cookies are plain");
    }
}

/// Has the browser forget what the next page would say has been done.
pub(super) fn forget_news(response: &mut HttpResponse) {
    let cookie = Cookie::build(NEWS, "").path("/").max_age(CookieTime::ZERO).finish();
    response.add_cookie(&cookie).expect("names and values of our cookies are plain");
}

/// An answer that is a page.
pub(super) fn html(builder: &mut HttpResponseBuilder, text: String) -> HttpResponse {
    builder.content_type("text/html; charset=utf-8").insert_header((header::CONTENT_SECURITY_POLICY, POLICY)).body(text)
}

#[derive(Serialize)]
struct Whole<'a, P> {
    frame: &'a Frame,
    page: &'a P,
}

/// A page with its frame around it.
#[derive(Serialize)]
struct Framed<'a> {
    frame: &'a Frame,
    /// Of the page, rendered.
    body: &'a str,
}

/// The page first and the frame around it afterwards: a template within a template would get a copy of
/// everything that the page shows.
fn render<P: Page>(frame: &Frame, page: &P) -> Result<String> {
    let body = templates::render(P::TEMPLATE, &Whole { frame, page })?;
    templates::render("layouts/page", &Framed { frame, body: &body })
}

/// Whether whoever filled in a form can do something about it there.
fn is_mistake(error: &Error) -> bool {
    matches!(
        error,
        Error::Refused(_)
            | Error::Invalid(_)
            | Error::File(_)
            | Error::Signing(_)
            | Error::TooLarge(_)
            | Error::VersionChanged
            | Error::Conflict
            | Error::Unauthenticated(AuthProblem::Credentials)
            | Error::Locked(_)
    )
}

/// Runs work on a blocking thread.
async fn run<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, Fault> + Send + 'static,
) -> std::result::Result<T, Fault> {
    // A fault is a value on its way through the blocking thread.
    blocking(move || Ok(work())).await?
}
