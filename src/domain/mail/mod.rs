//! Mail as the rules see it: which conversation a message belongs to, what it says, and when it is tried again.

pub mod again;
pub mod letter;
pub mod thread;

/// Stands in a mail that can be answered; what is written above it is the answer.
pub const REPLY_ABOVE: &str = "-- Tulis balasan Anda di atas baris ini --";
