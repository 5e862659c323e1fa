//! The store itself, on both databases: what the use-cases above it take for granted.

use chrono::{Duration, TimeZone, Utc};
use kentongan::domain::ids::{OpdId, PersonId, TicketId};
use kentongan::services::Error;
use kentongan::store::organisation::{self, OpdFields};
use kentongan::store::{Sizes, Store, access, blobs, imports, settings};

use crate::support::app::App;
use crate::support::database::{Database, on_both};

fn store(database: &Database) -> Store {
    Store::open(&database.url, Sizes { readers: 2, wait: std::time::Duration::from_secs(2) }).unwrap()
}

fn opd(code: &str) -> OpdFields {
    OpdFields {
        code: code.to_owned(),
        name: code.to_owned(),
        kind: "dinas".to_owned(),
        independent_ict: false,
        active: true,
    }
}

#[test]
fn a_failed_transaction_leaves_nothing() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        let failed: Result<(), Error> = store.write(|tx| {
            organisation::insert_opd(tx, &opd("A"))?;
            Err(Error::NotFound)
        });
        assert!(failed.is_err());
        let found = store.read(|conn| organisation::opd_by_code(conn, "A")).unwrap();
        assert_eq!(found, None);
        let doubled: Result<OpdId, kentongan::store::Error> = store.write(|tx| {
            organisation::insert_opd(tx, &opd("B"))?;
            organisation::insert_opd(tx, &opd("B"))
        });
        assert!(matches!(doubled, Err(kentongan::store::Error::Exists(what)) if what.contains("code")));
        assert_eq!(store.read(|conn| organisation::opd_by_code(conn, "B")).unwrap(), None);
    });
}

#[test]
fn a_panic_in_a_transaction_neither_commits_nor_poisons_the_pool() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        for _ in 0..5 {
            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                store.write(|tx| -> Result<(), Error> {
                    organisation::insert_opd(tx, &opd("A"))?;
                    panic!("on purpose")
                })
            }));
            assert!(panicked.is_err());
        }
        let added: OpdId = store.write(|tx| organisation::insert_opd(tx, &opd("A"))).unwrap();
        assert!(added.0 > 0);
    });
}

#[test]
fn what_was_undone_to_a_mark_is_gone_and_the_rest_stays() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        let done: Result<(), Error> = store.write(|tx| {
            organisation::insert_opd(tx, &opd("KEPT"))?;
            tx.mark()?;
            organisation::insert_opd(tx, &opd("UNDONE"))?;
            tx.undo_to_mark()?;
            tx.mark()?;
            assert!(organisation::insert_opd(tx, &opd("KEPT")).is_err());
            tx.undo_to_mark()?;
            Ok(())
        });
        done.unwrap();
        let codes = store.read(|conn| organisation::opds(conn, 0, 10)).unwrap();
        assert_eq!(codes.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["KEPT"]);
    });
}

#[test]
fn writers_wait_for_each_other_and_none_fails() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..20 {
                        let code = format!("W{writer}-{n}");
                        let added: Result<OpdId, Error> =
                            store.write(|tx| Ok(organisation::insert_opd(tx, &opd(&code))?));
                        added.unwrap();
                    }
                });
            }
        });
        assert_eq!(store.read(|conn| organisation::opds(conn, 0, 1000)).unwrap().len(), 160);
    });
}

#[test]
fn a_stale_version_is_a_conflict() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        let id: OpdId = store.write(|tx| organisation::insert_opd(tx, &opd("A"))).unwrap();
        let change = |version| store.write(|tx| organisation::update_opd(tx, id, version, &opd("A2")));
        change(1).unwrap();
        assert!(matches!(change(1), Err(kentongan::store::Error::Conflict)));
        assert_eq!(store.read(|conn| organisation::opd_by_id(conn, id)).unwrap().unwrap().version, 2);
    });
}

#[test]
fn a_lease_has_one_holder_until_it_ends() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        let start = Utc.with_ymd_and_hms(2026, 11, 2, 1, 0, 0).unwrap();
        let take = |holder: &str, minute: i64| {
            let now = start + Duration::minutes(minute);
            store.write(|tx| settings::lease(tx, "work", holder, now, now + Duration::minutes(10))).unwrap()
        };
        assert!(take("a", 0));
        assert!(!take("b", 5));
        assert!(take("a", 9), "its holder renews it");
        assert!(!take("b", 15));
        assert!(take("b", 20));
        assert!(!take("a", 21));
        let leave = |holder: &str| store.write(|tx| settings::leave(tx, holder)).unwrap();
        leave("a");
        assert!(!take("a", 22), "what another holds is not given up");
        leave("b");
        assert!(take("a", 22));
    });
}

#[test]
fn reads_cannot_write() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        assert_eq!(store.read(|conn| settings::get(conn, "none")).unwrap(), None);
        let put = |value: &str| store.write(|tx| settings::get_or_put(tx, "key", value)).unwrap();
        assert_eq!(put("first"), "first");
        assert_eq!(put("second"), "first", "what is there stays");
    });
}

#[test]
fn instants_come_back_to_the_millisecond() {
    on_both(|kind| {
        let database = Database::fresh(kind);
        let store = store(&database);
        let seen: Result<(), Error> = store.write(|tx| {
            for millisecond in [0, 1, 10, 100, 999] {
                let at = Utc.with_ymd_and_hms(2026, 2, 28, 23, 59, 59).unwrap() + Duration::milliseconds(millisecond);
                let family = format!("f{millisecond}");
                tx_person(tx)?;
                let sign_in = access::SignIn { person: PersonId(1), family: family.clone(), at };
                access::insert_refresh(tx, &sign_in, &family, at, at)?;
                let row = access::refresh_by_hash(tx, &family)?.unwrap();
                assert_eq!(row.issued_at.and_utc(), at);
            }
            Ok(())
        });
        seen.unwrap();
    });
}

/// A person with id 1, once.
fn tx_person(tx: &mut kentongan::store::Tx<'_>) -> Result<(), Error> {
    use kentongan::store::people;
    if people::any(tx)? {
        return Ok(());
    }
    let opd = organisation::insert_opd(tx, &opd("A"))?;
    let fields = people::PersonFields {
        opd_id: opd.0,
        name: "N".to_owned(),
        email: "n@contoh.go.id".to_owned(),
        nip: None,
        phone: None,
        active: true,
    };
    people::insert(tx, &fields, Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap())?;
    Ok(())
}

#[test]
fn progress_of_an_import_is_remembered() {
    on_both(|kind| {
        let app = App::on(kind);
        let ticket = app.desk.prefix.read(&app.ticket()).unwrap();
        let set = |rows| {
            let progress = imports::Progress { ticket, rows, last_row: format!("row {rows}") };
            app.desk.housekeep(|work| Ok(imports::set_progress(work.tx, "log", "INC1", &progress)?)).unwrap();
        };
        set(1);
        set(5);
        let found = app.desk.read(|conn| Ok(imports::progress(conn, "log", "INC1")?)).unwrap().unwrap();
        assert_eq!((found.rows, found.last_row.as_str()), (5, "row 5"));
        assert_eq!(app.desk.read(|conn| Ok(imports::progress(conn, "other", "INC1")?)).unwrap(), None);
        let page = app.desk.read(|conn| Ok(imports::page(conn, "log", "", 10)?)).unwrap();
        assert_eq!(page, [("INC1".to_owned(), ticket)]);
    });
}

#[test]
fn a_snapshot_sees_one_moment() {
    on_both(|kind| {
        let app = App::on(kind);
        app.ticket();
        let (before, after) = app
            .desk
            .store
            .snapshot(|conn| -> Result<(TicketId, TicketId), Error> {
                let before = kentongan::store::tickets::last_id(conn)?;
                app.ticket();
                Ok((before, kentongan::store::tickets::last_id(conn)?))
            })
            .unwrap();
        assert_eq!(before, after);
    });
}

#[test]
fn blobs_are_kept_by_content_and_checked_when_read() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = blobs::Blobs::new(folder.path());
    let hash = blobs.put(b"isi").unwrap();
    assert_eq!(blobs.put(b"isi").unwrap(), hash);
    assert_eq!(blobs.get(&hash).unwrap(), b"isi");
    std::fs::write(folder.path().join(&hash[..2]).join(&hash), b"lain").unwrap();
    assert!(matches!(blobs.get(&hash), Err(kentongan::store::Error::Corrupt(_))));
    assert!(matches!(blobs.get(&"0".repeat(64)), Err(kentongan::store::Error::NotFound)));
}
