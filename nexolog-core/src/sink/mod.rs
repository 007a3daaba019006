//! Where lines go besides the main log: module files, the error file, the console, the live feed.

#[cfg(feature = "api")]
mod feed;

#[cfg(feature = "api")]
pub(crate) use feed::{Feed, FeedReceiver, LineBatch, Received};
