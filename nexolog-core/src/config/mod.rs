//! How a service sets Nexolog up: knobs in code, `LOG_*` variables, the catalogue of modules.

mod builder;
mod catalogue;
mod directives;
mod environment;
mod error;
mod mask_additions;
mod rate_limit;
mod repeats;
mod settings;
mod size;

pub use builder::Builder;
pub use catalogue::{Catalogue, Category};
pub use error::ConfigError;
pub use rate_limit::RateLimit;
pub use repeats::Repeats;
pub use settings::{Backpressure, Console, Durability};

pub(crate) use catalogue::is_target_prefix;
pub(crate) use directives::{Directives, Threshold};
pub(crate) use rate_limit::Rate;
pub(crate) use settings::{ALWAYS_ON, KeepForFailures, Settings};
#[cfg(feature = "api")]
pub(crate) use size::parse as parse_size;
