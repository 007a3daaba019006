//! What each endpoint does: one file a subject.

mod call;
mod cleanup;
mod context;
mod describe;
mod export;
mod facets;
mod fields;
mod health;
mod histogram;
mod holds;
mod levels;
mod metrics;
mod requests;
mod search;
mod session;
mod stats;
mod stats_shape;
mod stream;

pub(super) use call::Call;
pub(super) use cleanup::{CLEANUP, cleanup};
pub(super) use context::{CONTEXT, context};
pub(super) use describe::{DESCRIBE, describe};
pub(super) use export::{EXPORT, export};
pub(super) use facets::{FACETS, facets};
pub(super) use fields::{FIELDS, fields};
pub(super) use health::{HEALTH, health};
pub(super) use histogram::{HISTOGRAM, histogram};
pub(super) use holds::{HOLDS, PLACE_HOLD, RELEASE_HOLD, holds, place_hold, release_hold};
pub(super) use levels::{LEVELS, MODULES, SET_LEVEL, levels, modules, set_level};
pub(super) use metrics::{METRICS, metrics};
pub(super) use requests::{REQUEST, request};
pub(super) use search::{SEARCH, search};
pub(super) use session::{SIGN_IN, SIGN_OUT, WHO_AM_I, sign_in, sign_out, who_am_i};
pub(super) use stats::{STATS, stats};
pub(super) use stream::{STREAM, stream};
