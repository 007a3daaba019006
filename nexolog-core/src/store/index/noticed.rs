//! What readers noticed about indexes, for the sealer that can make them again.
//!
//! Readers work from the files alone and hold nothing of the one who writes there, so they leave word here. The sealer of
//! the directory is called when it runs in this process; in other directories the indexes are looked at now and then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::store::names::FamilyName;
use crate::store::work::Work;

/// Most indexes that are remembered.
const MOST: usize = 256;

static NOTICED: Mutex<Noticed> = Mutex::new(Noticed { bad: BTreeSet::new(), watchers: Vec::new() });

struct Noticed {
    bad: BTreeSet<(PathBuf, FamilyName, u64)>,
    /// Whom to call, by directory.
    watchers: Vec<(PathBuf, Weak<Work>)>,
}

impl Noticed {
    /// Makes room: what nobody in this process looks after is found by its own sealer sooner or later.
    fn forget_unwatched(&mut self) {
        let Noticed { bad, watchers } = self;
        bad.retain(|(directory, ..)| watchers.iter().any(|(path, _)| path == directory));
    }
}

/// Leaves word that the index of a segment is missing or bad. It may be in use for a moment more.
pub(super) fn notice(directory: &Path, family: &FamilyName, first_seq: u64) {
    let Ok(directory) = std::path::absolute(directory) else { return };
    let mut noticed = noticed();
    if noticed.bad.len() >= MOST {
        noticed.forget_unwatched();
    }
    if noticed.bad.len() >= MOST
        || !noticed.bad.insert((directory.clone(), family.clone(), first_seq))
    {
        return;
    }
    let own = noticed.watchers.iter().filter(|(path, _)| *path == directory);
    let watchers: Vec<Arc<Work>> = own.filter_map(|(_, work)| work.upgrade()).collect();
    drop(noticed);
    for work in watchers {
        work.ask_for(family);
    }
}

/// Has the sealer of a directory called when something is noticed about it.
pub(in crate::store) fn watch(directory: &Path, work: &Arc<Work>) {
    let mut noticed = noticed();
    noticed.watchers.retain(|(_, work)| work.strong_count() > 0);
    noticed.watchers.push((directory.to_owned(), Arc::downgrade(work)));
}

/// The segments of a directory about which something was noticed.
pub(super) fn of(directory: &Path, family: &FamilyName) -> BTreeSet<u64> {
    let noticed = noticed();
    let own = noticed.bad.iter().filter(|(path, of, _)| path == directory && of == family);
    own.map(|(_, _, first_seq)| *first_seq).collect()
}

/// Forgets what was noticed of those segments of a directory that are dealt with.
pub(super) fn settle(directory: &Path, family: &FamilyName, is_done: impl Fn(u64) -> bool) {
    noticed()
        .bad
        .retain(|(path, of, first_seq)| path != directory || of != family || !is_done(*first_seq));
}

fn noticed() -> MutexGuard<'static, Noticed> {
    NOTICED.lock().unwrap_or_else(PoisonError::into_inner)
}
