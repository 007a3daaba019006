//! What the lines of one request tell together: `facts` of its own line, `spans` of what was timed in it.

mod facts;
mod spans;

pub(super) use facts::{Facts, is_request_line};
pub(super) use spans::{Span, nest};
