//! What surrounds a line: the request that is running and the operation inside it.
//!
//! Context is a thread-local value that rides on calls: whoever runs a request or an operation sets it
//! at entry (for a future: at each poll) and restores what was there after. It knows nothing of spans
//! or levels, so no filter can take the request id off an error.

mod attach;
mod current;
mod field_value;
mod ids;
mod kept;
mod operation;
mod own_traffic;
mod request;
#[cfg(feature = "api")]
mod spawn;

pub use attach::Attached;
pub(crate) use current::swap_operation;
pub use current::{
    Context, ContextGuard, Lent, OperationGuard, add_field, identify, lend, set_route,
};
pub use field_value::FieldValue;
pub(crate) use kept::KeptRoom;
pub use operation::Operation;
pub use own_traffic::OwnTraffic;
pub use request::RequestContext;
#[cfg(feature = "api")]
pub use spawn::{spawn, spawn_blocking};
