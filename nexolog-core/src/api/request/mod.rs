//! What clients send: parameters, times, cursors, and the filter they make together.

mod cursor;
mod params;
mod question;
mod time;

pub(super) use cursor::{cursor_text, identity, parse_cursor};
pub(super) use params::Params;
pub(super) use question::{FILTERS, Question};
pub(super) use time::{ACCEPTED as TIMES, parse_span, parse_time, parse_width, rfc3339};

#[cfg(test)]
mod tests;
