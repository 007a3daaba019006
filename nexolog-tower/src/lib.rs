//! The request layer of [Nexolog](https://docs.rs/nexolog): request ids and one true line for every request.
//!
//! Use the `nexolog` crate, which re-exports all of this.

mod request_id;
mod request_log;
mod trace_context;

pub use request_id::RequestId;
pub use request_log::{
    ClientAddress, QueryDetail, RequestLog, RequestLogLayer, ResponseBody, ResponseFuture,
};
pub use trace_context::TraceContext;
