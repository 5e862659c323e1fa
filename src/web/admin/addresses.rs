//! The ids in addresses of administration.

use super::super::fault::Fault;

/// The id that a part of an address is; what is none names nothing.
pub fn id(text: &str) -> Result<i64, Fault> {
    text.parse().ok().filter(|id| *id > 0).ok_or_else(Fault::not_found)
}
