use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::facts::SegmentFacts;
use super::identity::FileIdentity;
use super::loaded::Loaded;
use super::loader::Index;
use crate::store::names::FamilyName;

/// Most bytes of memory that are kept.
const MOST_BYTES: usize = 8 << 20;

/// How long files must have been as they are before their times tell whether they change: those of two writes that follow at
/// once can be the same.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// Questions after which what none of them needed makes room for others.
const FORGOTTEN_AFTER: u64 = 8;

/// Heads of indexes, kept from one question to the next, so that most segments are neither opened nor read again.
///
/// A head is known by the state of both files, the segment and its index: whatever happened to one of them, it is not found any
/// more. No file is held open. When there is no more room, what has not been asked for lately goes; when all has, new ones are
/// not kept, as a question that goes through more segments than there is room for would else push out all it needs next.
#[derive(Debug)]
pub(in crate::store) struct Heads {
    most_bytes: usize,
    settled_after: Duration,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By the state of the segment's file.
    heads: HashMap<FileIdentity, Head>,
    bytes: usize,
    /// How many questions there were.
    question: u64,
    /// The one that looked for room last.
    looked_for_room: u64,
}

#[derive(Debug)]
struct Head {
    /// The state of the index's file.
    index: FileIdentity,
    loaded: Arc<Loaded>,
    /// The question that asked for it last.
    asked: u64,
}

impl Default for Heads {
    fn default() -> Heads {
        Heads::of_size(MOST_BYTES, SETTLED_AFTER)
    }
}

impl Heads {
    fn of_size(most_bytes: usize, settled_after: Duration) -> Heads {
        Heads { most_bytes, settled_after, kept: Mutex::default() }
    }

    /// Those that keep at once what they read, at most so many bytes. Only who changes the length or the time of a file that it
    /// changes can use them.
    #[cfg(test)]
    pub(in crate::store) fn at_once(most_bytes: usize) -> Heads {
        Heads::of_size(most_bytes, Duration::ZERO)
    }

    /// How many heads are kept, and their bytes.
    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize) {
        let kept = self.lock();
        (kept.heads.len(), kept.bytes)
    }

    /// A new question begins.
    pub(in crate::store) fn begin(&self) {
        self.lock().question += 1;
    }

    /// The index of a segment whose file is as `segment` says, if its head is known.
    pub(in crate::store) fn open(
        &self,
        directory: &Path,
        family: &FamilyName,
        first_seq: u64,
        segment: &Metadata,
    ) -> Option<Index> {
        let segment = FileIdentity::of(segment)?;
        let (identity, loaded) = self.find(&segment)?;
        let name = family.index(first_seq)?;
        let index = fs::symlink_metadata(directory.join(name)).ok();
        if index.and_then(|index| FileIdentity::of(&index)) != Some(identity) {
            self.lock().forget(&segment);
            return None;
        }
        (loaded.head.facts.segment.first_seq == first_seq)
            .then(|| Index::remembered(loaded, directory, family, first_seq, identity))
    }

    /// Opens the index of a segment that is as `facts` say, and keeps its head; `segment` is how its file was before those were
    /// read.
    pub(in crate::store) fn read(
        &self,
        directory: &Path,
        family: &FamilyName,
        facts: &SegmentFacts,
        segment: &Metadata,
    ) -> Option<Index> {
        let index = Index::open(directory, family, facts).ok()?;
        // Looked at after its head was read, and known not to have changed for longer than that.
        if let (Some(segment), Some(identity)) = (FileIdentity::of(segment), index.identity())
            && [segment, identity]
                .iter()
                .all(|file| file.is_settled(SystemTime::now(), self.settled_after))
        {
            self.keep(segment, identity, Arc::clone(index.loaded()));
        }
        Some(index)
    }

    fn find(&self, segment: &FileIdentity) -> Option<(FileIdentity, Arc<Loaded>)> {
        let mut kept = self.lock();
        let question = kept.question;
        let head = kept.heads.get_mut(segment)?;
        head.asked = question;
        Some((head.index, Arc::clone(&head.loaded)))
    }

    fn keep(&self, segment: FileIdentity, index: FileIdentity, loaded: Arc<Loaded>) {
        let mut kept = self.lock();
        kept.forget(&segment);
        let bytes = loaded.memory();
        if !kept.has_room(bytes, self.most_bytes) {
            kept.make_room();
        }
        if kept.has_room(bytes, self.most_bytes) {
            let asked = kept.question;
            kept.bytes += bytes;
            kept.heads.insert(segment, Head { index, loaded, asked });
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Whatever panicked, each head that is in it is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn has_room(&self, bytes: usize, most: usize) -> bool {
        self.bytes.saturating_add(bytes) <= most
    }

    fn forget(&mut self, segment: &FileIdentity) {
        if let Some(head) = self.heads.remove(segment) {
            self.bytes = self.bytes.saturating_sub(head.loaded.memory());
        }
    }

    /// Forgets what was not asked for lately; looks once a question.
    fn make_room(&mut self) {
        if std::mem::replace(&mut self.looked_for_room, self.question) == self.question {
            return;
        }
        let question = self.question;
        self.heads.retain(|_, head| question - head.asked <= FORGOTTEN_AFTER);
        self.bytes = self.heads.values().map(|head| head.loaded.memory()).sum();
    }
}
