//! Administration: people, organisation, service levels, and how the desk is. Admins keep it, auditors read it.

mod addresses;
mod audit;
mod audit_words;
mod categories;
mod dates;
mod home;
mod mail;
mod opd;
mod opds;
mod people;
mod person;
mod person_acts;
mod priorities;
mod routes;
mod section;
mod settings;
mod team;
mod teams;

pub use routes::configure;
