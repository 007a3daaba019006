//! The core of [Nexolog](https://docs.rs/nexolog): capture, pipeline, store, search, logs API and dashboard.
//!
//! Use the `nexolog` crate; this one is its inside, split off so that the request layer can stand on it.
//! `ARCHITECTURE.md` in the repository is the map of the rooms.

#[cfg(feature = "api")]
mod api;
#[cfg(feature = "api")]
mod audit;
mod capture;
mod config;
mod context;
#[cfg(feature = "dashboard")]
mod dashboard;
#[cfg(all(any(test, fuzzing), feature = "api"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "api")]
mod histogram;
#[cfg(feature = "api")]
mod insight;
mod logged;
mod logger;
mod macros;
mod pipeline;
mod privacy;
#[cfg(feature = "api")]
mod query;
mod record;
pub mod service;
mod sink;
mod store;

#[cfg(feature = "api")]
pub use api::{Access, AccessError, Principal, Role, Scope};
#[cfg(feature = "api")]
pub use audit::{AuditFinding, AuditFlaw, AuditHead, AuditReport, ParseAuditHeadError};
pub use config::{
    Backpressure, Builder, Catalogue, Category, ConfigError, Console, Durability, RateLimit,
    Repeats,
};
pub use context::{
    Attached, Context, ContextGuard, FieldValue, Operation, OperationGuard, OwnTraffic,
    RequestContext, add_field, identify, set_route,
};
#[cfg(feature = "api")]
pub use context::{spawn, spawn_blocking};
#[cfg(feature = "api")]
pub use insight::{Pattern, PatternKey, PatternMiner};
#[cfg(feature = "api")]
pub use logger::terminated;
pub use logger::{Counters, MaskTrial, Nexolog, ShutdownError, StartError};
pub use privacy::{MaskAction, MaskCounts, MaskRule, Masked, Masking};
pub use record::{Level, Outcome, ParseLevelError};
pub use service::service;
pub use sink::{LineBatch, Sink};
#[cfg(feature = "api")]
pub use store::{Hold, HoldError};

/// What the macros and the request layer are made of; no part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::capture::ContextSpan;
    pub use crate::context::{Lent, lend};
    pub use crate::logged::*;
    pub use crate::pipeline::stamp;
    pub use crate::record::{milliseconds, put_json_str};
    pub use tracing;
}
