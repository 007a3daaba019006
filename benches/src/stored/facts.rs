use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

/// What is known of the lines: how many there are, and what to ask for.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Lines of all files.
    pub lines: u64,
    /// Their bytes as text.
    pub bytes: u64,
    /// The first and the last line's time, in microseconds since the Unix epoch.
    pub span: (i64, i64),
    /// A request in the middle of the log.
    pub request_id: String,
    /// A user who met a timeout in the middle of the log.
    pub user_id: String,
    /// The beginning of the hour in the middle of the log, in microseconds since the Unix epoch.
    pub hour: i64,
}

impl Facts {
    /// Writes them down for a later run.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let Facts { lines, bytes, span: (first, last), request_id, user_id, hour } = self;
        let facts = json!({
            "lines": lines, "bytes": bytes, "first": first, "last": last,
            "request_id": request_id, "user_id": user_id, "hour": hour,
        });
        fs::write(path, facts.to_string())
    }

    /// What an earlier run wrote down; `None` when there was none.
    pub fn read(path: &Path) -> Option<Facts> {
        let facts: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        Some(Facts {
            lines: facts["lines"].as_u64()?,
            bytes: facts["bytes"].as_u64()?,
            span: (facts["first"].as_i64()?, facts["last"].as_i64()?),
            request_id: facts["request_id"].as_str()?.to_owned(),
            user_id: facts["user_id"].as_str()?.to_owned(),
            hour: facts["hour"].as_i64()?,
        })
    }
}
