//! Legal holds: records that nothing may remove, whatever the limits say.
//!
//! A [`Hold`] has a name, a reason, and says which records it covers. All are in one small `file` in the log directory, which
//! is true for the directories of instances beneath it, too. `keeper` is asked before a segment is removed; it
//! looks into the segment (`search`) and keeps it when it could have a record of a hold. `register` lists and changes them.

#[cfg(feature = "api")]
mod error;
#[cfg(feature = "api")]
mod file;
#[cfg(feature = "api")]
mod hold;
mod keeper;
#[cfg(feature = "api")]
mod register;
#[cfg(feature = "api")]
mod search;

#[cfg(feature = "api")]
pub use error::HoldError;
#[cfg(feature = "api")]
pub use hold::Hold;
pub(crate) use keeper::Holds;
