#![doc = include_str!("../README.md")]

/// More than the reference says.
#[cfg(feature = "api")]
pub mod guide {
    #[doc = include_str!("guide/audit_trail.md")]
    pub mod audit_trail {}
}

pub use nexolog_core::critical;
pub use nexolog_core::service;
#[cfg(feature = "api")]
pub use nexolog_core::{
    Access, AccessError, AuditFinding, AuditFlaw, AuditHead, AuditReport, Hold, HoldError,
    ParseAuditHeadError, Pattern, PatternKey, PatternMiner, Principal, Role, Scope, spawn,
    spawn_blocking, terminated,
};
pub use nexolog_core::{
    Attached, Backpressure, Builder, Catalogue, Category, ConfigError, Console, Context,
    ContextGuard, Counters, Durability, FieldValue, Level, LineBatch, MaskAction, MaskCounts,
    MaskRule, MaskTrial, Masked, Masking, Nexolog, Operation, OperationGuard, Outcome, OwnTraffic,
    ParseLevelError, RateLimit, Repeats, RequestContext, ShutdownError, Sink, StartError,
    add_field, identify, set_route,
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
