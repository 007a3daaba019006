#![doc = include_str!("../README.md")]

pub use nexolog_core::critical;
#[cfg(feature = "api")]
pub use nexolog_core::{
    Access, AccessError, Hold, HoldError, Principal, Role, Scope, spawn, spawn_blocking, terminated,
};
pub use nexolog_core::{
    Attached, Backpressure, Builder, Catalogue, Category, ConfigError, Console, Context,
    ContextGuard, Counters, Durability, FieldValue, Level, LineBatch, MaskAction, MaskCounts,
    MaskRule, Masking, Nexolog, Operation, OperationGuard, Outcome, OwnTraffic, ParseLevelError,
    RateLimit, Repeats, RequestContext, ShutdownError, Sink, StartError, add_field, identify,
    set_route,
};
pub use nexolog_macros::logged;
pub use nexolog_tower::{
    ByContentLength, ByReading, ClientAddress, Counting, Finished, ForwardedBy, IdKind, Network,
    ParseNetworkError, Problem, QueryDetail, RequestBody, RequestId, RequestLog, RequestLogLayer,
    ResponseBody, ResponseFuture, TraceContext,
};
#[cfg(feature = "client")]
pub use nexolog_tower::{CallBody, CallFuture, Propagate, PropagateLayer};

#[doc(hidden)]
pub use nexolog_core::__private;
