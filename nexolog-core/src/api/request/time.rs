use jiff::Timestamp;

use crate::query;

/// What a time parameter takes, for error messages.
pub(in crate::api) const ACCEPTED: &str = "a time: RFC 3339 (`2026-11-23T10:00:00Z`), a date, seconds or milliseconds since 1970, or relative to now (`-15m`, `now-2h`, `today`)";

/// Reads a time and returns it in microseconds since the Unix epoch; the beginning of a day for a date.
pub(in crate::api) fn parse_time(text: &str, now: Timestamp) -> Option<i64> {
    let text = text.trim();
    // A `+` that was not percent-encoded arrives as a space: `…T10:00:00 01:00`, `now 5m`.
    let restored = text
        .rsplit_once(' ')
        .filter(|(head, _)| head.contains(':') || *head == "now")
        .map(|(head, offset)| format!("{head}+{offset}"));
    let span = query::parse_time(restored.as_deref().unwrap_or(text), now)?;
    Some(span.start)
}

/// Reads a length of time such as `90`, `30s`, `5m`, `1h`, `7d` or `2w` in seconds.
pub(in crate::api) fn parse_span(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        "w" => 7 * 24 * 60 * 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// Reads a length of time in microseconds: as [`parse_span`], or milliseconds such as `500ms`.
pub(in crate::api) fn parse_width(text: &str) -> Option<u64> {
    match text.strip_suffix("ms") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse::<u64>().ok()?.checked_mul(1_000)
        }
        Some(_) => None,
        None => parse_span(text)?.checked_mul(1_000_000),
    }
}

/// A time in microseconds since the Unix epoch, as it stands in lines.
pub(in crate::api) fn rfc3339(micros: i64) -> Option<String> {
    Timestamp::from_microsecond(micros).ok().map(|time| format!("{time:.6}"))
}
