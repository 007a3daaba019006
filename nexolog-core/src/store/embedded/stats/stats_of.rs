use std::path::Path;

use crate::record::Line;
use crate::store::names::FamilyName;
use crate::store::rollup::Unpacker;
use crate::store::{Order, Stats, StatsRequest, Stop, StoreError};

use super::super::left_out::LeftOut;
use super::super::lines::Lines;
use super::super::search::list;
use super::super::segment::{Segment, Source};
use super::super::snapshot::Directory;
use super::fold::Fold;
use super::followed::Followed;
use super::known::{InMemory, Question};
use super::written::Written;

/// See [`LogStore::stats`](crate::store::LogStore::stats).
pub(in crate::store::embedded) fn stats(
    root: &Path,
    family: &FamilyName,
    request: &StatsRequest,
    followed: &Followed,
    stop: &Stop,
) -> Result<Stats, StoreError> {
    let mut asked = Asked {
        family,
        request,
        stop,
        followed,
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
    followed: &'a Followed,
    /// The filter, where what is known of files can answer it.
    question: Option<Question>,
    fold: Fold,
    left_out: LeftOut,
    scanned: u64,
    unpacker: Unpacker,
}

impl Asked<'_> {
    fn directory(&mut self, mut directory: Directory) {
        let mut unknown = Vec::new();
        for segment in std::mem::take(&mut directory.segments) {
            if !self.is_known(&directory, &segment) {
                unknown.push(segment);
            }
            if self.stop.now() {
                self.left_out.stopped = true;
                return;
            }
        }
        self.read(Directory { segments: unknown, ..directory });
    }

    /// Answers for a segment without reading its lines, if that can be.
    fn is_known(&mut self, directory: &Directory, segment: &Segment) -> bool {
        let Some(question) = &self.question else { return false };
        let (fold, left_out) = (&mut self.fold, &mut self.left_out);
        match (&segment.source, segment.first_seq) {
            (Source::Active { file, length }, _) => {
                let answer = |rollup: &mut _| question.ask(&mut InMemory(rollup), fold, left_out);
                let (path, scanned) = (&directory.path, &mut self.scanned);
                let answered = self.followed.with(path, file, *length, self.stop, scanned, answer);
                answered.unwrap_or(false)
            }
            (Source::Sealed, Some(first_seq)) => {
                let unpacker = &mut self.unpacker;
                let written = Written::open(&directory.path, self.family, first_seq, unpacker);
                written.is_some_and(|mut written| question.ask(&mut written, fold, left_out))
            }
            (Source::Sealed, None) | (Source::Unreadable, _) => false,
        }
    }

    /// Reads every line.
    fn read(&mut self, directory: Directory) {
        let mut lines = Lines::new(directory, self.family.clone(), Order::OldestFirst);
        while let Some(found) = lines.next(self.stop, true, &mut self.left_out) {
            self.scanned += 1;
            let text = lines.text(&found);
            if !self.request.filter.matches(text) {
                continue;
            }
            match Line::parse(text) {
                Some(line) => self.fold.add(&line, found.seq, found.timestamp),
                None => self.left_out.damaged_lines += 1,
            }
        }
    }
}
