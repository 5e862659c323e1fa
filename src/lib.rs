pub mod config;
pub mod domain;
pub mod services;
pub mod store;
