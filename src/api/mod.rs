//! The REST API. `routes` is the table of what there is; each handler reads the request, calls one
//! service and shows the outcome.

pub mod openapi;
pub mod routes;
pub mod v1;

pub use routes::configure;
