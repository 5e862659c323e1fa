//! The line of writers before SQLite's one write connection, and one commit for many of them.
//!
//! A commit waits for the disk, and SQLite has one writer at a time. So whoever has done its work while
//! others wait does not commit: it leaves the open transaction to the next in line, and the last of the
//! group commits for all. Nobody waits for others to come: alone, a writer commits at once.
//!
//! What holds whatever happens:
//! - Nobody is answered before the commit, not even with a refusal, which may rest on what another of the
//!   group wrote.
//! - An error or a panic in one undoes that one alone: it works behind a savepoint of its own.
//! - A commit that fails, or a transaction that cannot go on, fails everybody in the group.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::conn::{Manager, Pool};
use super::{Error, Tx, begin, commit, execute, take};

/// A group commits once it has been at it for so long, so that the first does not wait for a crowd.
const LONGEST: Duration = Duration::from_millis(20);

/// The line.
pub struct Line {
    /// How long to wait in it before answering that the database is unavailable.
    wait: Duration,
    /// How long a group goes on.
    longest: Duration,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether somebody is at work, or commits.
    busy: bool,
    waiting: usize,
    /// The transaction that the one before left open. Only ever there while somebody waits to take it.
    left: Option<Group>,
}

/// Who commits together.
struct Group {
    conn: r2d2::PooledConnection<Manager>,
    begun: Instant,
    fate: Arc<Fate>,
}

impl Group {
    fn begin(writers: &Pool) -> Result<Self, Error> {
        let mut conn = take(writers)?;
        // Until the transaction is known to have ended well the connection counts as broken.
        conn.broken = true;
        begin(&mut conn.conn)?;
        Ok(Self { conn, begun: Instant::now(), fate: Arc::default() })
    }

    fn run(&mut self, sql: &str) -> Result<(), Error> {
        execute(&mut self.conn.conn, sql)
    }

    /// Ends the transaction and tells everybody who waits for it.
    fn commit(mut self) {
        let done = commit(&mut self.conn.conn);
        self.conn.broken = done.is_err() && self.run("ROLLBACK").is_err();
        self.fate.tell(done.map_or_else(|error| End::Unknown(error.to_string()), |()| End::Committed));
    }

    fn undo(mut self) {
        self.conn.broken = self.run("ROLLBACK").is_err();
    }
}

impl Drop for Group {
    /// Whatever way a group ends, nobody waits for ever; an end that was told stays.
    fn drop(&mut self) {
        self.fate.tell(End::Undone);
    }
}

/// How a transaction ended.
#[derive(Clone)]
enum End {
    Committed,
    /// The commit gave this error.
    Unknown(String),
    Undone,
}

/// The end of a group, once there is one.
#[derive(Default)]
struct Fate {
    end: Mutex<Option<End>>,
    told: Condvar,
}

impl Fate {
    fn tell(&self, end: End) {
        lock(&self.end).get_or_insert(end);
        self.told.notify_all();
    }

    fn wait(&self) -> Result<(), Error> {
        let end = self.told.wait_while(lock(&self.end), |end| end.is_none()).expect(NEVER_POISONED);
        match end.clone().expect("it was waited for") {
            End::Committed => Ok(()),
            End::Unknown(cause) => Err(Error::Unanswered(cause)),
            End::Undone => Err(Error::Unavailable("the transaction could not go on".to_owned())),
        }
    }
}

const NEVER_POISONED: &str = "nothing panics while it holds this lock";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect(NEVER_POISONED)
}

impl Line {
    pub fn new(wait: Duration) -> Self {
        Self { wait, longest: LONGEST, state: Mutex::default(), moved: Condvar::new() }
    }

    /// Runs work in a transaction that others may share, and answers when it is committed.
    pub fn write<T, E: From<Error>>(
        &self,
        writers: &Pool,
        work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut turn = self.enter()?;
        let left = lock(&self.state).left.take();
        let is_first = left.is_none();
        let mut group = left.map_or_else(|| Group::begin(writers), Ok)?;
        if !is_first {
            group.run("SAVEPOINT member")?;
        }
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut Tx { conn: &mut group.conn.conn })));
        let is_done = matches!(result, Ok(Ok(_)));
        if is_first && !is_done {
            group.undo();
        } else {
            if !is_first {
                group.run(if is_done { "RELEASE member" } else { "ROLLBACK TO member; RELEASE member" })?;
            }
            let fate = Arc::clone(&group.fate);
            turn.group = Some(group);
            drop(turn);
            fate.wait()?;
        }
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }

    /// Waits for one's turn.
    fn enter(&self) -> Result<Turn<'_>, Error> {
        let mut state = lock(&self.state);
        state.waiting += 1;
        let (mut state, waited) =
            self.moved.wait_timeout_while(state, self.wait, |state| state.busy).expect(NEVER_POISONED);
        state.waiting -= 1;
        if waited.timed_out() {
            return Err(Error::Unavailable("timed out waiting for the writers before".to_owned()));
        }
        state.busy = true;
        Ok(Turn { line: self, group: None })
    }
}

/// One's turn at the connection, until this is dropped.
struct Turn<'a> {
    line: &'a Line,
    /// Those who may commit, once one is among them.
    group: Option<Group>,
}

impl Drop for Turn<'_> {
    /// Leaves the transaction to the next, or commits it if there is no next or it has gone on for long.
    fn drop(&mut self) {
        let mut state = lock(&self.line.state);
        if let Some(group) = self.group.take() {
            // Decided under the lock with which the next gives up waiting: what is left is taken.
            if state.waiting > 0 && group.begun.elapsed() < self.line.longest {
                state.left = Some(group);
            } else {
                drop(state);
                group.commit();
                state = lock(&self.line.state);
            }
        }
        state.busy = false;
        drop(state);
        self.line.moved.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::super::{Sizes, Store};
    use super::*;

    type Ended = std::thread::Result<Result<(), Error>>;

    /// A store with a table of numbers, each of which names another that must be there at commit.
    fn store(folder: &tempfile::TempDir) -> Store {
        let url = format!("sqlite://{}", folder.path().join("line.db").display());
        let mut store = Store::open(&url, Sizes { readers: 2, wait: Duration::from_secs(60) }).unwrap();
        store.line.as_mut().unwrap().longest = Duration::from_secs(60);
        store
            .write(|tx| {
                execute(tx, "CREATE TABLE n (n INTEGER PRIMARY KEY, of REFERENCES n DEFERRABLE INITIALLY DEFERRED)")
            })
            .unwrap();
        store
    }

    /// Has every number inserted, all in one group; a negative one panics, zero is refused afterwards, and
    /// above a hundred there are those that the commit refuses.
    fn together(store: &Store, numbers: &[i64]) -> Vec<Ended> {
        let line = store.line.as_ref().unwrap();
        std::thread::scope(|scope| {
            let turn = line.enter().unwrap();
            let insert = |number: i64| {
                store.write(|tx| {
                    let of = if number > 100 { "-999" } else { "NULL" };
                    execute(tx, &format!("INSERT INTO n VALUES ({number}, {of})"))?;
                    assert!(number >= 0, "on purpose");
                    if number == 0 { Err(Error::NotFound) } else { Ok(()) }
                })
            };
            let running: Vec<_> = numbers.iter().map(|number| scope.spawn(move || insert(*number))).collect();
            while lock(&line.state).waiting < numbers.len() {
                std::thread::yield_now();
            }
            drop(turn);
            running.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
        })
    }

    fn kept(store: &Store) -> Vec<i64> {
        store
            .read(|conn| Ok::<_, Error>(diesel::sql_query("SELECT n FROM n ORDER BY n").load::<Row>(conn)?))
            .unwrap()
            .into_iter()
            .map(|row| row.n)
            .collect()
    }

    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }

    #[test]
    fn who_is_refused_or_panics_is_undone_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        for round in 0..20 {
            let (a, b) = (2 * round + 1, 2 * round + 2);
            let ended = together(&store, &[a, 0, -1, b]);
            assert!(
                matches!(ended.as_slice(), [Ok(Ok(())), Ok(Err(Error::NotFound)), Err(_), Ok(Ok(()))]),
                "{ended:?}"
            );
            assert_eq!(kept(&store), (1..=b).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_commit_that_fails_fails_everybody() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder);
        let ended = together(&store, &[1, 101, 0, 2]);
        assert!(
            ended.iter().all(|ended| matches!(ended, Ok(Err(Error::Unanswered(_) | Error::NotFound)))),
            "{ended:?}"
        );
        assert!(kept(&store).is_empty());
        assert!(together(&store, &[1, 2]).iter().all(|ended| matches!(ended, Ok(Ok(())))));
        assert_eq!(kept(&store), [1, 2]);
    }

    #[test]
    fn nobody_waits_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        store.line.as_mut().unwrap().wait = Duration::from_millis(10);
        let turn = store.line.as_ref().unwrap().enter().unwrap();
        assert!(matches!(store.write(|_| Ok(())), Err(Error::Unavailable(_))));
        drop(turn);
        assert!(store.write(|_| Ok::<_, Error>(())).is_ok());
    }
}
