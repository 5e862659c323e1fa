//! Reading a mailbox over IMAP (RFC 3501). It is opened read-only and read with BODY.PEEK: whoever else
//! reads it, by hand or by program, notices nothing, and what they have seen makes no difference.

mod connect;
mod session;

pub use connect::{Trust, trust};
pub use session::{Opened, Raw, Session};

/// Why a mailbox could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl From<async_imap::error::Error> for Failure {
    fn from(error: async_imap::error::Error) -> Self {
        Self(error.to_string())
    }
}
