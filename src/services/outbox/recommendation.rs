//! What a notice of a recommendation says to its recipient, if they may still see it.

use super::super::evaluations::happened;
use super::super::{Desk, Error, Result};
use super::prepare::{INACTIVE, MOST_TEXT, Prepared, letter, page, sent, words};
use crate::domain::evaluation::{Right, may, standings};
use crate::domain::ids::{PersonId, RecommendationId};
use crate::domain::local_time::spoken_date;
use crate::domain::mail::letter::Template;
use crate::domain::spoken::Spoken;
use crate::store::deliveries::Claimed;
use crate::store::{people, recommendations};

/// Prepares it.
pub(super) fn prepare(desk: &Desk, claimed: &Claimed, person: PersonId, happening: i64) -> Result<Prepared> {
    let today = desk.today();
    desk.read(|conn| {
        let row = people::by_id(conn, person)?;
        let (Some(row), Some(actor)) = (row, people::actor(conn, person, today)?) else {
            return Ok(Prepared::Kept(INACTIVE));
        };
        let gone = || Error::Internal(format!("notice {}: no such happening", claimed.id));
        let told = happened::one(conn, happening)?.ok_or_else(gone)?;
        let of = RecommendationId(told.row.recommendation_id);
        let recommendation = recommendations::by_id(conn, of)?.ok_or_else(gone)?;
        let standings = standings(&actor, recommendation.owner(), recommendation.evaluated());
        if may(&standings, Right::See).is_err() {
            return Ok(Prepared::Kept("the person may not see the recommendation"));
        }
        let mut words = words(&desk.config, Template::Notice(claimed.notice));
        words.name = row.name;
        words.url = page(&desk.config, &format!("/evaluasi/{}#r-{of}", recommendation.evaluation_id));
        // Within a sentence.
        let advice = recommendation.body.split_whitespace().collect::<Vec<_>>().join(" ");
        words.subject = advice.trim_end_matches('.').to_owned();
        words.text = told.said();
        words.did = told.kind.label().to_owned();
        words.status = told.status.label().to_owned();
        words.opd = recommendation.owner_name;
        words.actor = told.row.actor.unwrap_or_else(|| "Sistem".to_owned());
        words.until = Some(spoken_date(recommendation.due_on));
        if let Some(text) = words.text.as_mut().filter(|text| text.chars().count() > MOST_TEXT) {
            words.cut = true;
            *text = text.chars().take(MOST_TEXT).collect();
        }
        let mut letter = letter(desk, claimed, words);
        letter.email = row.email;
        Ok(sent(letter))
    })
}
