use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::csv::Columns;
use crate::record::Line;

/// What an export is written as.
#[derive(Clone, Debug)]
pub(in crate::api) enum Format {
    /// The stored lines as they are, one a line.
    JsonLines,
    /// One object, with the lines in `logs`.
    Json,
    /// A table.
    Csv(Columns),
}

/// What is said at the end.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) exported: u64,
    /// What was left out.
    pub(super) incomplete: Option<String>,
    pub(super) warnings: Value,
    pub(super) took_ms: f64,
}

impl Format {
    pub(in crate::api) fn media_type(&self) -> &'static str {
        match self {
            Format::JsonLines => "application/x-ndjson",
            Format::Json => "application/json",
            Format::Csv(_) => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The ending of a file's name.
    pub(in crate::api) fn ending(&self) -> &'static str {
        match self {
            Format::JsonLines => "jsonl",
            Format::Json => "json",
            Format::Csv(_) => "csv",
        }
    }

    /// What comes before the first record.
    pub(super) fn put_head(&self, out: &mut String) {
        match self {
            Format::JsonLines => {}
            Format::Json => out.push_str("{\"logs\":["),
            Format::Csv(columns) => columns.put_head(out),
        }
    }

    /// A record, the first one or another; `false`, and nothing written, when the line is damaged.
    pub(super) fn put(&self, out: &mut String, text: &str, is_first: bool) -> bool {
        if let Format::Csv(columns) = self {
            let line = Line::parse(text.as_bytes());
            return line.map(|line| columns.put_line(out, &line)).is_some();
        }
        if serde_json::from_str::<&RawValue>(text).is_err() {
            return false;
        }
        if let Format::Json = self {
            out.push_str(if is_first { "\n" } else { ",\n" });
            out.push_str(text);
        } else {
            out.push_str(text);
            out.push('\n');
        }
        true
    }

    /// What comes after the last record.
    pub(super) fn put_end(&self, out: &mut String, end: &End) {
        match (self, &end.incomplete) {
            (Format::Json, incomplete) => {
                let mut members = json!({
                    "exported": end.exported,
                    "complete": incomplete.is_none(),
                    "warnings": end.warnings,
                    "took_ms": end.took_ms,
                });
                if let (Some(reason), Some(members)) = (incomplete, members.as_object_mut()) {
                    members.insert("incomplete_reason".to_owned(), json!(reason));
                }
                out.push_str("\n],");
                // The object of members follows without its opening brace.
                out.push_str(members.to_string().strip_prefix('{').unwrap_or_default());
                out.push('\n');
            }
            (Format::JsonLines, Some(reason)) => {
                out.push_str(&json!({"incomplete": reason}).to_string());
                out.push('\n');
            }
            (Format::Csv(columns), Some(reason)) => {
                columns.put_remark(out, &format!("incomplete: {reason}"));
            }
            (_, None) => {}
        }
    }
}
