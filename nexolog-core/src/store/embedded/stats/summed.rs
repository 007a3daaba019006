use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::Stop;
use crate::store::rollup::{FileFacts, OverTime, Totals};

use super::super::left_out::LeftOut;
use super::fold::Fold;
use super::known::Known;

/// Most directories whose sealed segments are kept as one sum.
const MOST_DIRECTORIES: usize = 4;

/// Most slots of time in a sum: some 4 MB.
const MOST_SLOTS: usize = 80_000;

/// What the sealed segments of a directory add up to: they never change, so a question about all of them, which is what a page
/// that refreshes itself asks for, need not read them again.
#[derive(Debug, Default)]
pub(in crate::store::embedded) struct Summed {
    /// The one asked for last comes last.
    directories: Mutex<Vec<(PathBuf, Arc<Mutex<Sum>>)>>,
}

#[derive(Debug, Default)]
struct Sum {
    /// First numbers of the segments that are in it.
    segments: BTreeSet<u64>,
    facts: FileFacts,
    totals: Totals,
    over_time: OverTime,
}

impl Summed {
    /// Adds to `fold` what the sealed segments of `directory` add up to, and gives those of them that are in it: none when their
    /// counts over time are too coarse.
    ///
    /// `listed` are the segments that there are; `open` opens what is known of one that is asked for the first time.
    pub(super) fn add(
        &self,
        directory: &Path,
        listed: &BTreeSet<u64>,
        stop: &Stop,
        (fold, left_out): (&mut Fold, &mut LeftOut),
        mut open: impl FnMut(u64, &mut dyn FnMut(&mut dyn Known)),
    ) -> BTreeSet<u64> {
        let sum = self.of(directory);
        // Who panicked while adding left a sum that is not whole.
        let mut sum = match sum.lock() {
            Ok(sum) => sum,
            Err(poisoned) => {
                sum.clear_poison();
                let mut sum = poisoned.into_inner();
                *sum = Sum::default();
                sum
            }
        };
        // What is in the sum can't be taken out again.
        if !sum.segments.is_subset(listed) {
            *sum = Sum::default();
        }
        let missing: Vec<u64> = listed.difference(&sum.segments).copied().collect();
        for first_seq in missing {
            if stop.now() {
                left_out.stopped = true;
                break;
            }
            open(first_seq, &mut |known| {
                let _ = sum.add(first_seq, known);
            });
        }
        if !fold.timeline.takes(sum.over_time.width) {
            return BTreeSet::new();
        }
        fold.totals.add_all(&sum.totals);
        fold.timeline.add_over_time(&sum.over_time);
        left_out.damaged_lines += sum.facts.damaged_lines;
        left_out.long_lines += sum.facts.long_lines;
        sum.segments.clone()
    }

    fn of(&self, directory: &Path) -> Arc<Mutex<Sum>> {
        let mut directories = self.directories.lock().unwrap_or_else(PoisonError::into_inner);
        let known = directories.iter().position(|(path, _)| path == directory);
        let entry = match known {
            Some(at) => directories.remove(at),
            None => (directory.to_owned(), Arc::default()),
        };
        let sum = Arc::clone(&entry.1);
        directories.push(entry);
        if directories.len() > MOST_DIRECTORIES {
            directories.remove(0);
        }
        sum
    }
}

impl Sum {
    /// `None`, and nothing added, when not all of it can be told.
    fn add(&mut self, first_seq: u64, known: &mut dyn Known) -> Option<()> {
        let facts = known.facts()?;
        let over_time = known.over_time()?;
        self.totals.add_all(&*known.totals(false)?);
        self.over_time.add_all(&over_time, MOST_SLOTS);
        self.facts.damaged_lines += facts.damaged_lines;
        self.facts.long_lines += facts.long_lines;
        self.segments.insert(first_seq);
        Some(())
    }
}
