//! Mail as the rules see it: which conversation a message belongs to, what a letter says and when it is tried
//! again, what kind of message came in, and which of its text is new.

pub mod again;
pub mod authentic;
pub mod automatic;
pub mod incoming;
pub mod letter;
pub mod outcome;
pub mod quote;
pub mod report;
pub mod subject;
pub mod thread;

/// Stands in a mail that can be answered; what is written above it is the answer.
pub const REPLY_ABOVE: &str = "-- Tulis balasan Anda di atas baris ini --";
