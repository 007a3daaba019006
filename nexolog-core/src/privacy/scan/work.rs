//! Counts the work of scanners, which a clock on a busy machine can't.

use std::cell::Cell;

thread_local! {
    static SPENT: Cell<usize> = const { Cell::new(0) };
}

pub(super) fn spent(bytes: usize) {
    SPENT.with(|spent| spent.set(spent.get() + bytes + 1));
}

/// The work that `f` does, in bytes looked at.
pub(in crate::privacy) fn of(f: impl FnOnce()) -> usize {
    SPENT.with(|spent| spent.set(0));
    f();
    SPENT.with(Cell::get)
}
