//! Loggers on disks that stall, fail and panic; the files are read back by a reader of the tests'.

#[cfg(feature = "api")]
mod audited;
mod clock;
#[cfg(feature = "api")]
mod encoder;
mod failing;
#[path = "../../../tests/it/ledger.rs"]
#[allow(dead_code, reason = "shared with the tests of the public interface, which use all of it")]
mod ledger;
mod panicking;
mod power;
mod stalled;
mod support;
#[cfg(feature = "api")]
mod upkeep;
