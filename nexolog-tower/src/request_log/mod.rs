//! One event a request, when it is really over.
//!
//! # When it fires
//!
//! | what happens | when | `outcome` |
//! |---|---|---|
//! | the response's body was read to its end | at its last frame | `success`; `error` for 5xx; `timeout` for 408 and 504 |
//! | there is no body to read: HEAD, 204, 304, an empty one | with the headers | likewise |
//! | the connection leaves HTTP (101, or CONNECT accepted) | with the headers | `upgraded` |
//! | the body fails | at once | `error`, `error.type` is `body` |
//! | the handler takes longer than `.timeout(..)` | at once, and the client is answered 504 | `timeout` |
//! | the service itself fails, as a tower timeout or load-shed does | at once | `error`, `error.type` is `service` |
//! | the handler panics | at once, and the client is answered 500 | `panic` |
//! | the body panics | at once, and the panic goes on: the connection breaks | `panic` |
//! | the future or the body is dropped before its end | in the drop | `client_disconnected` |
//! | what is dropped panics | in the drop, and the panic goes on | `panic` |
//!
//! Whoever drops a future does not say why, so one dropped by a timeout *around* this layer reads
//! `client_disconnected` as well.
//!
//! The context of the request is in force, and its span entered, at each poll of the service's future and
//! of the body, while both are dropped, and while the event is logged, which comes last. Both are therefore dropped as
//! soon as nothing more can come of them. Only a body that is not read at all, as that of an answer to HEAD, is
//! dropped by the server, and later.

mod body;
mod client;
mod counting;
mod deadline;
mod ending;
mod event;
mod exchange;
mod facts;
mod finished;
mod future;
mod headers;
mod layer;
mod notice;
mod ongoing;
mod query;
mod request_body;
mod route;
mod scratch;
mod service;
mod settings;
mod skipped;

pub use body::ResponseBody;
pub use client::{ClientAddress, ForwardedBy, Network, ParseNetworkError};
pub use counting::{ByContentLength, ByReading, Counting};
pub use finished::Finished;
pub use future::ResponseFuture;
pub use layer::RequestLogLayer;
pub use query::QueryDetail;
pub use request_body::RequestBody;
pub use service::RequestLog;
