use std::path::Path;

use crate::record::Line;
use crate::store::names::FamilyName;
use crate::store::{Order, Stats, StatsRequest, Stop, StoreError};

use super::super::left_out::LeftOut;
use super::super::lines::Lines;
use super::super::search::list;
use super::fold::Fold;

/// See [`LogStore::stats`](crate::store::LogStore::stats).
pub(in crate::store::embedded) fn stats(
    root: &Path,
    family: &FamilyName,
    request: &StatsRequest,
    stop: &Stop,
) -> Result<Stats, StoreError> {
    let mut left_out = LeftOut::default();
    let mut fold = Fold::new(request.interval);
    let mut scanned = 0;
    for directory in list(root, family)? {
        let mut lines = Lines::new(directory, family.clone(), Order::OldestFirst);
        while let Some(found) = lines.next(stop, true, &mut left_out) {
            scanned += 1;
            let text = lines.text(&found);
            if !request.filter.matches(text) {
                continue;
            }
            match Line::parse(text) {
                Some(line) => fold.add(&line, found.seq, found.timestamp),
                None => left_out.damaged_lines += 1,
            }
        }
        if left_out.stopped {
            break;
        }
    }
    let mut stats = fold.finish(&mut left_out.remarks);
    stats.scanned = scanned;
    stats.incomplete = left_out.describe();
    Ok(stats)
}
