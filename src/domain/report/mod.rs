//! The monthly report on services (Perbup Seruyan 23/2023 Ps 38(9), Perbup Sumenep 39/2023 Ps 40): for which
//! time, from which facts, with which figures, and what each of them means.

pub mod definitions;
pub mod facts;
pub mod figures;
pub mod period;
pub mod rank;
pub mod schema;
pub mod snapshot;

mod build;
mod parts;

pub use facts::{Facts, Names, Scope};
pub use period::{Period, Span};
pub use snapshot::{SCHEMA_VERSION, Snapshot};
