//! Rates the help, once for each time that the ticket was resolved: one to five stars and a word. For the
//! requester alone.

use serde::Deserialize;
use serde_json::json;

use super::super::fields::Fields;
use super::super::work::{Details, load};
use super::super::{Caller, Desk, Result, Work};
use super::{Done, close};
use crate::domain::Refusal;
use crate::domain::conversation::MessageKind;
use crate::domain::event::EventKind;
use crate::domain::ids::TicketId;
use crate::domain::people::Actor;
use crate::domain::permission::Action;
use crate::domain::text::Body;
use crate::domain::ticket::Status;
use crate::store::ratings::{self, NewRating, RatingRow};

/// What the requester thinks of the help.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RateTicket)]
pub struct Input {
    /// From 1, very bad, to 5, very good.
    #[schema(minimum = 1, maximum = 5)]
    pub stars: i64,
    /// Why; the desk reads it.
    #[serde(default)]
    #[schema(max_length = 20000)]
    pub word: Option<String>,
    /// Confirms as well that it is resolved, which closes it. Nothing more happens if it is closed already.
    #[serde(default)]
    pub confirm: bool,
}

/// A checked rating.
#[derive(Clone, Debug)]
pub(crate) struct Opinion {
    pub stars: i64,
    pub word: Option<Body>,
}

/// Rates it.
pub fn run(desk: &Desk, caller: &Caller, id: TicketId, input: &Input) -> Result<Done> {
    let opinion = parse(input)?;
    super::change(desk, caller, |work, actor| apply(work, actor, id, &opinion, input.confirm))
}

fn parse(input: &Input) -> Result<Opinion> {
    let mut fields = Fields::default();
    if !(1..=5).contains(&input.stars) {
        fields.wrong("/stars", "out_of_range", "1 sampai 5");
    }
    let word = input.word.as_deref().filter(|word| !word.trim().is_empty());
    let word = fields.take_some("/word", word, Body::parse);
    fields.finish(Some(Opinion { stars: input.stars, word }))
}

/// Rates it, inside a transaction.
pub(crate) fn apply(
    work: &mut Work<'_, '_>,
    actor: &Actor,
    id: TicketId,
    opinion: &Opinion,
    confirm: bool,
) -> Result<i64> {
    let loaded = work.load(actor, id, Action::Rate)?;
    let before = loaded.ticket;
    before.check_rateable()?;
    if ratings::of_ticket(work.tx, id)?.iter().any(|rating| rating.round == before.reopenings) {
        return Err(Refusal::AlreadyRated.into());
    }
    let text = match &opinion.word {
        Some(word) => Some(work.text(id, MessageKind::Rating, Some(actor.id), word)?),
        None => None,
    };
    let (round, stars) = (before.reopenings, opinion.stars);
    let message = text.as_ref().map(|text| text.id);
    ratings::insert(work.tx, &NewRating { ticket: id, round, stars, message, at: work.now })?;
    let details = Details::none().with("rating", json!({"round": round, "stars": stars, "message": message}));
    let details = text.into_iter().fold(details, Details::text);
    let mut after = before.clone();
    work.record(EventKind::Rated, Some(actor.id), &before, &mut after, details)?;
    if confirm && after.status == Status::Resolved {
        return close::end(work, actor, &after);
    }
    Ok(after.version)
}

/// The ratings of a ticket in order, for whoever reads it.
pub fn list(desk: &Desk, actor: &Actor, id: TicketId) -> Result<Vec<RatingRow>> {
    desk.read(|conn| {
        load(conn, actor, id, Action::Read)?;
        Ok(ratings::of_ticket(conn, id)?)
    })
}
