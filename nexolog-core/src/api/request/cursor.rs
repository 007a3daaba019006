use crate::store::Cursor;

/// What a cursor parameter takes, for error messages.
pub(in crate::api) const ACCEPTED: &str =
    "the `next_cursor` of an earlier answer, or the `seq` of a record";

/// Writes a cursor: `<seq>`, or `<seq>.<directory>` for the directory of another instance.
pub(in crate::api) fn cursor_text(cursor: &Cursor) -> String {
    if cursor.directory.is_empty() {
        cursor.seq.to_string()
    } else {
        format!("{}.{}", cursor.seq, cursor.directory)
    }
}

/// Reads what [`cursor_text`] writes. The time is not in the text: 0 leaves it to the store to look up.
///
/// A directory is a plain name: what would lead anywhere else is refused here, before a store sees it.
pub(in crate::api) fn parse_cursor(text: &str) -> Option<Cursor> {
    let (seq, directory) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = |name: &str| {
        name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if !seq.bytes().all(|byte| byte.is_ascii_digit())
        || !is_plain(directory)
        || (directory.is_empty() && text.contains('.'))
    {
        return None;
    }
    Some(Cursor { seq: seq.parse().ok()?, timestamp: 0, directory: directory.to_owned() })
}
