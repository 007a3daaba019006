//! What each endpoint does: one file a subject.

mod audit;
mod call;
mod cleanup;
mod describe;
mod health;
mod holds;
mod levels;
mod metrics;
mod search;
mod session;
mod stats;
mod stats_shape;
mod stream;

pub(super) use audit::{AUDIT, VERIFY_AUDIT, audit, verify_audit};
pub(super) use call::Call;
pub(super) use cleanup::{CLEANUP, cleanup};
pub(super) use describe::{DESCRIBE, describe};
pub(super) use health::{HEALTH, health};
pub(super) use holds::{HOLDS, PLACE_HOLD, RELEASE_HOLD, holds, place_hold, release_hold};
pub(super) use levels::{LEVELS, MODULES, SET_LEVEL, levels, modules, set_level};
pub(super) use metrics::{METRICS, metrics};
pub(super) use search::{SEARCH, search};
pub(super) use session::{SIGN_IN, SIGN_OUT, WHO_AM_I, sign_in, sign_out, who_am_i};
pub(super) use stats::{STATS, stats};
pub(super) use stream::{STREAM, stream};
