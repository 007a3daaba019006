use std::path::Path;
use std::sync::Arc;

use crate::record::Line;
use crate::store::names::FamilyName;
use crate::store::{Order, Stats, StatsRequest, Stop, StoreError};

use super::super::left_out::LeftOut;
use super::super::lines::Lines;
use super::super::position::Position;
use super::super::question::Question;
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
    let question = Arc::new(Question::new(request.filter.clone(), Order::OldestFirst));
    for directory in list(root, family)? {
        let (question, start) = (Arc::clone(&question), Position::start(Order::OldestFirst, false));
        let mut lines = Lines::matching(directory, family.clone(), question, start).with_help();
        while let Some(found) = lines.next(stop, true, &mut left_out) {
            let text = lines.text(&found);
            match Line::parse(text) {
                Some(line) => fold.add(&line, found.seq, found.timestamp),
                None => left_out.damaged_lines += 1,
            }
        }
        scanned += lines.scanned();
        if left_out.stopped {
            break;
        }
    }
    let mut stats = fold.finish(&mut left_out.remarks);
    stats.scanned = scanned;
    stats.incomplete = left_out.describe();
    Ok(stats)
}
