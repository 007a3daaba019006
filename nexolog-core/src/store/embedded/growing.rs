use std::fs::File;
use std::path::Path;

use crate::store::Stop;
use crate::store::index::{Census, Index, read_at};

use super::followed::Followed;

/// Most bytes at the end of a file that are in no block yet.
const LONGEST_REST: u64 = 1 << 20;

/// Which blocks of a file that is still written to have what: numbers, times, levels and modules. What has come since the last
/// question is read for the next one.
#[derive(Debug, Default)]
pub(super) struct Growing {
    followed: Followed<Census>,
}

impl Growing {
    /// What is known of the first `length` bytes of `file`, the active one in `directory`; `None` when that can't be told.
    pub(super) fn index(
        &self,
        directory: &Path,
        file: &File,
        length: u64,
        stop: &Stop,
    ) -> Option<Index> {
        let index = |census: &mut Census| {
            // Somebody else may have seen more of it by now.
            let rest = length.checked_sub(census.end())?;
            if rest > LONGEST_REST || census.is_full() {
                return None;
            }
            let mut text = vec![0; usize::try_from(rest).ok()?];
            read_at(file, &mut text, census.end()).ok()?;
            Some(census.index(&text))
        };
        self.followed.with(directory, file, length, stop, &mut 0, index).ok().flatten()
    }
}
