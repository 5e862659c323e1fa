//! The outbox as those who keep the desk look at it: what leaves, what has left, what was given up. Every list
//! and count is answered by an index, however much has left before.

use chrono::NaiveDateTime;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::schema::{outbox, person};
use super::{Conn, Error, Tx, stored};
use crate::domain::Instant;
use crate::domain::ids::PersonId;

/// A notice in the log.
#[derive(Clone, Debug, Queryable)]
pub struct MailRow {
    pub id: i64,
    /// What is told: [`crate::domain::notice::Notice`].
    pub notice: String,
    pub state: String,
    /// [`crate::domain::notice::Urgency`].
    pub urgency: i64,
    pub attempts: i64,
    pub queued_at: NaiveDateTime,
    pub due_at: NaiveDateTime,
    /// When a mail server took it, or when it was given up.
    pub ended_at: Option<NaiveDateTime>,
    /// What the mail server said last.
    pub answer: Option<String>,
    /// The notice that tells of this one among others.
    pub digest_id: Option<i64>,
    pub recipient_id: Option<i64>,
    pub recipient: Option<String>,
    pub email: Option<String>,
    /// Of nobody we know.
    pub address: Option<String>,
}

/// Which part of the outbox, each in the order of its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything, the newest first.
    All,
    /// To leave by mail, the next to leave first.
    Queued,
    /// Sent, the last to leave first.
    Sent,
    /// Given up, the newest first.
    Dead,
    /// In this state beside the way by mail (`collected`, `digested`, `kept`), the newest first.
    Aside(&'static str),
    /// To these people, perhaps in a state only, the newest first.
    People(Vec<PersonId>, Option<&'static str>),
    /// To an address of nobody we know, perhaps in a state only, the newest first.
    Address(String, Option<&'static str>),
}

/// Where a page begins: behind this row. What is not part of the order is not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind {
    pub urgency: i64,
    /// When it is due, or when it left.
    pub at: Instant,
    pub id: i64,
}

/// How many notices there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub queued: i64,
    /// Since an instant.
    pub sent: i64,
    pub dead: i64,
    /// Waiting for the mail of the day.
    pub collected: i64,
}

/// Rows in a state, written out as the partial indexes have it: with bound words SQLite could not tell that they
/// answer the query.
macro_rules! within {
    ($query:expr, $words:literal) => {
        $query.filter(sql::<Bool>($words))
    };
}

/// A page of a part.
pub fn page(conn: &mut Conn, part: &Part, behind: Option<Behind>, limit: i64) -> Result<Vec<MailRow>, Error> {
    let query = outbox::table
        .left_join(person::table.on(outbox::recipient_id.eq(person::id.nullable())))
        .limit(limit)
        .select((
            outbox::id,
            outbox::notice,
            outbox::state,
            outbox::urgency,
            outbox::attempts,
            outbox::queued_at,
            outbox::due_at,
            outbox::ended_at,
            outbox::answer,
            outbox::digest_id,
            outbox::recipient_id,
            person::name.nullable(),
            person::email.nullable(),
            outbox::address,
        ))
        .into_boxed();
    let mut query = match part {
        Part::Queued => within!(query, "outbox.state = 'queued'").order((outbox::urgency, outbox::due_at, outbox::id)),
        Part::Sent => within!(query, "outbox.state = 'sent'").order((outbox::ended_at.desc(), outbox::id.desc())),
        Part::Dead => within!(query, "outbox.state = 'dead'").order(outbox::id.desc()),
        Part::Aside(state) => within!(query, "outbox.state IN ('collected', 'digested', 'kept')")
            .filter(outbox::state.eq(*state))
            .order((outbox::state, outbox::id.desc())),
        Part::People(people, _) => query
            .filter(outbox::recipient_id.eq_any(people.iter().map(|person| person.0).collect::<Vec<_>>()))
            .order(outbox::id.desc()),
        Part::Address(address, _) => within!(query, "outbox.address IS NOT NULL")
            .filter(outbox::address.eq(address.clone()))
            .order(outbox::id.desc()),
        Part::All => query.order(outbox::id.desc()),
    };
    if let Part::People(_, Some(state)) | Part::Address(_, Some(state)) = part {
        query = query.filter(outbox::state.eq(*state));
    }
    if let Some(Behind { urgency, at, id }) = behind {
        let at = stored(at);
        query = match part {
            // Each bound stands there again in a form that an index can begin at.
            Part::Queued => query.filter(outbox::urgency.ge(urgency)).filter(
                outbox::urgency.gt(urgency).or(outbox::due_at.gt(at)).or(outbox::due_at.eq(at).and(outbox::id.gt(id))),
            ),
            Part::Sent => query
                .filter(outbox::ended_at.le(at))
                .filter(outbox::ended_at.lt(at).or(outbox::id.lt(id)).assume_not_null()),
            Part::All | Part::Dead | Part::Aside(_) | Part::People(..) | Part::Address(..) => {
                query.filter(outbox::id.lt(id))
            }
        };
    }
    Ok(query.load(conn)?)
}

/// How many notices there are in the states that somebody may have to act on, and how many have left since an
/// instant.
pub fn counts(conn: &mut Conn, since: Instant) -> Result<Counts, Error> {
    let all = || outbox::table.select(count_star()).into_boxed();
    Ok(Counts {
        queued: within!(all(), "outbox.state = 'queued'").get_result(conn)?,
        sent: within!(all(), "outbox.state = 'sent'").filter(outbox::ended_at.ge(stored(since))).get_result(conn)?,
        dead: within!(all(), "outbox.state = 'dead'").get_result(conn)?,
        collected: within!(all(), "outbox.state = 'collected'").get_result(conn)?,
    })
}

/// How many notices were given up, counted up to `most`.
pub fn count_dead(conn: &mut Conn, most: i64) -> Result<i64, Error> {
    let ids: Vec<i64> = within!(outbox::table, "outbox.state = 'dead'")
        .order(outbox::id.desc())
        .limit(most)
        .select(outbox::id)
        .load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(most))
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Standing {
    pub urgency: i64,
    pub due_at: NaiveDateTime,
    pub ended_at: Option<NaiveDateTime>,
}

/// Where one notice stands.
pub fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Standing>, Error> {
    Ok(outbox::table.find(id).select((outbox::urgency, outbox::due_at, outbox::ended_at)).first(conn).optional()?)
}

/// How a notice begins anew, with all the time there is. What the server said last stays until it says
/// something else.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
struct Anew {
    state: &'static str,
    attempts: i64,
    due_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
}

fn anew(now: Instant) -> Anew {
    Anew { state: "queued", attempts: 0, due_at: stored(now), ended_at: None }
}

/// Queues a notice again that was given up; false if it was not given up. Of the mails that tell of others one
/// waits for a person at a time: `Exists` if another does.
pub fn revive(tx: &mut Tx<'_>, id: i64, now: Instant) -> Result<bool, Error> {
    let dead = outbox::table.find(id).filter(outbox::state.eq("dead"));
    Ok(diesel::update(dead).set(anew(now)).execute(&mut **tx)? == 1)
}

/// Queues everything again that was given up but the mails that tell of others; gives how many these are.
pub fn revive_all(tx: &mut Tx<'_>, now: Instant) -> Result<usize, Error> {
    let dead = within!(outbox::table, "outbox.state = 'dead'").filter(outbox::notice.ne_all(GATHERED));
    Ok(diesel::update(dead).set(anew(now)).execute(&mut **tx)?)
}

/// The notices of which one waits for a person at a time.
const GATHERED: [&str; 2] = ["digest", "alarm_digest"];

/// The mails that tell of others and were given up, for whose recipients none waits: of each kind the last one.
pub fn dead_digests(conn: &mut Conn) -> Result<Vec<i64>, Error> {
    let mut dead: Vec<(Option<i64>, String, i64)> = within!(outbox::table, "outbox.state = 'dead'")
        .filter(outbox::notice.eq_any(GATHERED))
        .order(outbox::id.desc())
        .select((outbox::recipient_id, outbox::notice, outbox::id))
        .load(conn)?;
    dead.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    // The sort leaves the last one first.
    dead.dedup_by(|a, b| (a.0, &a.1) == (b.0, &b.1));
    let mut free = Vec::new();
    for (recipient, notice, id) in dead {
        let waiting: Option<i64> = within!(outbox::table, "outbox.state = 'queued'")
            .filter(outbox::recipient_id.eq(recipient))
            .filter(outbox::notice.eq(notice))
            .select(outbox::id)
            .first(conn)
            .optional()?;
        if waiting.is_none() {
            free.push(id);
        }
    }
    Ok(free)
}
