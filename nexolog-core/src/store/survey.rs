//! Looks through a directory at the start: clears what a crash left behind, and finds the last numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::contents;
use super::fs::Fs;
use super::line_head::{LineHead, OPENING};
use super::names::{FamilyName, IndexName, SegmentName, SegmentState, is_temp};
use super::repair::repair;
use super::segments::Segment;
use super::tail;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) families: BTreeMap<FamilyName, FamilySurvey>,
    /// Bytes of torn lines that were set aside.
    pub(super) torn_bytes: u64,
    /// What is odd, in words.
    pub(super) warnings: Vec<String>,
}

/// What was found of one family.
#[derive(Debug, Default)]
pub(super) struct FamilySurvey {
    /// The last record in the active file.
    pub(super) active: Option<LineHead>,
    /// The newest sealed segment.
    pub(super) newest_sealed: Option<Segment>,
}

/// Surveys `directory` for a service whose main log is `main`.
///
/// Torn lines are repaired in the service's main file and in files that begin as ours do; another's file, should
/// it have a name like ours, is left alone.
pub(super) fn survey(fs: &dyn Fs, directory: &Path, main: &FamilyName) -> io::Result<Survey> {
    let mut survey = Survey::default();
    let (mut sealed, mut indexes) = (BTreeSet::new(), BTreeSet::new());
    for file_name in fs.list(directory)? {
        let path = directory.join(&file_name);
        if is_temp(&file_name) {
            survey.remove_left_over(fs, directory, &file_name);
            continue;
        }
        indexes.extend(
            IndexName::parse(&file_name)
                .filter(|index| index.family == *main)
                .map(|index| index.first_seq),
        );
        let Some(name) = SegmentName::parse(&file_name) else { continue };
        match name.state {
            SegmentState::Active if name.family == *main => {
                survey.look_at_active(fs, &path, name.family)?;
            }
            SegmentState::Active => {
                if begins_as_ours(fs, &path)
                    && let Err(error) = survey.look_at_active(fs, &path, name.family)
                {
                    survey.warnings.push(format!("can't repair `{file_name}`: {error}"));
                }
            }
            SegmentState::Sealed { first_seq, compressed } => {
                if name.family == *main {
                    sealed.insert(first_seq);
                }
                survey.look_at_sealed(&path, name.family, first_seq, compressed);
            }
        }
    }
    for orphan in indexes.difference(&sealed) {
        survey.remove_left_over(fs, directory, &main.index(*orphan).unwrap_or_default());
    }
    Ok(survey)
}

impl Survey {
    /// Every number in a file is below this one, as far as names and active files tell.
    pub(super) fn next_seq(&self) -> u64 {
        self.families.values().filter_map(FamilySurvey::known_seq).max().map_or(1, |last| last + 1)
    }

    /// As [`next_seq`](Survey::next_seq), reading sealed segments where they may hold the last number.
    pub(super) fn exact_next_seq(&self, fs: &dyn Fs, directory: &Path) -> u64 {
        let last =
            self.families.iter().filter_map(|(name, found)| found.last_seq(fs, directory, name));
        last.max().map_or(1, |last| last.saturating_add(1))
    }

    /// The number after the last record of `family`; `None` when it has none.
    pub(super) fn next_seq_of(
        &self,
        fs: &dyn Fs,
        directory: &Path,
        family: &FamilyName,
    ) -> Option<u64> {
        Some(self.families.get(family)?.last_seq(fs, directory, family)?.saturating_add(1))
    }

    /// The time of the newest record in an active file.
    pub(super) fn newest(&self) -> Option<SystemTime> {
        self.families.values().filter_map(|found| found.active?.timestamp).max()
    }

    fn remove_left_over(&mut self, fs: &dyn Fs, directory: &Path, file_name: &str) {
        if let Err(error) = fs.remove(&directory.join(file_name)) {
            self.warnings.push(format!("can't remove the left-over `{file_name}`: {error}"));
        }
    }

    fn look_at_active(&mut self, fs: &dyn Fs, path: &Path, family: FamilyName) -> io::Result<()> {
        let file = fs.open_append(path)?;
        let repaired = repair(fs, &file, path)?;
        self.torn_bytes += repaired.torn;
        self.families.entry(family).or_default().active = tail::last_head(&file, repaired.whole)?;
        Ok(())
    }

    fn look_at_sealed(
        &mut self,
        path: &Path,
        family: FamilyName,
        first_seq: u64,
        compressed: bool,
    ) {
        let is_older = |known: &Segment| known.first_seq > first_seq;
        let known = self.families.get(&family).and_then(|found| found.newest_sealed.as_ref());
        // Asked of the newest ones only: there may be ten thousand.
        if known.is_some_and(is_older)
            || !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
        {
            return;
        }
        let segment = Segment { first_seq, plain: !compressed, compressed, ..Segment::default() };
        let newest = &mut self.families.entry(family).or_default().newest_sealed;
        match newest {
            Some(known) if known.first_seq == first_seq => {
                known.plain |= !compressed;
                known.compressed |= compressed;
            }
            _ => *newest = Some(segment),
        }
    }
}

impl FamilySurvey {
    fn known_seq(&self) -> Option<u64> {
        let sealed = self.newest_sealed.as_ref().map(|segment| segment.first_seq);
        self.active.map(|head| head.seq).max(sealed)
    }

    fn last_seq(&self, fs: &dyn Fs, directory: &Path, family: &FamilyName) -> Option<u64> {
        let sealed = self.newest_sealed.as_ref().filter(|_| self.active.is_none());
        let read = sealed.and_then(|segment| {
            let go_on = AtomicBool::new(false);
            contents::read(fs, directory, family, segment, &go_on).ok()?.last_seq
        });
        read.max(self.known_seq())
    }
}

fn begins_as_ours(fs: &dyn Fs, path: &Path) -> bool {
    let mut beginning = [0; OPENING.len()];
    fs.open_read(path).and_then(|mut file| file.read_exact(&mut beginning)).is_ok()
        && beginning == OPENING
}
