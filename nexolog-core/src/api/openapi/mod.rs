//! What the API tells of itself: `OpenAPI` 3.1, made from the tables that requests are read with.
//!
//! Each endpoint has an [`Operation`] beside its code. A call accepts the parameters of its operation and no
//! others, so what is documented and what is taken can't differ; that answers have the documented shape is
//! checked with every answer that a test of the API gets.

mod document;
mod operation;
mod parameter;
mod refusals;
mod schema;
mod schemas;

pub(super) use document::document;
pub(super) use operation::{Gives, Operation};
pub(super) use parameter::{Kind, Parameter};
pub(super) use schema::Schema;
pub(super) use schemas::{durations, hold, level, level_counts, record, storage, warnings};
