//! Those who log the event, each as its users would set it up.

mod empty_layer;
mod floor;
mod logforth;
mod nexolog;
mod slog;
mod spdlog;
mod tracing_json;

use std::path::Path;

pub use self::empty_layer::EmptyLayer;
pub use self::floor::Floor;
pub use self::logforth::Logforth;
pub use self::nexolog::{NexologDefaults, NexologLossless};
pub use self::slog::Slog;
pub use self::spdlog::Spdlog;
pub use self::tracing_json::{TracingLossless, TracingLossy};

use crate::event::Order;

/// A way to log the event into a file.
pub trait Peer: Sized + Sync {
    /// What a thread holds while it is in the request.
    type Request;

    /// Starts logging into files of `directory`.
    fn start(directory: &Path) -> Self;

    /// Puts the calling thread into the request.
    fn enter(&self) -> Self::Request;

    /// Logs the event at INFO.
    fn log(&self, request: &Self::Request, order: &Order);

    /// Logs the event at a level that is off; `false` where there are no levels.
    fn log_disabled(&self, _request: &Self::Request, _order: &Order) -> bool {
        false
    }

    /// Logs the event at ERROR, where that is in the file when the call returns; `false` elsewhere.
    fn log_written(&self, _request: &Self::Request, _order: &Order) -> bool {
        false
    }

    /// Returns when the files hold every line that will ever be there.
    fn finish(self);

    /// Whether a file's lines count; second copies don't.
    fn counts(_file_name: &str) -> bool {
        true
    }
}
