//! Everything that can be done to a ticket.

pub mod accept;
pub mod answer;
pub mod assign;
pub mod attach;
pub mod bulk;
pub mod cancel;
pub mod close;
pub mod colleagues;
pub mod compose;
pub mod consult;
pub mod edit;
pub mod erase;
pub mod follow;
pub mod give_back;
pub mod hand_over;
pub mod hold;
pub mod link;
pub mod list;
pub mod merge;
pub mod note;
pub mod open;
pub mod presence;
pub mod rate;
pub mod read;
pub mod reject;
pub mod release;
pub mod reopen;
pub mod reply;
pub mod resolve;
pub mod resume;
pub mod tag;
pub mod watch;
pub mod whole;
pub mod withdraw;

use serde::{Deserialize, Serialize};

use super::fields::one;
use super::{Caller, Desk, Result, Work};
use crate::domain::people::Actor;
use crate::domain::text::Body;

/// Input of a verb that takes nothing.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Input of a verb that needs a reason.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReasonInput)]
pub struct Reason {
    /// Why; people will read it.
    #[schema(min_length = 1, max_length = 20000)]
    pub reason: String,
}

impl Reason {
    fn parse(&self) -> Result<Body> {
        one("/reason", Body::parse(&self.reason))
    }
}

/// What a verb on a ticket leaves: its new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub version: i64,
}

/// Runs one verb as one transaction.
fn change(
    desk: &Desk,
    caller: &Caller,
    mut verb: impl FnMut(&mut Work<'_, '_>, &Actor) -> Result<i64>,
) -> Result<Done> {
    desk.act(caller, |work| Ok(Done { version: verb(work, &caller.actor)? }))
}
