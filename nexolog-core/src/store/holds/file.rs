//! The file in which holds outlive the process.
//!
//! ```json
//! {"version": 1, "holds": [
//!   {"name": "case-17", "reason": "letter of 3 May", "created": "2026-05-04T09:00:00.000000Z", "query": "user_id:u123"},
//!   {"name": "outage", "reason": "insurance", "created": "…", "from": "2026-05-01T00:00:00.000000Z", "to": null}
//! ]}
//! ```
//!
//! A file of another version, or with anything unknown in it, can't be read: what it holds must not be guessed at.

use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::HoldError;
use super::hold::{Covers, Hold, rfc3339};
use crate::store::fs::{Fs, remove_if_there, replace};
use crate::store::names::HOLDS_FILE;

const VERSION: u64 = 1;

/// Far more than a thousand holds take.
const LONGEST: u64 = 16 * 1024 * 1024;

/// The holds in the file at `path`; none when there is no file.
pub(super) fn read(fs: &dyn Fs, path: &Path) -> Result<Vec<Hold>, HoldError> {
    let file = match fs.open_read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        result => result.map_err(HoldError::File)?,
    };
    let mut text = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut text).map_err(HoldError::File)?;
    parse(&text).ok_or_else(|| {
        let message = format!("`{HOLDS_FILE}` is damaged or of another version; mend or remove it");
        HoldError::File(io::Error::new(io::ErrorKind::InvalidData, message))
    })
}

/// Puts `holds` in the place of those in the file; on the disk when it returns.
pub(super) fn write(fs: &dyn Fs, directory: &Path, holds: &[Hold]) -> io::Result<()> {
    if holds.is_empty() {
        // A build without the API can't read filters and holds everything while there is a file.
        remove_if_there(fs, &directory.join(HOLDS_FILE))?;
    } else {
        let holds: Vec<Value> = holds.iter().map(render).collect();
        let text = json!({"version": VERSION, "holds": holds}).to_string() + "\n";
        replace(fs, directory, HOLDS_FILE, text.as_bytes())?;
    }
    sync_directory(directory)
}

/// A name is on the disk when its directory is.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

fn render(hold: &Hold) -> Value {
    let mut object = json!({
        "name": hold.name,
        "reason": hold.reason,
        "created": hold.created.and_then(rfc3339),
    });
    match &hold.covers {
        Covers::Query(query) => object["query"] = json!(query),
        Covers::Times { from, to } => {
            object["from"] = json!(from.and_then(rfc3339));
            object["to"] = json!(to.and_then(rfc3339));
        }
    }
    object
}

fn parse(text: &[u8]) -> Option<Vec<Hold>> {
    let Value::Object(file) = serde_json::from_slice(text).ok()? else { return None };
    let is_ours = file.len() == 2 && file.get("version")?.as_u64()? == VERSION;
    let holds = file.get("holds").filter(|_| is_ours)?.as_array()?;
    holds.iter().map(|hold| parse_hold(hold.as_object()?)).collect()
}

fn parse_hold(object: &Map<String, Value>) -> Option<Hold> {
    let text = |key: &str| Some(object.get(key)?.as_str()?.to_owned());
    let covers = match (object.len(), text("query")) {
        (4, Some(query)) => Covers::Query(query),
        (5, None) => Covers::Times { from: time(object, "from")?, to: time(object, "to")? },
        _ => return None,
    };
    let created = time(object, "created")?;
    let hold = Hold { name: text("name")?, reason: text("reason")?, covers, created };
    hold.filter().is_ok().then_some(hold)
}

/// Null stands for no time.
#[allow(clippy::option_option, reason = "no time, and one that can't be read")]
fn time(object: &Map<String, Value>, key: &str) -> Option<Option<i64>> {
    match object.get(key)? {
        Value::Null => Some(None),
        value => {
            let time: Timestamp = value.as_str()?.parse().ok()?;
            Some(Some(time.as_microsecond()))
        }
    }
}
