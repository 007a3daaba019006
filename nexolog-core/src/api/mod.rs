//! The logs API and the page, as one router that the user mounts.
//!
//! A request passes `router` (which prefixes are ours) → `dispatch` (the table of endpoints) →
//! `access` (who asks) → `endpoints` → `service`, which asks the store on threads of its own. Whatever
//! goes wrong on the way leaves as a `problem`, and every response gets its `headers`.

mod access;
mod answer;
mod backend;
mod dispatch;
mod endpoints;
mod export;
mod headers;
mod limits;
mod metrics;
mod openapi;
mod path;
mod problem;
mod reach;
mod request;
mod router;
mod search_threads;
mod service;
mod shutdown;
mod story;
mod stream;
mod unfold;
mod until;

pub(crate) use crate::context::OwnTraffic;
pub use access::{Access, AccessError, Principal, Role, Scope};
pub(crate) use backend::{Backend, Control, Health, ModuleState};
#[cfg(feature = "dashboard")]
pub(crate) use headers::protect;
#[cfg(feature = "dashboard")]
pub(crate) use problem::Problem;
pub(crate) use router::routes;
pub(crate) use shutdown::Shutdown;

#[cfg(test)]
mod tests;
