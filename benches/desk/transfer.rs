//! Takes the tickets of a filled SQLite database over into PostgreSQL, so that both hold the same, in
//! minutes instead of the hours that a million single inserts would need.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, ensure};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::postgres::Cluster;

/// A row of one column.
#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Copies every table. The index for searching is made afterwards, as after any bulk load.
pub fn run(cluster: &Cluster, from: &Path, database: &str) -> anyhow::Result<()> {
    let mut conn = SqliteConnection::establish(&from.display().to_string())?;
    let tables = texts(
        &mut conn,
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name NOT LIKE 'ticket\\_search\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
    )?;
    let index = cluster.definition(database, "ticket_search_document")?;
    cluster.run(database, "DROP INDEX ticket_search_document")?;
    cluster.run(database, &format!("TRUNCATE {} CASCADE", tables.join(", ")))?;
    for table in &tables {
        copy(cluster, &mut conn, database, table)?;
    }
    cluster.run(
        database,
        "DO $$ DECLARE t text; BEGIN FOR t IN SELECT table_name FROM information_schema.columns \
         WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES' LOOP \
         EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, ''id''), coalesce(max(id), 0) + 1, false) FROM %I', t, t); \
         END LOOP; END $$",
    )?;
    cluster.run(database, &index)
}

fn texts(conn: &mut SqliteConnection, sql: &str) -> anyhow::Result<Vec<String>> {
    Ok(diesel::sql_query(sql).load::<Line>(conn)?.into_iter().map(|row| row.line).collect())
}

/// SQLite writes the lines of CSV, `psql` reads them.
fn copy(cluster: &Cluster, conn: &mut SqliteConnection, database: &str, table: &str) -> anyhow::Result<()> {
    let mut columns = texts(conn, &format!("SELECT name AS line FROM pragma_table_info('{table}')"))?;
    if table == "ticket_search" {
        columns.insert(0, "rowid".to_owned());
    }
    let quoted = |column: &String| format!("coalesce('\"' || replace(\"{column}\", '\"', '\"\"') || '\"', '')");
    let line = columns.iter().map(quoted).collect::<Vec<_>>().join(" || ',' || ");
    let names = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
    let mut psql = cluster
        .program("psql")
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-c", "SET session_replication_role = replica", "-c"])
        .arg(format!("COPY {table} ({names}) FROM STDIN (FORMAT csv)"))
        .arg(cluster.url(database))
        .stdin(Stdio::piped())
        .spawn()?;
    let mut input = BufWriter::new(psql.stdin.take().context("psql has an input")?);
    let sql = format!("SELECT {line} AS line FROM {table}");
    for row in diesel::sql_query(sql).load_iter::<Line, diesel::connection::DefaultLoadingMode>(conn)? {
        writeln!(input, "{}", row?.line)?;
    }
    input.flush()?;
    drop(input);
    ensure!(psql.wait()?.success(), "psql could not read {table}");
    Ok(())
}
