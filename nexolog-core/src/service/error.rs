use std::fmt::Display;

use super::event::Ending;
use super::helper::helper;
use crate::logged::Snapshot;
use crate::record::{Level, Outcome};

helper! {
    /// An error, with its type, its message, every source, and the backtrace where one was captured. `event.name` is `error`.
    /// The module is that of the operation or span around it, else that of the service's own name in the catalogue.
    ///
    /// `anyhow::Error` and `eyre::Report` tell their backtrace where `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` asks for one. The standard
    /// library has no stable way to ask other errors for theirs, so whoever has one gives it.
    ///
    /// ```
    /// use std::backtrace::Backtrace;
    /// use nexolog_core::service;
    ///
    /// if let Err(error) = std::fs::read("there/is/none") {
    ///     service().error(&error).module("config").code("no_file").backtrace(&Backtrace::capture()).log();
    /// }
    /// ```
    #[must_use = "an error is logged by `log`"]
    ErrorEvent, "error" {
        /// A word for the kind of error that searches and alerts can rely on: the field `code`.
        code: text as "code",
    }
}

impl<'a> ErrorEvent<'a> {
    pub(super) fn of(mut self, error: Snapshot) -> ErrorEvent<'a> {
        self.common.error = Some(Box::new(error));
        self
    }

    /// Where the error was made, as `error.backtrace`. One that was not captured is left out.
    pub fn backtrace(mut self, backtrace: &impl Display) -> ErrorEvent<'a> {
        let error = self.common.error.take();
        self.common.error = error.map(|error| Box::new(error.with_backtrace(backtrace)));
        self
    }

    /// Writes the record, at ERROR.
    pub fn log(self) {
        let error = self.common.error.as_deref();
        self.emit(&Ending {
            outcome: Some(Outcome::Error),
            level: Level::Error,
            message: &error.map_or("", Snapshot::message),
            error,
        });
    }
}
