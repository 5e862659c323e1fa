//! Service levels: when a desk works (calendar), what it promises (policy), and what a ticket has used
//! of it (clocks). A clock is a ledger: everything about it is computed by replaying its entries.

pub mod alarm;
pub mod breach;
pub mod calendar;
pub mod clock;
pub mod explain;
pub mod keeping;
pub mod policy;
pub mod simulate;
pub mod target;
pub mod timetable;
pub mod year;

/// What is wrong with a calendar or a policy, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer into the document.
    pub pointer: String,
    /// Stable snake_case code.
    pub code: &'static str,
    /// What to do, in Bahasa Indonesia.
    pub message: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, message: message.into() }
    }
}

#[cfg(test)]
mod testing;
