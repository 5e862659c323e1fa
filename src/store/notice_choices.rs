//! How people want to be told of what.

use diesel::prelude::*;

use super::schema::{notice_choice, person};
use super::{Conn, Error, Tx, word};
use crate::domain::ids::PersonId;
use crate::domain::notice::{Topic, Way};

/// What somebody chose; what is not in it is as [`Topic::usual`] has it.
pub fn of(conn: &mut Conn, person: PersonId) -> Result<Vec<(Topic, Way)>, Error> {
    let rows: Vec<(String, String)> = notice_choice::table
        .filter(notice_choice::person_id.eq(person.0))
        .order(notice_choice::topic)
        .select((notice_choice::topic, notice_choice::way))
        .load(conn)?;
    rows.into_iter().map(|(topic, way)| Ok((word(Topic::parse, &topic)?, word(Way::parse, &way)?))).collect()
}

/// Sets what somebody chose for a topic; nothing leaves it to [`Topic::usual`].
pub fn set(tx: &mut Tx<'_>, person: PersonId, topic: Topic, way: Option<Way>) -> Result<(), Error> {
    let key = (person.0, topic.as_str());
    let Some(way) = way else {
        diesel::delete(notice_choice::table.find(key)).execute(&mut **tx)?;
        return Ok(());
    };
    let changed =
        diesel::update(notice_choice::table.find(key)).set(notice_choice::way.eq(way.as_str())).execute(&mut **tx)?;
    if changed == 0 {
        diesel::insert_into(notice_choice::table)
            .values((
                notice_choice::person_id.eq(person.0),
                notice_choice::topic.eq(topic.as_str()),
                notice_choice::way.eq(way.as_str()),
            ))
            .execute(&mut **tx)?;
    }
    Ok(())
}

/// What is to be known of somebody before telling them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Whether a mail to them came back.
    pub bounced: bool,
    pub choices: Vec<(Topic, Way)>,
}

/// The wishes of those among these people who have any, or whose mail came back; all others want what is usual.
pub fn among(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(PersonId, Wishes)>, Error> {
    let ids: Vec<i64> = people.iter().map(|person| person.0).collect();
    let rows: Vec<(i64, bool, Option<String>, Option<String>)> = person::table
        .left_join(notice_choice::table)
        .filter(person::id.eq_any(ids))
        .filter(person::bounced_at.is_not_null().or(notice_choice::topic.is_not_null()))
        .order(person::id)
        .select((
            person::id,
            person::bounced_at.is_not_null(),
            notice_choice::topic.nullable(),
            notice_choice::way.nullable(),
        ))
        .load(conn)?;
    let mut wishes: Vec<(PersonId, Wishes)> = Vec::new();
    for (id, bounced, topic, way) in rows {
        let person = PersonId(id);
        if wishes.last().is_none_or(|(last, _)| *last != person) {
            wishes.push((person, Wishes { bounced, choices: Vec::new() }));
        }
        if let (Some((_, last)), Some(topic), Some(way)) = (wishes.last_mut(), topic, way) {
            last.choices.push((word(Topic::parse, &topic)?, word(Way::parse, &way)?));
        }
    }
    Ok(wishes)
}
