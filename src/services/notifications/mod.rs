//! What people are told on the pages, and in which way else they want to be told. What a notice tells is
//! decided when it is looked at: of a ticket that somebody may not see any more it tells nothing.

pub mod choices;
pub mod list;
pub mod seen;
pub mod unread;
