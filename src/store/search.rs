//! Full-text search, scope inside: FTS5 on SQLite, `tsvector` with the `indonesian` configuration on
//! PostgreSQL, behind one function.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use super::keep::Keep;
use super::schema::ticket_search;
use super::{Error, Tx};
use crate::domain::ids::TicketId;
use crate::domain::scope::Reader;

/// What the index holds of a ticket.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    pub ticket: TicketId,
    /// Number, subject, names, description, replies.
    pub public: &'a str,
    /// Notes, what was tried, instructions.
    pub internal: &'a str,
    /// See `domain::scope::words`.
    pub scope: &'a str,
}

/// Adds a ticket to the index.
pub fn insert(tx: &mut Tx<'_>, document: &Document<'_>) -> Result<(), Error> {
    diesel::insert_into(ticket_search::table)
        .values((
            ticket_search::rowid.eq(document.ticket.0),
            ticket_search::public_text.eq(normal(document.public)),
            ticket_search::internal_text.eq(normal(document.internal)),
            ticket_search::scope.eq(document.scope),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// Replaces what the index holds of a ticket.
pub fn replace(tx: &mut Tx<'_>, document: &Document<'_>) -> Result<(), Error> {
    diesel::update(ticket_search::table.find(document.ticket.0))
        .set((
            ticket_search::public_text.eq(normal(document.public)),
            ticket_search::internal_text.eq(normal(document.internal)),
            ticket_search::scope.eq(document.scope),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// Who may find a ticket, as the index has it.
pub fn scope(conn: &mut Conn, ticket: TicketId) -> Result<String, Error> {
    Ok(ticket_search::table.find(ticket.0).select(ticket_search::scope).get_result(conn)?)
}

/// What changes of a ticket in the index.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Added to what everybody finds who may see the ticket.
    pub public: Vec<String>,
    /// Added to what only those find who work on it.
    pub internal: Vec<String>,
    /// Who may find it from now on.
    pub scope: Option<String>,
}

/// Changes a ticket in the index, in one statement: the databases cut all of its words anew for each.
pub fn update(tx: &mut Tx<'_>, ticket: TicketId, change: &Change) -> Result<(), Error> {
    let Change { public, internal, scope } = change;
    if public.is_empty() && internal.is_empty() && scope.is_none() {
        return Ok(());
    }
    let added =
        |texts: &[String]| (!texts.is_empty()).then(|| texts.iter().map(|text| format!(" {}", normal(text))).collect());
    let (public, internal): (Option<String>, Option<String>) = (added(public), added(internal));
    diesel::update(ticket_search::table.find(ticket.0))
        .set((
            public.map(|text| ticket_search::public_text.eq(ticket_search::public_text.concat(text))),
            internal.map(|text| ticket_search::internal_text.eq(ticket_search::internal_text.concat(text))),
            scope.as_ref().map(|scope| ticket_search::scope.eq(scope)),
        ))
        .keep()
        .execute(&mut **tx)?;
    Ok(())
}

/// A text as both databases cut it into the same words: everything but letters and digits is a space.
/// Without this PostgreSQL keeps `sipadi.daerah.go.id` as one word and reads `-000412` as a number.
fn normal(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// Puts the search index in order, a step of some milliseconds at a time: SQLite appends a piece for every
/// transaction, and searching pays for each piece. `begin` starts over with all of them; otherwise what was
/// begun goes on. PostgreSQL keeps its index in order by itself.
pub fn tidy(tx: &mut Tx<'_>, begin: bool) -> Result<(), Error> {
    let Conn::Sqlite(conn) = &mut **tx else { return Ok(()) };
    let pages = if begin { -PAGES } else { PAGES };
    diesel::sql_query("INSERT INTO ticket_search (ticket_search, rank) VALUES ('merge', ?)")
        .bind::<BigInt, _>(pages)
        .execute(conn)?;
    Ok(())
}

/// How many pages of the index a step of [`tidy`] writes.
const PAGES: i64 = 500;

/// The words of a query, at most ten: letters and digits, lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(10).map(str::to_lowercase).collect()
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    rowid: i64,
}

/// The tickets that hold all words of `text` and that the reader may find, newest first, with ids
/// below `before`. A text without any word finds nothing.
pub fn find(
    conn: &mut Conn,
    reader: &Reader,
    text: &str,
    before: TicketId,
    limit: i64,
) -> Result<Vec<TicketId>, Error> {
    let words = words(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    match conn {
        Conn::Sqlite(conn) => {
            let found = diesel::sql_query(
                "SELECT rowid FROM ticket_search WHERE ticket_search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
            )
            .bind::<Text, _>(fts5_query(reader, &words))
            .bind::<BigInt, _>(before.0)
            .bind::<BigInt, _>(limit)
            .keep()
            .load(conn)?;
            Ok(ids(found))
        }
        Conn::Postgres(conn) => newest_first(conn, reader, &words, before, limit),
    }
}

fn ids(found: Vec<Found>) -> Vec<TicketId> {
    found.into_iter().map(|row| TicketId(row.rowid)).collect()
}

/// Neighbourhoods of ids in the index of PostgreSQL: the letter of their words, and how many bits of the id
/// they leave out.
const NEIGHBOURHOODS: [(char, u32); 4] = [('h', 7), ('i', 10), ('j', 13), ('k', 16)];

/// So few in the second neighbourhood, of a thousand ids or two, mean some thousands among a million.
const FEW: usize = 4;

/// A GIN index gives all that fits, in no order; of a frequent word that is half of all tickets. So the
/// newest ids are asked first, then wider neighbourhoods, until the page is full. The work follows the
/// size of the page, not the number of tickets.
fn newest_first(
    conn: &mut PgConnection,
    reader: &Reader,
    words: &[String],
    before: TicketId,
    limit: i64,
) -> Result<Vec<TicketId>, Error> {
    let newest: Option<i64> = ticket_search::table.select(diesel::dsl::max(ticket_search::rowid)).first(conn)?;
    let mut below = before.0.min(newest.unwrap_or(0) + 1);
    let mut found = Vec::new();
    let mut level = 0;
    while let Some((letter, bits)) = NEIGHBOURHOODS.get(level) {
        let last = (below - 1) >> bits;
        let nearby = format!("'#{letter}{last}' | '#{letter}{}'", last - 1);
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        let more = in_neighbourhood(conn, reader, words, (&nearby, below), left)?;
        // Of what is this rare there is little anywhere, and neighbourhoods only cost time.
        let is_rare = level > 0 && more.len() < FEW;
        level = if is_rare { NEIGHBOURHOODS.len() } else { level + 1 };
        found.extend(more);
        below = (last - 1) << bits;
        if below <= 1 || i64::try_from(found.len()).unwrap_or(limit) >= limit {
            return Ok(found);
        }
    }
    let left = limit - i64::try_from(found.len()).unwrap_or(limit);
    found.extend(in_neighbourhood(conn, reader, words, ("", below), left)?);
    Ok(found)
}

/// Searches one neighbourhood, or everywhere if it is empty, below an id. The neighbourhood is a condition
/// of its own: GIN walks several conditions by leaps from one to the next that may fit, but within one it
/// looks at every ticket of its rarest word. Ordering by `rowid + 0` keeps the planner from walking along
/// the primary key and reading the text of every ticket.
fn in_neighbourhood(
    conn: &mut PgConnection,
    reader: &Reader,
    words: &[String],
    (nearby, below): (&str, i64),
    limit: i64,
) -> Result<Vec<TicketId>, Error> {
    let (staff, public) = scope_queries(reader);
    let is_near = if nearby.is_empty() { "" } else { "AND document @@ $5::tsquery" };
    let found = diesel::sql_query(format!(
        "SELECT rowid FROM ticket_search, \
         (SELECT to_tsquery('indonesian', $1) AS q, to_tsquery('indonesian', $2) AS qa) AS query \
         WHERE numnode(q) > 0 AND document @@ ((q && $3::tsquery) || (qa && $4::tsquery)) {is_near} \
         AND rowid + 0 < $6 ORDER BY rowid + 0 DESC LIMIT $7",
    ))
    .bind::<Text, _>(words.join(" & "))
    .bind::<Text, _>(words.iter().map(|word| format!("{word}:A")).collect::<Vec<_>>().join(" & "))
    .bind::<Text, _>(staff)
    .bind::<Text, _>(public)
    .bind::<Text, _>(nearby)
    .bind::<BigInt, _>(below)
    .bind::<BigInt, _>(limit)
    .keep()
    .load(conn)?;
    Ok(ids(found))
}

/// Scope words hold only letters and digits behind their `#`, which the tokenizer drops.
fn fts5_query(reader: &Reader, words: &[String]) -> String {
    let quoted = |word: &String| format!("\"{word}\"");
    let all = words.iter().map(quoted).collect::<Vec<_>>().join(" AND ");
    let any = |words: &[String]| words.iter().map(quoted).collect::<Vec<_>>().join(" OR ");
    let public = format!("((scope : ({})) AND (public_text : ({all})))", any(&reader.public));
    if reader.staff.is_empty() {
        return public;
    }
    let staff = any(&reader.staff);
    format!("((scope : ({staff})) AND ({{public_text internal_text}} : ({all}))) OR {public}")
}

fn scope_queries(reader: &Reader) -> (String, String) {
    let quoted = |word: &String| format!("'{word}'");
    // No ticket has the scope word '#': an empty list finds nothing.
    let any = |words: &[String]| words.iter().map(quoted).chain(["'#'".to_owned()]).collect::<Vec<_>>().join(" | ");
    (any(&reader.staff), any(&reader.public))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_and_digits_reach_the_index() {
        assert_eq!(words("Wi-Fi: \"mati\" OR rowid*'; --"), ["wi", "fi", "mati", "or", "rowid"]);
        assert_eq!(words("a b c d e f g h i j k l").len(), 10);
        assert!(words("%% '\" ()").is_empty());
    }
}
