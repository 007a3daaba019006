//! The core of [Nexolog](https://docs.rs/nexolog): capture, pipeline, store, search, logs API and dashboard.
//!
//! Use the `nexolog` crate; this one is its inside, split off so that the request layer can stand on it.
//! `ARCHITECTURE.md` in the repository is the map of the rooms.

#[cfg(feature = "api")]
mod api;
mod context;
#[cfg(feature = "api")]
mod query;
mod record;
mod sink;
mod store;

pub use context::{
    Attached, Context, ContextGuard, FieldValue, Operation, RequestContext, add_field, identify,
};
#[cfg(feature = "api")]
pub use context::{spawn, spawn_blocking};
pub use record::{Level, Outcome, ParseLevelError};
