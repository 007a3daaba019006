//! The faults that Nexolog promises to survive, end to end: what is logged goes through the public interface, and
//! what became of it is read from the files alone.

mod disk;
mod ending;
mod fork;
mod gone;
mod kill;
mod left;
mod limits;
#[cfg(target_os = "linux")]
mod memory;
mod planted;
#[cfg(feature = "api")]
mod signals;
