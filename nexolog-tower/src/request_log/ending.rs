use nexolog_core::__private::{Snapshot, Text};
use nexolog_core::Outcome;

/// How a request ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) outcome: Outcome,
    pub(super) error_type: Option<&'static str>,
    pub(super) error: Option<Snapshot>,
}

impl Ending {
    pub(super) fn of(outcome: Outcome) -> Ending {
        Ending { outcome, error_type: None, error: None }
    }

    /// Whoever waited for it is gone.
    pub(super) fn left() -> Ending {
        Ending::of(Outcome::ClientDisconnected)
    }

    /// The codes that OpenTelemetry counts as the server's errors.
    pub(super) fn of_grpc(status: Option<u16>) -> Ending {
        match status {
            Some(4) => {
                Ending { outcome: Outcome::Timeout, ..Ending::failed("grpc", "deadline exceeded") }
            }
            Some(2) => Ending::failed("grpc", "unknown"),
            Some(12) => Ending::failed("grpc", "unimplemented"),
            Some(13) => Ending::failed("grpc", "internal"),
            Some(14) => Ending::failed("grpc", "unavailable"),
            Some(15) => Ending::failed("grpc", "data loss"),
            _ => Ending::of(Outcome::Success),
        }
    }

    /// Errors of services and bodies need not be shown, so what is known is all that is told.
    pub(super) fn failed(error_type: &'static str, message: &str) -> Ending {
        Ending {
            outcome: Outcome::Error,
            error_type: Some(error_type),
            error: Some(Snapshot::plain(error_type, Text::copy(message))),
        }
    }

    pub(super) fn panicked(panic: Snapshot) -> Ending {
        Ending { outcome: Outcome::Panic, error_type: Some("panic"), error: Some(panic) }
    }
}
