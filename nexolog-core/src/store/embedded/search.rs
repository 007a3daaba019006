use std::path::Path;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::store::names::FamilyName;
use crate::store::{Cursor, SearchPage, SearchRequest, Stop, StoreError};

use super::kept::Kept;
use super::left_out::LeftOut;
use super::merge::Merged;
use super::snapshot::{self, Directory};

/// A page ends when its lines have so many bytes together, however many there may be: lines can be long.
const MOST_BYTES: usize = 8 << 20;

/// Answers one page. See [`LogStore::search`](crate::store::LogStore::search).
pub(super) fn search(
    root: &Path,
    family: &FamilyName,
    request: &SearchRequest,
    kept: &Arc<Kept>,
    stop: &Stop,
) -> Result<SearchPage, StoreError> {
    let mut left_out = LeftOut::default();
    let directories = list(root, family)?;
    let mut reached = request.cursor.clone();
    let (filter, order) = (&request.filter, request.order);
    let mut merged = Merged::new(directories, family, filter, order, reached.as_ref(), kept);
    let mut page = SearchPage::default();
    let limit = request.limit.max(1);
    let mut has_more = false;
    let mut has_moved = false;
    let mut bytes = 0;
    while let Some((place, line)) = merged.next(stop, has_moved, &mut left_out) {
        match line.map(json) {
            Some(Some(text)) => {
                bytes += text.len();
                page.records.push((place.clone(), text));
            }
            Some(None) => left_out.damaged_lines += 1,
            None => {}
        }
        reached = Some(place);
        has_moved = true;
        if page.records.len() == limit || bytes >= MOST_BYTES {
            has_more = merged.has_rest();
            break;
        }
    }
    page.scanned = merged.scanned();
    if has_more || left_out.stopped {
        page.next_cursor = Some(reached.unwrap_or_else(|| Cursor::beginning(request.order)));
    }
    page.incomplete = left_out.describe();
    page.left_out = LeftOut { stopped: false, ..left_out }.describe();
    Ok(page)
}

/// The directories at this moment.
pub(super) fn list(root: &Path, family: &FamilyName) -> Result<Vec<Directory>, StoreError> {
    snapshot::take(root, family).map_err(|error| StoreError::new("listing the segments", error))
}

/// The line as text; `None` unless it is valid JSON, for answers embed it as it is.
pub(super) fn json(line: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(line).ok()?;
    serde_json::from_str::<&RawValue>(text).ok()?;
    Some(text.to_owned())
}
