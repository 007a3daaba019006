#![doc = include_str!("../README.md")]

pub use nexolog_core::critical;
#[cfg(feature = "api")]
pub use nexolog_core::{Access, AccessError, Principal, Role, spawn, spawn_blocking, terminated};
pub use nexolog_core::{
    Attached, Backpressure, Builder, Catalogue, Category, ConfigError, Console, Context,
    ContextGuard, Counters, Durability, FieldValue, Level, LineBatch, MaskAction, MaskCounts,
    MaskRule, Masking, Nexolog, Operation, OperationGuard, Outcome, OwnTraffic, ParseLevelError,
    RateLimit, Repeats, RequestContext, ShutdownError, Sink, StartError, add_field, identify,
};
pub use nexolog_macros::logged;
pub use nexolog_tower::{
    ClientAddress, QueryDetail, RequestId, RequestLog, RequestLogLayer, ResponseBody,
    ResponseFuture, TraceContext,
};

#[doc(hidden)]
pub use nexolog_core::__private;
