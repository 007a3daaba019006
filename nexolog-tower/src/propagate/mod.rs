//! Calls to other services: the request's id and trace go along, and each call is one event.
//!
//! | what happens | when the event is logged | `outcome` |
//! |---|---|---|
//! | the answer's body was read to its end, or dropped before | then | `success`; `error` for 5xx; `timeout` for 408 and 504 |
//! | the answer has no body | with its headers | likewise |
//! | the answer's body fails | at once | `error`, `error.type` is `body` |
//! | the call fails | at once | `error`, `error.type` is `service` |
//! | the call is dropped before it is answered | in the drop | `cancelled`; `panic` if that is why |

mod body;
mod call;
mod future;
mod layer;
mod service;

pub use body::CallBody;
pub use future::CallFuture;
pub use layer::PropagateLayer;
pub use service::Propagate;
