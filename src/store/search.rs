//! Full-text search, scope inside: FTS5 on SQLite, `tsvector` with the `indonesian` configuration on
//! PostgreSQL, behind one function.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
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
        .execute(&mut **tx)?;
    Ok(())
}

/// Who may find a ticket, as the index has it.
pub fn scope(conn: &mut Conn, ticket: TicketId) -> Result<String, Error> {
    Ok(ticket_search::table.find(ticket.0).select(ticket_search::scope).get_result(conn)?)
}

/// Replaces who may find a ticket.
pub fn set_scope(tx: &mut Tx<'_>, ticket: TicketId, scope: &str) -> Result<(), Error> {
    diesel::update(ticket_search::table.find(ticket.0)).set(ticket_search::scope.eq(scope)).execute(&mut **tx)?;
    Ok(())
}

/// Adds words to a ticket's text.
pub fn append(tx: &mut Tx<'_>, ticket: TicketId, public: bool, text: &str) -> Result<(), Error> {
    let target = diesel::update(ticket_search::table.find(ticket.0));
    let text = format!(" {}", normal(text));
    if public {
        target.set(ticket_search::public_text.eq(ticket_search::public_text.concat(text))).execute(&mut **tx)?;
    } else {
        target.set(ticket_search::internal_text.eq(ticket_search::internal_text.concat(text))).execute(&mut **tx)?;
    }
    Ok(())
}

/// A text as both databases cut it into the same words: everything but letters and digits is a space.
/// Without this PostgreSQL keeps `sipadi.daerah.go.id` as one word and reads `-000412` as a number.
fn normal(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

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
    let found: Vec<Found> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(
            "SELECT rowid FROM ticket_search WHERE ticket_search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        )
        .bind::<Text, _>(fts5_query(reader, &words))
        .bind::<BigInt, _>(before.0)
        .bind::<BigInt, _>(limit)
        .load(conn)?,
        Conn::Postgres(conn) => {
            let (staff, public) = scope_queries(reader);
            diesel::sql_query(
                "SELECT rowid FROM ticket_search, \
                 (SELECT to_tsquery('indonesian', $1) AS q, to_tsquery('indonesian', $2) AS qa) AS query \
                 WHERE numnode(q) > 0 AND document @@ ((q && $3::tsquery) || (qa && $4::tsquery)) \
                 AND rowid < $5 ORDER BY rowid DESC LIMIT $6",
            )
            .bind::<Text, _>(words.join(" & "))
            .bind::<Text, _>(words.iter().map(|word| format!("{word}:A")).collect::<Vec<_>>().join(" & "))
            .bind::<Text, _>(staff)
            .bind::<Text, _>(public)
            .bind::<BigInt, _>(before.0)
            .bind::<BigInt, _>(limit)
            .load(conn)?
        }
    };
    Ok(found.into_iter().map(|row| TicketId(row.rowid)).collect())
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
