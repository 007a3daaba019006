//! The live stream: every matching record once and in order, whatever breaks in between.
//!
//! A stream has a position, the `seq` up to which everything was sent or did not match. It watches the
//! feed first, reads the store from the position up to now, then follows the feed and leaves out what
//! it has sent already. When the feed has run ahead of a slow reader, it reads the store again from
//! its position. Event ids are positions, so a client that comes back goes on without gap or repeat.
//!
//! | event | data | when |
//! |---|---|---|
//! | `start` | `cursor`, `warnings` | first of all |
//! | (none) | the stored line, verbatim; id: its cursor | for each matching record |
//! | `gap` | `from`, `to`, `reason` | records between the client's cursor and here are gone |
//! | `incomplete` | `reason` | the store could not read a part |
//! | `end` | `reason`; id: the position | last of all; the client may come back unless it says `shutdown` |

mod event;
mod follower;
mod lines;
mod position;
mod viewers;
mod watch;

pub(super) use follower::{Follower, open};
pub(super) use viewers::{Place, Viewers};
pub(super) use watch::Watch;

#[cfg(test)]
mod tests;
