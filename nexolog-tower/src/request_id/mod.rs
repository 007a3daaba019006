//! The id of a request: what is offered, what is made, and how it is seen.

mod id;
mod kind;
mod offered;

pub use id::RequestId;
pub use kind::IdKind;

pub(crate) use kind::{IdText, MakeId};
pub(crate) use offered::choose;

/// The header that carries the id, in and out, unless others are chosen.
pub(crate) const X_REQUEST_ID: http::HeaderName = http::HeaderName::from_static("x-request-id");
