//! Looking around: visiting lines, finding one.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::query::Filter;
use crate::record::Line;
use crate::store::names::FamilyName;
use crate::store::{Cursor, Order, Sought, Stop, StoreError, Visited};

use super::kept::Kept;
use super::left_out::LeftOut;
use super::lines::Lines;
use super::merge::Merged;
use super::position::Position;
use super::question::Question;
use super::search::{json, list};
use super::snapshot::Directory;

/// See [`LogStore::visit`](crate::store::LogStore::visit).
pub(super) fn visit(
    root: &Path,
    family: &FamilyName,
    filter: &Filter,
    kept: &Arc<Kept>,
    stop: &Stop,
    each: &mut dyn FnMut(&Line<'_>) -> ControlFlow<()>,
) -> Result<Visited, StoreError> {
    let mut left_out = LeftOut::default();
    let directories = list(root, family)?;
    let mut merged = Merged::new(directories, family, filter, Order::NewestFirst, None, kept);
    while let Some((_, line)) = merged.next(stop, true, &mut left_out) {
        match line.map(Line::parse) {
            Some(Some(line)) if each(&line).is_break() => break,
            Some(Some(_)) | None => {}
            Some(None) => left_out.damaged_lines += 1,
        }
    }
    Ok(Visited { scanned: merged.scanned(), incomplete: left_out.describe() })
}

/// See [`LogStore::find`](crate::store::LogStore::find).
pub(super) fn find(
    root: &Path,
    family: &FamilyName,
    (name, seq): (&str, u64),
    kept: &Arc<Kept>,
    stop: &Stop,
) -> Result<Sought, StoreError> {
    let directories = list(root, family)?;
    let Some(directory) = directories.into_iter().find(|directory| directory.name == name) else {
        return Ok(Sought::Missing);
    };
    let (path, name) = (directory.path.clone(), directory.name.clone());
    let oldest = directory.segments.iter().find_map(|segment| segment.first_seq);
    let question = Arc::new(Question::new(Filter::all(), Order::OldestFirst));
    let cursor = Cursor { seq: seq.saturating_sub(1), timestamp: i64::MIN, directory: name };
    let Cursor { directory: name, .. } = &cursor;
    let position = match seq {
        0 => Position::start(Order::OldestFirst, false),
        _ => Position::after(&cursor, name, Order::OldestFirst, false),
    };
    let directory = Directory { path, ..directory };
    let mut lines =
        Lines::matching(directory, family.clone(), question, position, Arc::clone(kept));
    let mut left_out = LeftOut::default();
    let found = lines.next(stop, true, &mut left_out);
    Ok(match found {
        Some(found) if found.seq == seq => match json(lines.text(&found)) {
            Some(line) => {
                let place = Cursor { seq, timestamp: found.timestamp, directory: cursor.directory };
                Sought::Found(place, line)
            }
            None => Sought::Missing,
        },
        _ if oldest.is_some_and(|oldest| seq < oldest) => Sought::Removed,
        _ if left_out.stopped => Sought::Stopped,
        _ => Sought::Missing,
    })
}
