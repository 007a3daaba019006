use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// A time as somebody wrote it: as long as what was written leaves open, a day for a date.
///
/// In microseconds since the Unix epoch; `end` is the first one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeSpan {
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl TimeSpan {
    fn new(start: i64, length: i64) -> TimeSpan {
        TimeSpan { start, end: start.saturating_add(length) }
    }
}

/// Reads a time: a date, a date and time (UTC unless it says otherwise), seconds or milliseconds since the Unix epoch,
/// `now`, `today`, `yesterday`, or a duration from now such as `-15m` or `now-2h`.
pub(crate) fn parse_time(text: &str, now: Timestamp) -> Option<TimeSpan> {
    relative(text, now.as_microsecond()).or_else(|| epoch(text)).or_else(|| absolute(text))
}

/// What [`parse_time`] accepts, for messages.
pub(super) const ACCEPTED_TIMES: &str = "a time such as 2026-11-05, 2026-11-05T10:31:07Z, \
     1762338667 (seconds since 1970), -15m, now-2h, today or yesterday";

/// Reads a duration such as `90s`, `15m`, `1h30m`, `1.5h`, `7d`, `2w` into microseconds.
pub(super) fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        total += number.parse::<f64>().ok()? * unit_micros(unit)?;
        rest = after;
    }
    // Ten thousand years is where calendars end.
    let is_sensible = !text.is_empty() && total <= 10_000.0 * 366.0 * DAY as f64;
    #[allow(clippy::cast_possible_truncation, reason = "bounded just above")]
    is_sensible.then_some(total as i64)
}

fn unit_micros(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1_000.0,
        "s" | "sec" | "secs" | "second" | "seconds" => SECOND as f64,
        "m" | "min" | "mins" | "minute" | "minutes" => MINUTE as f64,
        "h" | "hour" | "hours" => 60.0 * MINUTE as f64,
        "d" | "day" | "days" => DAY as f64,
        "w" | "week" | "weeks" => 7.0 * DAY as f64,
        _ => return None,
    })
}

fn relative(text: &str, now: i64) -> Option<TimeSpan> {
    let midnight = now.div_euclid(DAY) * DAY;
    match text {
        "now" => return Some(TimeSpan::new(now, 1)),
        "today" => return Some(TimeSpan::new(midnight, DAY)),
        "yesterday" => return Some(TimeSpan::new(midnight - DAY, DAY)),
        _ => {}
    }
    let offset = text.strip_prefix("now").unwrap_or(text);
    let start = if let Some(back) = offset.strip_prefix('-') {
        now.checked_sub(parse_duration(back)?)?
    } else {
        now.checked_add(parse_duration(offset.strip_prefix('+')?)?)?
    };
    Some(TimeSpan::new(start, 1))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their number of digits, which holds
/// from 1973 to 5138.
fn epoch(text: &str) -> Option<TimeSpan> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = text.parse::<i64>().ok()?;
    match text.len() {
        9..=11 => Some(TimeSpan::new(number * SECOND, SECOND)),
        12..=14 => Some(TimeSpan::new(number * 1_000, 1_000)),
        15..=17 => Some(TimeSpan::new(number, 1)),
        18..=19 => Some(TimeSpan::new(number / 1_000, 1)),
        _ => None,
    }
}

fn absolute(text: &str) -> Option<TimeSpan> {
    let Some(time_at) = text.find(['T', 't', ' ']) else {
        let date: Date = text.parse().ok()?;
        return Some(TimeSpan::new(utc_micros(date.at(0, 0, 0, 0))?, DAY));
    };
    let start = match text.parse::<Timestamp>() {
        Ok(stamp) => stamp.as_microsecond(),
        Err(_) => utc_micros(text.parse().ok()?)?,
    };
    let time = text.get(time_at + 1..)?;
    let time = time.split(['Z', 'z', '+', '-']).next()?;
    let precision = match time.matches(':').count() {
        _ if time.contains(['.', ',']) => 1,
        0 | 1 => MINUTE,
        _ => SECOND,
    };
    Some(TimeSpan::new(start, precision))
}

fn utc_micros(time: DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(time).ok().map(Timestamp::as_microsecond)
}
