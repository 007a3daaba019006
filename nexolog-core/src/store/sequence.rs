//! Gives out record numbers, from blocks that are persisted before they are used.

use std::io;
use std::time::{Duration, Instant};

/// Numbers in a block: a crash skips at most one and a half of them.
pub(super) const BLOCK: u64 = 1_000_000;

/// How long to wait before a failed reservation is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The numbers to come.
#[derive(Debug)]
pub(super) struct Sequence {
    next: u64,
    /// Every number below is persisted as used.
    reserved: u64,
    retry_at: Option<Instant>,
}

impl Sequence {
    /// Numbers from `next` on, of which those below `reserved` are persisted as used.
    pub(super) fn new(next: u64, reserved: u64) -> Sequence {
        Sequence { next, reserved, retry_at: None }
    }

    /// The number that comes next.
    pub(super) fn peek(&self) -> u64 {
        self.next
    }

    pub(super) fn reserved(&self) -> u64 {
        self.reserved
    }

    /// The next number. `persist` is called when a new block is due, with its bound.
    ///
    /// A block is asked for while half of the one before is left, so that a disk that is full for a while
    /// does not matter. On a disk that is full for longer numbers go on all the same: those that
    /// are repeated after a crash then are in no file.
    pub(super) fn next(
        &mut self,
        persist: impl FnOnce(u64) -> io::Result<()>,
    ) -> (u64, io::Result<()>) {
        let given = self.next;
        self.next += 1;
        if self.reserved.saturating_sub(self.next) > BLOCK / 2 {
            return (given, Ok(()));
        }
        (given, self.reserve(persist))
    }

    fn reserve(&mut self, persist: impl FnOnce(u64) -> io::Result<()>) -> io::Result<()> {
        if self.retry_at.is_some_and(|at| Instant::now() < at) {
            return Ok(());
        }
        let bound = self.next.saturating_add(BLOCK);
        let result = persist(bound);
        self.retry_at = match result {
            Ok(()) => {
                self.reserved = bound;
                None
            }
            Err(_) => Some(Instant::now() + RETRY_AFTER),
        };
        result
    }
}
