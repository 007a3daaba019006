//! What each endpoint does: one file a subject.

mod call;
mod cleanup;
mod context;
mod export;
mod facets;
mod fields;
mod health;
mod histogram;
mod holds;
mod levels;
mod requests;
mod search;
mod session;
mod stats;
mod stream;

pub(super) use call::Call;
pub(super) use cleanup::cleanup;
pub(super) use context::context;
pub(super) use export::export;
pub(super) use facets::facets;
pub(super) use fields::fields;
pub(super) use health::health;
pub(super) use histogram::histogram;
pub(super) use holds::{holds, place_hold, release_hold};
pub(super) use levels::{levels, modules, set_level};
pub(super) use requests::request;
pub(super) use search::search;
pub(super) use session::{sign_in, sign_out, who_am_i};
pub(super) use stats::stats;
pub(super) use stream::stream;
