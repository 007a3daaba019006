//! The request layer of [Nexolog](https://docs.rs/nexolog): request ids and one true line for every request.
//!
//! Use the `nexolog` crate, which re-exports all of this.

mod alarm;
mod field;
mod problem;
#[cfg(feature = "client")]
mod propagate;
mod random;
mod request_id;
mod request_log;
mod text;
mod trace_context;

pub use nexolog_core::{Level, Outcome, set_route};
pub use problem::Problem;
#[cfg(feature = "client")]
pub use propagate::{CallBody, CallFuture, Propagate, PropagateLayer};
pub use request_id::{IdKind, RequestId};
pub use request_log::{
    ByContentLength, ByReading, ClientAddress, Counting, Finished, ForwardedBy, Network,
    ParseNetworkError, QueryDetail, RequestBody, RequestLog, RequestLogLayer, ResponseBody,
    ResponseFuture,
};
pub use trace_context::TraceContext;
