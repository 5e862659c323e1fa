//! The own sessions in browsers: where one is signed in, and ending that.

use actix_web::web;
use serde::Serialize;

use super::super::Answer;
use super::super::form::Form;
use super::super::visitor::{Next, Visitor};
use super::super::words::When;
use super::{Drafts, build};
use crate::domain::people::Actor;
use crate::services::accounts::session;
use crate::services::{Desk, Error, Result};

/// A session.
#[derive(Debug, Serialize)]
pub struct Line {
    id: i64,
    browser: String,
    address: String,
    begun: When,
    seen: When,
    present: bool,
}

/// The actor's sessions, the present one first.
pub fn lines(desk: &Desk, actor: &Actor, secret: Option<&str>) -> Result<Vec<Line>> {
    let present = secret.map(|secret| session::present(desk, actor, secret)).transpose()?.flatten();
    let when = |at: chrono::NaiveDateTime| When::of(at.and_utc(), desk.now(), desk.zone);
    let mut lines: Vec<Line> = session::list(desk, actor)?
        .into_iter()
        .map(|row| Line {
            id: row.id,
            browser: browser(&row.browser),
            address: row.address,
            begun: when(row.signed_in_at),
            seen: when(row.seen_at),
            present: Some(row.id) == present,
        })
        .collect();
    lines.sort_by_key(|line| !line.present);
    Ok(lines)
}

/// What a browser says of itself, as people call it. Most pretend to be several others.
fn browser(text: &str) -> String {
    let first =
        |names: &[(&str, &'static str)]| names.iter().find(|(word, _)| text.contains(word)).map(|(_, name)| *name);
    let program = first(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} di {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Peramban lain".to_owned(),
    }
}

/// `POST /akun/sesi/{id}/akhiri`
pub async fn end_one(visitor: Visitor, path: web::Path<String>, form: Form) -> Answer {
    let secret = visitor.secret().map(str::to_owned);
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                let id = path.parse().map_err(|_| Error::NotFound)?;
                session::end_one(desk, caller, id)?;
                Ok(Next::saying("/akun", "sesi-diakhiri"))
            },
            move |desk, caller, _| build(desk, &caller.actor, secret.as_deref(), Drafts::default()),
        )
        .await
}

/// `POST /akun/sesi/lainnya`
pub async fn end_others(visitor: Visitor, form: Form) -> Answer {
    let secret = visitor.secret().map(str::to_owned);
    let kept = secret.clone();
    visitor
        .submit(
            form,
            move |desk, caller, _| {
                session::end_others(desk, caller, kept.as_deref().ok_or(Error::NotFound)?)?;
                Ok(Next::saying("/akun", "sesi-lain-diakhiri"))
            },
            move |desk, caller, _| build(desk, &caller.actor, secret.as_deref(), Drafts::default()),
        )
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_have_the_names_that_people_know() {
        for (says, named) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox di Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge di Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
                "Chrome di Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
                "Safari di iPhone",
            ),
            ("curl/8.0", "Peramban lain"),
        ] {
            assert_eq!(browser(says), named);
        }
    }
}
