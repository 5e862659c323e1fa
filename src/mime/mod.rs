//! Messages as they stand on the wire (RFC 5322, MIME) read into what the rules know of them. Pure, and
//! without trust: whatever bytes come, something comes of them and nothing fails.

mod html;
mod names;
mod read;

pub use read::{MOST_FILES, read};
