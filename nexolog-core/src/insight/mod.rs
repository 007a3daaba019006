//! What the log's messages say taken together.

mod patterns;

pub use patterns::{Pattern, PatternKey, PatternMiner};
