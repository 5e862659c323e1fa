//! Administration: people, organisation, service levels, and how the desk is. Admins keep it, auditors read it.

mod addresses;
mod audit;
mod audit_words;
mod calendar;
mod calendar_form;
mod calendar_text;
mod calendars;
mod categories;
mod dates;
mod home;
mod inbound;
mod inbound_mail;
mod mail;
mod mail_files;
mod opd;
mod opds;
mod people;
mod person;
mod person_acts;
mod policy;
mod policy_fields;
mod policy_form;
mod policy_names;
mod preview;
mod priorities;
mod routes;
mod section;
mod settings;
mod target_text;
mod team;
mod teams;
mod year;

pub use routes::configure;
