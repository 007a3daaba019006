use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::record::Line;
use crate::store::names::FamilyName;
use crate::store::rollup::{Rollup, Unpacker};
use crate::store::{Order, Stats, StatsRequest, Stop, StoreError};

use super::super::followed::Followed;
use super::super::kept::Kept as All;
use super::super::left_out::LeftOut;
use super::super::lines::Lines;
use super::super::position::Position;
use super::super::question::Question as Lined;
use super::super::search::list;
use super::super::segment::{Segment, Source};
use super::super::snapshot::Directory;
use super::fold::Fold;
use super::known::{InMemory, Known, Question};
use super::summed::Summed;
use super::written::Written;

/// What is kept from one question to the next.
#[derive(Debug, Default)]
pub(in crate::store::embedded) struct Kept {
    followed: Followed<Rollup>,
    summed: Summed,
}

/// See [`LogStore::stats`](crate::store::LogStore::stats).
pub(in crate::store::embedded) fn stats(
    root: &Path,
    family: &FamilyName,
    request: &StatsRequest,
    kept: &Arc<All>,
    stop: &Stop,
) -> Result<Stats, StoreError> {
    let mut asked = Asked {
        family,
        request,
        stop,
        kept,
        question: Question::of(&request.filter),
        fold: Fold::new(request.interval),
        left_out: LeftOut::default(),
        scanned: 0,
        unpacker: Unpacker::default(),
    };
    for directory in list(root, family)? {
        asked.directory(directory);
        if asked.left_out.stopped {
            break;
        }
    }
    let Asked { fold, mut left_out, scanned, .. } = asked;
    let mut stats = fold.finish(&mut left_out.remarks);
    stats.scanned = scanned;
    stats.incomplete = left_out.describe();
    Ok(stats)
}

/// A request on its way.
struct Asked<'a> {
    family: &'a FamilyName,
    request: &'a StatsRequest,
    stop: &'a Stop,
    kept: &'a Arc<All>,
    /// The filter, where what is known of files can answer it.
    question: Option<Question>,
    fold: Fold,
    left_out: LeftOut,
    scanned: u64,
    unpacker: Unpacker,
}

impl Asked<'_> {
    fn directory(&mut self, mut directory: Directory) {
        let segments = std::mem::take(&mut directory.segments);
        let summed = self.add_summed(&directory, &segments);
        let mut unknown = Vec::new();
        for segment in segments {
            if self.stop.now() {
                self.left_out.stopped = true;
            }
            if self.left_out.stopped {
                return;
            }
            let is_summed = matches!(segment.source, Source::Sealed { .. })
                && segment.first_seq.is_some_and(|seq| summed.contains(&seq));
            if !is_summed && !self.is_known(&directory, &segment) {
                unknown.push(segment);
            }
        }
        self.read(Directory { segments: unknown, ..directory });
    }

    /// Answers for the sealed segments that are kept as one sum, if the question is about all; gives them.
    fn add_summed(&mut self, directory: &Directory, segments: &[Segment]) -> BTreeSet<u64> {
        if !self.question.as_ref().is_some_and(Question::is_for_all) {
            return BTreeSet::new();
        }
        let sealed =
            segments.iter().filter(|segment| matches!(segment.source, Source::Sealed { .. }));
        let listed: BTreeSet<u64> = sealed.filter_map(|segment| segment.first_seq).collect();
        let (path, family, unpacker) = (&directory.path, self.family, &mut self.unpacker);
        let heads = &self.kept.heads;
        let open = |first_seq, add: &mut dyn FnMut(&mut dyn Known)| {
            if let Some(mut written) = Written::open(path, family, first_seq, heads, unpacker) {
                add(&mut written);
            }
        };
        let answer = (&mut self.fold, &mut self.left_out);
        self.kept.sums.summed.add(path, &listed, self.stop, answer, open)
    }

    /// Answers for a segment without reading its lines, if that can be.
    fn is_known(&mut self, directory: &Directory, segment: &Segment) -> bool {
        let Some(question) = &self.question else { return false };
        let (fold, left_out) = (&mut self.fold, &mut self.left_out);
        match (&segment.source, segment.first_seq) {
            (Source::Active { file, length }, _) => {
                let answer = |rollup: &mut _| question.ask(&mut InMemory(rollup), fold, left_out);
                let (path, scanned) = (&directory.path, &mut self.scanned);
                let answered =
                    self.kept.sums.followed.with(path, file, *length, self.stop, scanned, answer);
                answered.unwrap_or(false)
            }
            (Source::Sealed { .. }, Some(first_seq)) => {
                let unpacker = &mut self.unpacker;
                let heads = &self.kept.heads;
                let written =
                    Written::open(&directory.path, self.family, first_seq, heads, unpacker);
                written.is_some_and(|mut written| question.ask(&mut written, fold, left_out))
            }
            (Source::Sealed { .. }, None) | (Source::Unreadable, _) => false,
        }
    }

    /// Reads lines, where nothing else can tell.
    fn read(&mut self, directory: Directory) {
        let lines = Arc::new(Lined::new(self.request.filter.clone(), Order::OldestFirst));
        let start = Position::start(Order::OldestFirst, false);
        let kept = Arc::clone(self.kept);
        let lines = Lines::matching(directory, self.family.clone(), lines, start, kept);
        let mut lines = lines.with_help();
        while let Some(found) = lines.next(self.stop, true, &mut self.left_out) {
            match Line::parse(lines.text(&found)) {
                Some(line) => self.fold.add(&line, found.seq, found.timestamp),
                None => self.left_out.damaged_lines += 1,
            }
        }
        self.scanned += lines.scanned();
    }
}
