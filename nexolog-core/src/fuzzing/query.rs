use jiff::Timestamp;

use crate::query::parse;

/// The filter language: a text up to its first NUL, and a line after it. Every text gives a filter whose warnings point
/// into it, and the filter judges any line.
pub fn query(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (text, line) = bytes.split_at(end);
    let text = String::from_utf8_lossy(text);
    let parsed = parse(&text, Timestamp::UNIX_EPOCH);
    for warning in &parsed.warnings {
        assert!(text.is_char_boundary(warning.position), "{warning:?} in {text:?}");
    }
    let again = parse(&text, Timestamp::UNIX_EPOCH);
    assert_eq!(parsed, again, "{text:?}");
    let line = line.strip_prefix(&[0]).unwrap_or_default();
    for line in [line, SAMPLE.as_bytes()] {
        assert_eq!(parsed.filter.matches(line), again.filter.matches(line));
    }
}

const SAMPLE: &str = r#"{"seq":7,"timestamp":"2026-11-05T10:00:00.000001Z","level":"ERROR","module":"auth","message":"a Word","user_id":"u1","duration_ms":1.5,"error":{"message":"m","chain":["c"]},"fields":{"a":{"b":[1,"x"]},"status":500}}"#;
