//! A complete logging system inside your Rust service.

#[doc(no_inline)]
pub use nexolog_core::critical;
pub use nexolog_core::{
    Attached, Backpressure, Builder, Catalogue, Category, ConfigError, Console, Context,
    ContextGuard, FieldValue, Level, Nexolog, Operation, Outcome, ParseLevelError, RequestContext,
    ShutdownError, StartError, add_field, identify,
};
#[cfg(feature = "api")]
pub use nexolog_core::{spawn, spawn_blocking};
