use nexolog_core::__private::Snapshot;
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

    /// The codes that OpenTelemetry counts as the server's errors.
    pub(super) fn of_grpc(status: Option<u16>) -> Ending {
        match status {
            Some(4) => Ending { error_type: Some("grpc"), ..Ending::of(Outcome::Timeout) },
            Some(2 | 12..=15) => Ending::failed("grpc"),
            _ => Ending::of(Outcome::Success),
        }
    }

    pub(super) fn failed(error_type: &'static str) -> Ending {
        Ending { error_type: Some(error_type), ..Ending::of(Outcome::Error) }
    }

    pub(super) fn panicked(panic: Snapshot) -> Ending {
        Ending { outcome: Outcome::Panic, error_type: Some("panic"), error: Some(panic) }
    }
}
