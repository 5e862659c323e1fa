//! What all faces over HTTP share: who asks, limits, request ids, the turning of errors into statuses,
//! and the server itself.

pub mod body;
pub mod download;
pub mod limits;
pub mod live;
mod metrics;
pub mod observe;
pub mod page;
pub mod request;
pub mod server;
pub mod status;

pub use body::{Body, Query};
pub use request::{Public, Request};
pub use status::Problem;
