//! Lines as a service with all modules of the catalogue would write them, from a seed.
//!
//! [`story`] decides what happens next, [`voices`] knows what each module says, [`line`] renders it in the format of
//! a stored record. The same seed gives the same lines, moved to another day.

mod line;
mod random;
mod real;
mod story;
mod values;
mod voices;

pub use self::line::Line;
pub use self::random::Random;
pub use self::real::RealMessages;
pub(crate) use self::real::cells;
pub use self::story::{DAYS, Story, start_before};
pub use self::voices::{MODULES, RARE_WORDS};
