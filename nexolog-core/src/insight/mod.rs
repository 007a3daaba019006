//! What the log's messages say taken together.

mod patterns;

pub(crate) use patterns::Sighting;
pub use patterns::{Pattern, PatternKey, PatternMiner};
