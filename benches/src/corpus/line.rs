use std::fmt::Write as _;

use jiff::Timestamp;

use super::random::Random;
use super::values::Kind;

/// Who a line is written for: what a request's context holds.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) request_id: String,
    pub(super) user: u64,
    pub(super) organization: u64,
    pub(super) thread: u64,
}

/// What was done, and how it went.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) operation: &'static str,
    pub(super) outcome: &'static str,
    pub(super) duration_ms: f64,
}

/// Where the code stands that said it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) module: &'static str,
    /// The module's path in the source, with `::`.
    pub(super) target: &'static str,
    pub(super) line: usize,
}

/// A record, and its place in the log.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Its number.
    pub seq: u64,
    /// Its time in microseconds since the Unix epoch.
    pub micros: i64,
    /// Its level, as it is written.
    pub level: &'static str,
    /// Its module.
    pub module: &'static str,
    /// What it says.
    pub message: String,
    /// The request it belongs to.
    pub request_id: Option<String>,
    /// The user whose request that is.
    pub user_id: Option<String>,
    /// All of it as it is stored, with its newline.
    pub text: String,
}

impl Line {
    /// Renders everything but the fields, keys in their fixed order.
    pub(super) fn begin(
        &mut self,
        site: Site,
        who: Option<&Who>,
        done: Option<&Done>,
        error: &str,
    ) {
        self.module = site.module;
        self.request_id = who.map(|who| who.request_id.clone());
        self.user_id = who.map(|who| format!("u{}", who.user));
        let out = &mut self.text;
        out.clear();
        let time = Timestamp::from_microsecond(self.micros).expect("times of this century");
        let (seq, level, module) = (self.seq, self.level, site.module);
        put(out, format_args!("{{\"seq\":{seq},\"timestamp\":\"{time:.6}\",\"level\":\"{level}\""));
        put(out, format_args!(",\"module\":\"{module}\",\"message\":"));
        put_text(out, &self.message);
        if let Some(Who { request_id, user, organization, .. }) = who {
            put(out, format_args!(",\"request_id\":\"{request_id}\",\"user_id\":\"u{user}\""));
            put(out, format_args!(",\"organization_id\":\"org-{organization}\""));
        }
        if let Some(Done { operation, outcome, duration_ms }) = done {
            put(out, format_args!(",\"operation\":\"{operation}\",\"outcome\":\"{outcome}\""));
            put(out, format_args!(",\"duration_ms\":{duration_ms}"));
        }
        if !error.is_empty() {
            put(out, format_args!(",\"error\":{error}"));
        }
        let (target, line) = (site.target, site.line);
        let file = target.split_once("::").map_or(target, |(_, path)| path).replace("::", "/");
        put(
            out,
            format_args!(",\"target\":\"{target}\",\"file\":\"src/{file}.rs\",\"line\":{line}"),
        );
        let thread = who.map_or(0, |who| who.thread);
        put(out, format_args!(",\"thread\":\"worker-{thread}\""));
    }

    /// Renders the fields and ends the line.
    pub(super) fn end(&mut self, fields: &[(&str, Kind)], ready: &str, random: &mut Random) {
        let out = &mut self.text;
        out.push_str(",\"fields\":{");
        out.push_str(ready);
        for (at, (key, kind)) in fields.iter().enumerate() {
            let comma = if at > 0 || !ready.is_empty() { "," } else { "" };
            let quote = if kind.is_number() { "" } else { "\"" };
            put(out, format_args!("{comma}\"{key}\":{quote}"));
            kind.put(random, out);
            out.push_str(quote);
        }
        out.push_str("}}\n");
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory takes it");
}

/// Puts a JSON string.
fn put_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\t' => out.push_str("\\t"),
            ' '.. => out.push(character),
            _ => put(out, format_args!("\\u{:04x}", u32::from(character))),
        }
    }
    out.push('"');
}
