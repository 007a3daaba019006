//! The filter language: one syntax for the API, the page, alert rules and saved views.
//!
//! Text goes in ([`parse`]), a [`Filter`] comes out together with [`Warning`]s for the parts that could
//! only be taken as text. A filter answers one question: does this line match? So that not every line has to be asked, it also
//! says what a matching line [needs](Needs) to have, and what to look for in the bytes of many lines ([`Probes`]). This room knows
//! records, and nothing else.
//!
//! | written | matches |
//! |---|---|
//! | `word`, `"a phrase"` | records with that text, in any letter case, in the message or in the value of any other key |
//! | `time*out` | the same with anything in place of the star |
//! | `/conn.*(reset\|refused)/` | records where the regular expression finds something; letter case is ignored unless it says `(?-i)` |
//! | `key:value`, `key:"some value"` | a reserved key, or a field (`a.b` is the field `b` inside of `a`, or the field `a.b`; `fields.a` in full) |
//! | `key:a,b`, `key:(a OR b)` | any of several values |
//! | `key:pay*`, `key:/^pay/` | values by wildcard or regular expression |
//! | `key:>200`, `key:<=1.5s`, `key:>10MB` | numbers; durations in the key's own unit (`_ms` if its name tells none) |
//! | `key:500..599`, `key:500..`, `key:..599` | numbers in a range, both ends included |
//! | `key:*`, `has:key` | records that have the key |
//! | `level:error`, `level:>=warning` | levels |
//! | `last:1h`, `after:2026-11-05`, `before:now-2h`, `timestamp:2026-11-05` | times, in UTC |
//! | `a b`, `a AND b`, `a OR b`, `NOT a`, `-a`, `( … )` | combinations; the words in upper case only |
//!
//! Identifiers (`module`, `request_id`, `trace_id`, `span_id`, `user_id`, `organization_id`) are compared exactly,
//! other text in any letter case; `message` and the parts of `error` match when they contain the text (with
//! `key:=text` when they equal it).

mod evaluate;
mod filter;
mod fold;
mod glob;
mod key_path;
mod lexer;
mod literals;
mod needs;
mod number;
mod over_heads;
mod parser;
mod pattern;
mod place;
mod probe;
mod term;
#[cfg(test)]
pub(crate) mod tests;
mod time;
mod units;
mod values;

pub(crate) use filter::{Filter, Levels, Times};
pub(crate) use fold::fold;
pub(crate) use key_path::KeyPath;
pub(crate) use needs::{ModuleTest, Needs};
pub(crate) use over_heads::OverHeads;
pub(crate) use parser::{Warning, parse, parse_strict};
pub(crate) use probe::{Probes, is_plain};
pub(crate) use time::parse_time;
