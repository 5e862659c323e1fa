//! Why a use-case did not happen, without a word of HTTP.

use crate::domain::Refusal;
use crate::domain::permission::Denied;
use crate::store;
use crate::store::Retry;

/// A mistake in one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the field, e.g. `/subject`.
    pub pointer: String,
    /// Stable snake_case code.
    pub code: &'static str,
    /// What to do, in Bahasa Indonesia.
    pub message: String,
}

impl FieldError {
    /// A mistake at a pointer.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }
}

/// Why sign-in or a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthProblem {
    /// No token was sent.
    Missing,
    /// The token is not ours, is broken or was revoked.
    Invalid,
    /// The token's time is over.
    Expired,
    /// E-mail or password is wrong; which of them is not told.
    Credentials,
    /// The refresh token was used before: its whole sign-in has been ended.
    Reused,
}

/// The outcome of a use-case that did not happen. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A rule forbids it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The actor sees the thing but may not do this.
    #[error("forbidden")]
    Forbidden,
    /// The API key's scopes do not allow it.
    #[error("scope {0} is missing")]
    Scope(&'static str),
    /// There is no such thing, or the actor must not learn that there is.
    #[error("not found")]
    NotFound,
    /// The input is wrong.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<FieldError>),
    /// A page cursor is not one of ours, or belongs to another query.
    #[error("bad cursor")]
    Cursor,
    /// The file is not acceptable.
    #[error("file: {}", .0.code())]
    File(crate::domain::attachment::FileProblem),
    /// The paper was not signed.
    #[error(transparent)]
    Signing(#[from] crate::domain::signing::Problem),
    /// The file is larger than this many bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// If-Match named another version than the present one.
    #[error("version changed")]
    VersionChanged,
    /// Somebody else changed it again and again; trying once more may work.
    #[error("conflict")]
    Conflict,
    /// The same idempotency key came with another request.
    #[error("idempotency key reused")]
    IdempotencyReused,
    /// Not signed in.
    #[error("not signed in: {0:?}")]
    Unauthenticated(AuthProblem),
    /// Too many tries; come back after this many seconds.
    #[error("locked for {0} s")]
    Locked(u64),
    /// The database cannot be reached now.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The database went away while committing: it may have been done or not.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// What the configuration names cannot be read; the log has the cause.
    #[error("{key}: {cause}")]
    Misconfigured { key: &'static str, cause: String },
    /// A defect or damage; the log has the cause.
    #[error("internal: {0}")]
    Internal(String),
}

/// The result of a use-case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One mistake in one field.
    pub fn field(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, message)])
    }

    /// Whether the same may succeed when it is tried again, because of what others do or the database.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Conflict | Self::Unavailable(_) | Self::OutcomeUnknown(_))
    }
}

impl Retry for Error {
    fn is_race(&self) -> bool {
        matches!(self, Self::Conflict)
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(cause) => Self::Unavailable(cause),
            store::Error::Unanswered(cause) => Self::OutcomeUnknown(cause),
            store::Error::Conflict => Self::Conflict,
            store::Error::NotFound => Self::NotFound,
            // Services look before they insert, so a value that exists after all is a lost race.
            store::Error::Exists(_) => Self::Conflict,
            other @ (store::Error::Corrupt(_) | store::Error::Schema(_) | store::Error::Database(_)) => {
                Self::Internal(other.to_string())
            }
        }
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unknown => Self::NotFound,
            Denied::Forbidden => Self::Forbidden,
        }
    }
}
