//! What each endpoint does: one file a subject.

mod call;
mod cleanup;
mod health;
mod holds;
mod levels;
mod search;
mod session;
mod stats;
mod stream;

pub(super) use call::Call;
pub(super) use cleanup::cleanup;
pub(super) use health::health;
pub(super) use holds::{holds, place_hold, release_hold};
pub(super) use levels::{levels, modules, set_level};
pub(super) use search::search;
pub(super) use session::{sign_in, sign_out, who_am_i};
pub(super) use stats::stats;
pub(super) use stream::stream;
