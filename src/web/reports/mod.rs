//! Reports: which there are, one of them, its files, and the proof of its paper for everybody.

pub mod file;
pub mod list;
pub mod prove;
pub mod recipients;
pub mod show;
pub mod signing;

use serde::{Deserialize, Serialize};

use crate::domain::people::Actor;
use crate::domain::report::Scope;
use crate::services::reports::{list as listing, oversees};
use crate::services::{Desk, Result};

/// Whose reports, as the address has it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Query {
    opd: Option<String>,
}

impl Query {
    /// The code; an empty choice is all.
    fn opd(&self) -> Option<&str> {
        self.opd.as_deref().filter(|code| !code.is_empty())
    }
}

/// An OPD to choose.
#[derive(Debug, Serialize)]
struct Choice {
    code: String,
    name: String,
    chosen: bool,
}

/// Whose reports can be chosen: nothing for whoever reads those of one OPD alone.
fn choices(desk: &Desk, actor: &Actor, scope: Scope) -> Result<Vec<Choice>> {
    if !oversees(actor) {
        return Ok(Vec::new());
    }
    let opds = listing::opds(desk)?.into_iter();
    Ok(opds.map(|(id, named)| Choice { code: named.code, name: named.name, chosen: scope == Scope::One(id) }).collect())
}

/// What keeps the choice in an address.
pub(super) fn suffix(opd: Option<&str>) -> String {
    let query = opd.map(|opd| [("opd", opd)]).and_then(|query| serde_html_form::to_string(query).ok());
    query.map(|query| format!("?{query}")).unwrap_or_default()
}
