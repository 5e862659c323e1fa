//! What people see who need help: where they begin, their own tickets, and what they think of the help.

pub mod home;
pub mod line;
pub mod mine;
pub mod rate;
