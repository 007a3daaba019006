//! Tests of the store's write side.

mod age_clock;
mod appending;
mod faults;
#[cfg(feature = "api")]
mod holds;
mod hostile;
#[cfg(feature = "api")]
mod indexes;
#[cfg(unix)]
mod killed;
mod names;
mod numbers;
mod recovery;
mod retention;
mod sealing;
mod support;
mod work;
