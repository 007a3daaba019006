/// Bytes of a timestamp as a line has it: `2026-11-05T10:31:07.123456Z`.
pub(crate) const STAMP_LEN: usize = 27;

/// Reads a timestamp into microseconds since the Unix epoch: our own fixed form fast, any other RFC 3339 through a
/// library.
pub(crate) fn read_stamp(text: &str) -> Option<i64> {
    if let Some(micros) = read_fixed(text.as_bytes()) {
        return Some(micros);
    }
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond)
}

/// Reads our own fixed form only.
pub(crate) fn read_fixed(bytes: &[u8]) -> Option<i64> {
    let bytes: &[u8; STAMP_LEN] = bytes.try_into().ok()?;
    let punctuation = [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16], bytes[19], bytes[26]];
    if punctuation != *b"--T::.Z" {
        return None;
    }
    let year = digits(&bytes[0..4])?;
    let month = digits(&bytes[5..7])?;
    let day = digits(&bytes[8..10])?;
    let hour = digits(&bytes[11..13])?;
    let minute = digits(&bytes[14..16])?;
    let second = digits(&bytes[17..19])?;
    let micros = digits(&bytes[20..26])?;
    let is_time = hour < 24 && minute < 60 && second < 60;
    if !is_time || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
        return None;
    }
    let seconds = ((days_before(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(seconds * 1_000_000 + micros)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let mut value = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the given day of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    // With the year beginning in March its leap day comes last, so that months need no table.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}
