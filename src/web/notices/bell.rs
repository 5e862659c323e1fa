//! The bell in the frame of every page: how much is new.

use actix_web::HttpResponse;
use serde::Serialize;

use super::super::visitor::{Visitor, html};
use super::super::{Answer, templates};
use crate::services::notifications::unread;

/// The bell.
#[derive(Clone, Debug, Serialize)]
pub struct Bell {
    /// How many notices are new; nothing if none is.
    count: Option<String>,
    current: bool,
}

impl Bell {
    /// With so many new notices.
    pub fn of(unseen: i64, current: bool) -> Self {
        Self { count: (unseen > 0).then(|| capped(unseen)), current }
    }
}

/// A number of notices, as far as they are counted.
pub fn capped(unseen: i64) -> String {
    if unseen > unread::MOST { format!("{}+", unread::MOST) } else { unseen.to_string() }
}

/// `GET /kabar/lonceng`: the bell alone, for a page that stays open.
pub async fn show(visitor: Visitor) -> Answer {
    let bell = visitor
        .give(|desk, caller| {
            let bell = Bell::of(unread::count(desk, &caller.actor)?, false);
            templates::render("partials/bell", &bell)
        })
        .await?;
    Ok(html(&mut HttpResponse::Ok(), bell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_said_to_be_many() {
        for (unseen, said) in [(1, "1"), (99, "99"), (100, "99+")] {
            assert_eq!(capped(unseen), said);
        }
    }
}
