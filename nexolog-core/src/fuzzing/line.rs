use serde_json::{Map, Value};

use super::checks::reads_as_parsed;
use crate::record::{Head, Key, Line, Raw};

/// The reader of stored lines: whatever is JSON is read rightly, and whatever is not is read or refused.
pub fn line(bytes: &[u8]) {
    let head = Head::read(bytes);
    let line = Line::parse(bytes);
    if let Ok(parsed) = serde_json::from_slice::<Map<String, Value>>(bytes) {
        let line = line.as_ref().expect("an object is a line");
        reads_as_parsed(line, &parsed);
        let keys = std::str::from_utf8(bytes).ok().and_then(Raw::object).into_iter();
        // By its places the first of two equal keys is found, by their names the last.
        if keys.flat_map(Raw::entries).count() == parsed.len()
            && let Some(head) = head
        {
            assert_eq!(line.seq(), Some(head.seq));
            assert_eq!(line.timestamp(), Some(head.timestamp));
            assert_eq!(line.level(), Some(head.level));
            assert!(head.module.is_none_or(|module| line.module().as_deref() == Some(module)));
        }
    }
    if let Some(line) = line {
        for key in Key::ALL {
            let _ = line.raw(key).map(|raw| raw.scalars().filter_map(Raw::scalar_text).count());
        }
        let _ = (line.field("a.b.c"), line.others().count(), line.duration_ms());
        let _ = line.error().map(|error| (error.message(), error.chain().count()));
    }
}
