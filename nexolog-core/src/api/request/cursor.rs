use crate::store::{Cursor, Order};

/// What a cursor parameter takes, for error messages.
pub(in crate::api) const ACCEPTED: &str =
    "the `next_cursor` of an earlier answer, or an entry of `cursors`";

/// Writes which record a cursor names: `<seq>`, or `<seq>.<directory>` for the directory of another
/// instance.
pub(in crate::api) fn identity(cursor: &Cursor) -> String {
    if cursor.directory.is_empty() {
        cursor.seq.to_string()
    } else {
        format!("{}.{}", cursor.seq, cursor.directory)
    }
}

/// Writes a whole cursor: the record, and the time that other directories go on at.
pub(in crate::api) fn cursor_text(cursor: &Cursor) -> String {
    format!("{}@{}", identity(cursor), cursor.timestamp)
}

/// Reads what [`cursor_text`] or [`identity`] wrote.
///
/// Without a time, the own directory still goes on exactly; another instance's records begin anew,
/// since one that comes twice is better than one that never comes.
///
/// A directory is a plain name: what would lead anywhere else is refused here, before a store sees it.
pub(in crate::api) fn parse_cursor(text: &str, order: Order) -> Option<Cursor> {
    let (record, timestamp) = match text.split_once('@') {
        Some((record, timestamp)) => (record, timestamp.parse().ok()?),
        None => (text, beginning(order)),
    };
    let (seq, directory) = match record.split_once('.') {
        Some((seq, directory)) if is_plain_name(directory) => (seq, directory),
        Some(_) => return None,
        None => (record, ""),
    };
    let is_number = seq.bytes().all(|byte| byte.is_ascii_digit());
    let seq = seq.parse().ok().filter(|_| is_number)?;
    Some(Cursor { seq, timestamp, directory: directory.to_owned() })
}

/// The time at which a search in this order begins.
fn beginning(order: Order) -> i64 {
    match order {
        Order::NewestFirst => i64::MAX,
        Order::OldestFirst => i64::MIN,
    }
}

fn is_plain_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
