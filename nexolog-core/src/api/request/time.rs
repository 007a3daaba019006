use jiff::{SignedDuration, Timestamp};

/// What a time parameter takes, for error messages.
pub(in crate::api) const ACCEPTED: &str = "a time: RFC 3339 (`2026-11-23T10:00:00Z`), a date, seconds or milliseconds since 1970, or relative to now (`-15m`, `now-2h`)";

/// Reads a time and returns it in microseconds since the Unix epoch.
pub(in crate::api) fn parse_time(text: &str, now: Timestamp) -> Option<i64> {
    let text = text.trim();
    if let Some(offset) = relative(text) {
        let offset = SignedDuration::from_secs(offset);
        return now.checked_add(offset).ok().map(Timestamp::as_microsecond);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return epoch(text);
    }
    if text.len() == "2026-11-23".len() {
        let midnight: Timestamp = format!("{text}T00:00:00Z").parse().ok()?;
        return Some(midnight.as_microsecond());
    }
    // A `+` that was not percent-encoded arrives as a space: `…T10:00:00 01:00`.
    let plus_restored = text
        .rsplit_once(' ')
        .filter(|(head, offset)| head.contains(['T', 't']) && offset.starts_with(char::is_numeric))
        .map(|(head, offset)| format!("{head}+{offset}"));
    let time: Timestamp = plus_restored.as_deref().unwrap_or(text).parse().ok()?;
    Some(time.as_microsecond())
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

/// A time in microseconds since the Unix epoch, as it stands in lines.
pub(in crate::api) fn rfc3339(micros: i64) -> Option<String> {
    Timestamp::from_microsecond(micros).ok().map(|time| format!("{time:.6}"))
}

/// Seconds from now: `now`, `-15m`, `now-2h`, `now+5m`.
fn relative(text: &str) -> Option<i64> {
    let offset = match text.strip_prefix("now") {
        Some("") => return Some(0),
        Some(offset) => offset,
        // A bare `+5m` would be taken for a number elsewhere; only the past has a short form.
        None if text.starts_with('-') => text,
        None => return None,
    };
    let (sign, span) = match offset.split_at_checked(1)? {
        ("-", span) => (-1, span),
        // See above: an unescaped `+` arrives as a space.
        ("+" | " ", span) => (1, span),
        _ => return None,
    };
    if span.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    i64::try_from(parse_span(span)?).ok()?.checked_mul(sign)
}

/// Digits alone: their number tells the unit, which keeps every time from 1973 to 5138 right.
fn epoch(digits: &str) -> Option<i64> {
    let number: i64 = digits.parse().ok()?;
    let micros = match digits.len() {
        1..=11 => number.checked_mul(1_000_000)?,
        12..=14 => number.checked_mul(1_000)?,
        15..=17 => number,
        _ => return None,
    };
    Timestamp::from_microsecond(micros).ok().map(Timestamp::as_microsecond)
}
