//! Tests of the filter language: against an oracle on parsed trees, by example, and with hostile input.

mod bounds;
pub(crate) mod differential;
mod language;
mod needs;
pub(crate) mod oracle;
mod probes;

use super::parse;
use super::parser::Parsed;

/// 2026-11-05T12:00:00Z.
fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_793_880_000).unwrap()
}

fn read(text: &str) -> Parsed {
    parse(text, now())
}

/// Whether `text`, which must be free of warnings, matches `line`.
fn matches(text: &str, line: &str) -> bool {
    let parsed = read(text);
    assert_eq!(parsed.warnings, [], "{text}");
    parsed.filter.matches(line.as_bytes())
}
