//! Tests: sums against a naive count of trees, in any parts and order, written and read, and whatever bytes are read.

mod bytes;
mod choice;
pub(in crate::store) mod oracle;
mod parts;
pub(in crate::store) mod records;
mod sketches;
mod slots;

use super::{Rollup, Totals};

fn rollup(lines: &[String]) -> Rollup {
    let mut rollup = Rollup::default();
    for line in lines {
        rollup.add_text(line.as_bytes());
    }
    rollup
}

fn totals(lines: &[String]) -> Totals {
    rollup(lines).totals
}
