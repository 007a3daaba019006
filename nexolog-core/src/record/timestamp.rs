//! The one form of time in a line: RFC 3339, UTC, six digits and `Z`.

/// Bytes of a rendered timestamp.
pub(crate) const TIMESTAMP_LEN: usize = 27;

/// Renders timestamps; remembers the last second, since neighbours mostly share it.
#[derive(Debug)]
pub(crate) struct TimestampRenderer {
    second: i64,
    text: [u8; TIMESTAMP_LEN],
}

impl TimestampRenderer {
    pub(crate) fn new() -> TimestampRenderer {
        TimestampRenderer { second: 0, text: *b"1970-01-01T00:00:00.000000Z" }
    }

    /// The text of a time in microseconds since the Unix epoch.
    ///
    /// Times outside of the years 0 to 9999 have no RFC 3339 form; they are shown as the nearest that does.
    pub(crate) fn render(&mut self, micros: i64) -> &str {
        // Only ASCII is ever put there.
        std::str::from_utf8(self.render_bytes(micros)).unwrap_or_default()
    }

    /// As [`render`](TimestampRenderer::render), for who puts it between other bytes.
    #[inline]
    pub(crate) fn render_bytes(&mut self, micros: i64) -> &[u8; TIMESTAMP_LEN] {
        let second = micros.div_euclid(1_000_000);
        if second != self.second {
            self.set_second(second);
        }
        let mut rest = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0);
        for digit in self.text[20..26].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        &self.text
    }

    fn set_second(&mut self, second: i64) {
        const YEAR_0: i64 = -62_167_219_200;
        const YEAR_9999_END: i64 = 253_402_207_200;
        let Ok(time) = jiff::Timestamp::from_second(second.clamp(YEAR_0, YEAR_9999_END)) else {
            return;
        };
        let text = format!("{time:.0}");
        if let (Some(prefix), Some(slot)) = (text.as_bytes().get(..19), self.text.get_mut(..19)) {
            slot.copy_from_slice(prefix);
            self.second = second;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TimestampRenderer;

    #[test]
    fn times_have_six_digits_and_z() {
        let mut renderer = TimestampRenderer::new();
        for (micros, expected) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_785_000_000_123_456, "2026-07-25T17:20:00.123456Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        ] {
            assert_eq!(renderer.render(micros), expected);
        }
    }

    #[test]
    fn a_time_no_calendar_holds_is_still_a_timestamp() {
        let mut renderer = TimestampRenderer::new();
        for micros in [i64::MIN, i64::MAX] {
            let text = renderer.render(micros).to_owned();
            assert!(text.parse::<jiff::Timestamp>().is_ok(), "{text}");
        }
    }
}
