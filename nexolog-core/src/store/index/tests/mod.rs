//! Tests of the index: its answers against naive scans, its file damaged in every place.

mod damage;
#[cfg(unix)]
mod heads;
mod look_ups;
mod narrowing;
