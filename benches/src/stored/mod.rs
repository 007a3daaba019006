//! A log directory as a logger leaves it after a month, filled with the lines of [`corpus`](crate::corpus).

mod facts;
mod house;
mod logger;
mod prepare;
mod segments;
mod sizes;

pub use self::facts::Facts;
pub use self::house::House;
pub use self::logger::{Logger, SERVICE};
pub use self::prepare::{Flavour, Sealing, prepare, seal_module_files};
pub use self::segments::SEGMENT;
pub use self::sizes::Sizes;
