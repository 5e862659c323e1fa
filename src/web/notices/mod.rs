//! What people are told on the pages.

pub mod bell;
pub mod list;
pub mod seen;
