//! What can go wrong between the program and its database.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached or is too busy; trying later may help.
    #[error("database unavailable: {0}")]
    Unavailable(String),
    /// The connection was lost while committing: it may have been done or not.
    #[error("commit without an answer: {0}")]
    Unanswered(String),
    /// Somebody else changed it meanwhile; doing it again on the new state may work.
    #[error("changed by somebody else meanwhile")]
    Conflict,
    /// A value that must be unique exists already; names the constraint or column.
    #[error("exists already: {0}")]
    Exists(String),
    /// There is no such row.
    #[error("no such row")]
    NotFound,
    /// What the database holds cannot be: a word outside its list, broken JSON.
    #[error("impossible value in the database: {0}")]
    Corrupt(String),
    /// The schema is not one that this program knows.
    #[error("{0}")]
    Schema(String),
    /// Anything else.
    #[error(transparent)]
    Database(DieselError),
}

/// Decides whether a failed transaction is worth another try.
pub trait Retry {
    /// True after a lost race: the same work on fresh rows may succeed.
    fn is_race(&self) -> bool;
}

impl Retry for Error {
    fn is_race(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::UniqueViolation => {
                    Self::Exists(info.constraint_name().unwrap_or(info.message()).to_owned())
                }
                // Services look before they refer to a row or remove it: somebody else removed it, or referred to it,
                // meanwhile.
                DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::ForeignKeyViolation => Self::Conflict,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Unavailable(info.message().to_owned())
                }
                kind if info.message().contains("deadlock detected") => {
                    tracing::debug!(?kind, "deadlock");
                    Self::Conflict
                }
                kind if is_passing(info.message()) => {
                    tracing::debug!(?kind, "passing failure");
                    Self::Unavailable(info.message().to_owned())
                }
                kind => Self::Database(DieselError::DatabaseError(kind, info)),
            },
            DieselError::BrokenTransactionManager => Self::Unavailable("broken connection".to_owned()),
            other => Self::Database(other),
        }
    }
}

/// Failures that the databases report only in words, and that pass.
fn is_passing(message: &str) -> bool {
    [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "no connection to the server",
        "could not connect",
        "the database system is",
        "could not write to file",
        "No space left on device",
        "SSL SYSCALL error",
    ]
    .iter()
    .any(|words| message.contains(words))
}
