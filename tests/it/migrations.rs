//! Bringing databases to this version, and refusing what is newer.

use std::collections::BTreeMap;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::support::database::{Database, Kind, on_both};
use crate::support::program::run;

#[test]
fn migrating_twice_does_nothing_the_second_time() {
    on_both(|kind| {
        let database = Database::empty(kind);
        let status = run(&database, &["migrate", "--status"]);
        assert!(String::from_utf8(status.stdout).unwrap().contains("missing  2026-11-22-000001_initial"));
        let first = run(&database, &["migrate"]);
        assert!(String::from_utf8(first.stdout).unwrap().contains("applied: 2026-11-22-000001_initial"));
        let second = run(&database, &["migrate"]);
        assert!(String::from_utf8(second.stdout).unwrap().starts_with("nothing to do"));
    });
}

#[test]
fn every_migration_can_be_undone_and_done_again() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        assert!(run(&database, &["migrate", "--down"]).status.success());
        assert!(run(&database, &["migrate"]).status.success());
    });
}

#[test]
fn programs_that_start_together_on_a_new_database_all_work() {
    on_both(|kind| {
        let database = Database::empty(kind);
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..4).map(|_| scope.spawn(|| run(&database, &["migrate"]))).collect();
            for one in running {
                let output = one.join().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
        });
    });
}

#[test]
fn a_database_that_is_newer_is_refused_and_left_alone() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        database.tamper("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
        for command in ["serve", "migrate", "verify"] {
            let output = run(&database, &[command]);
            assert!(!output.status.success());
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(text.contains("newer than this program") && text.contains("20991231000001"), "{text}");
        }
    });
}

#[test]
fn mistakes_in_the_configuration_are_told_before_anything_happens() {
    let database = Database::empty(Kind::Sqlite);
    let with = |name: &str, value: &str| {
        let output = crate::support::program::command(&database, &["serve"]).env(name, value).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(with("KENTONGAN_SERVER__PORT", "1").contains("unknown key server.port"));
    assert!(
        with("KENTONGAN_DATABASE__URL", "mysql://x").contains("database.url must begin with sqlite:// or postgres://")
    );
    let refused = with("KENTONGAN_DATABASE__URL", "postgres://desk:rahasia@127.0.0.1:1/x");
    assert!(refused.contains("cannot open the database postgres://desk:***@127.0.0.1:1/x"), "{refused}");
    assert!(!refused.contains("rahasia"), "{refused}");
}

/// `src/store/schema.rs` is written by hand: it must say what both databases have.
#[test]
fn the_schema_in_code_is_the_schema_of_both_databases() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema.rs")).unwrap();
    let declared = declared(&text);
    assert!(declared.len() > 20);
    on_both(|kind| {
        let actual = actual(&Database::fresh(kind));
        for (table, columns) in &declared {
            // The index of full-text search has no types on SQLite, and a generated column on PostgreSQL.
            if table != "ticket_search" {
                assert_eq!(Some(columns), actual.get(table), "{table} on {kind:?}");
            }
        }
        let missing: Vec<_> =
            actual.keys().filter(|t| !declared.contains_key(*t) && !t.starts_with("ticket_search_")).collect();
        assert_eq!(missing, Vec::<&String>::new());
    });
}

type Columns = BTreeMap<String, (String, bool)>;

/// Table → column → (type, nullable), as schema.rs declares them.
fn declared(text: &str) -> BTreeMap<String, Columns> {
    let mut tables = BTreeMap::new();
    for block in text.split("table! {").skip(1) {
        let name = block.trim_start().split(' ').next().unwrap().to_owned();
        let body = block.split_once(") {").unwrap().1.split('}').next().unwrap();
        let mut columns = Columns::new();
        let mut sql_name = None;
        for part in body.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(attribute) = part.strip_prefix("#[sql_name = \"") {
                sql_name = Some(attribute.trim_end_matches("\"]").to_owned());
                continue;
            }
            let (column, kind) = part.split_once(" -> ").unwrap();
            let inner = kind.strip_prefix("Nullable<").map(|kind| kind.trim_end_matches('>'));
            columns.insert(
                sql_name.take().unwrap_or(column.to_owned()),
                (inner.unwrap_or(kind).to_owned(), inner.is_some()),
            );
        }
        tables.insert(name, columns);
    }
    tables
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Nullable<Text>)]
    is_nullable: Option<String>,
}

fn actual(database: &Database) -> BTreeMap<String, Columns> {
    let rows: Vec<Column> = match database.kind {
        Kind::Sqlite => {
            let mut conn = SqliteConnection::establish(database.url.trim_start_matches("sqlite://")).unwrap();
            conn.batch_execute("SELECT 1").unwrap();
            diesel::sql_query(
                "SELECT m.name AS table_name, p.name AS column_name, p.type AS data_type, \
                 CASE WHEN p.\"notnull\" = 1 OR p.pk = 1 THEN 'NO' ELSE 'YES' END AS is_nullable \
                 FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
            )
            .load(&mut conn)
            .unwrap()
        }
        Kind::Postgres => {
            let mut conn = PgConnection::establish(&database.url).unwrap();
            diesel::sql_query(
                "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text \
                 FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
            )
            .load(&mut conn)
            .unwrap()
        }
    };
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    for row in rows {
        let kind = match row.data_type.to_uppercase().as_str() {
            "INTEGER" | "BIGINT" => "BigInt",
            "TEXT" => "Text",
            "BOOLEAN" => "Bool",
            "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => "Timestamp",
            "DATE" => "Date",
            _ => "?",
        };
        let nullable = row.is_nullable.as_deref() == Some("YES");
        tables.entry(row.table_name).or_default().insert(row.column_name, (kind.to_owned(), nullable));
    }
    tables
}
