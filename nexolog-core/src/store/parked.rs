use std::fs::{File, Metadata};
use std::io;

use super::fs::is_in_place;
use super::report::ReopenCause;

/// An active file that was closed for a while because too much is open, as it was then.
#[derive(Debug)]
pub(super) struct Parked {
    metadata: Metadata,
    whole: u64,
}

impl Parked {
    /// How `file` is, which ends in a whole line after `whole` bytes.
    pub(super) fn of(file: &File, whole: u64) -> io::Result<Parked> {
        Ok(Parked { metadata: file.metadata()?, whole })
    }

    pub(super) fn whole(&self) -> u64 {
        self.whole
    }

    /// What happened to the file meanwhile, if anything; `file` is what its name leads to now.
    pub(super) fn disturbance(&self, file: &File) -> io::Result<Option<ReopenCause>> {
        let now = file.metadata()?;
        if !is_in_place(&self.metadata, &now) {
            return Ok(Some(ReopenCause::Renamed));
        }
        Ok(match now.len() {
            len if len < self.whole => Some(ReopenCause::Truncated),
            len if len > self.whole => Some(ReopenCause::Extended),
            _ => None,
        })
    }
}
