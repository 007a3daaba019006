//! Blocks that are timed: `timed` is the builder and the ways to run one, `op` what the block can say of itself, `running` the
//! guard for blocks that can't be a closure, and `functions` the static description that `crate::logged` needs of each.

mod functions;
mod op;
mod running;
mod timed;

pub use op::Op;
pub use running::RunningOperation;
pub use timed::TimedOperation;
