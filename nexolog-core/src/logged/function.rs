use std::time::Duration;

use super::Callsites;
use crate::context::Operation;
use crate::record::Level;

/// One function under `#[logged]`: what is known of it before it runs.
#[derive(Debug)]
pub struct Function {
    pub(super) operation: Operation,
    pub(super) callsites: Callsites,
    pub(super) messages: Messages,
    pub(super) success: Level,
    pub(super) error: Level,
    pub(super) slow: Option<Duration>,
}

/// What the event says, by outcome; made at compile time.
#[derive(Debug)]
pub struct Messages {
    /// It returned.
    pub succeeded: &'static str,
    /// It returned an `Err`; the error's text follows.
    pub failed: &'static str,
    /// It panicked; the panic's text follows.
    pub panicked: &'static str,
    /// Its future was dropped.
    pub cancelled: &'static str,
}

impl Function {
    /// A function that runs as `operation`. The callsites must name the fields that the call records
    /// ([`function!`](super::function) sees to it).
    #[must_use]
    pub const fn new(operation: Operation, callsites: Callsites, messages: Messages) -> Function {
        Function {
            operation,
            callsites,
            messages,
            success: Level::Info,
            error: Level::Error,
            slow: None,
        }
    }

    /// The levels of success and of an `Err`.
    #[must_use]
    pub const fn with_levels(mut self, success: Level, error: Level) -> Function {
        self.success = success;
        self.error = error;
        self
    }

    /// From this duration on, success is logged at WARNING at least.
    #[must_use]
    pub const fn with_slow(mut self, slow: Duration) -> Function {
        self.slow = Some(slow);
        self
    }

    /// Whether nobody would see an event of this function, however it ends.
    #[inline]
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.callsites.is_off()
    }
}

/// Makes the [`Function`] of an annotated function; `fields` are the names of the user's own.
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_function {
    (
        name: $name:literal, operation: $operation:expr, line: $line:expr,
        fields: [$($field:literal),*], levels: $levels:tt $(,)?
    ) => {
        $crate::__private::Function::new(
            $operation,
            $crate::__private::callsites! {
                target: ::core::module_path!(),
                file: ::core::option::Option::Some(::core::file!()),
                line: ::core::option::Option::Some($line),
                // The order is that of `Call::end`.
                fields: [
                    "message", "module", "operation", "outcome", "duration_ms", "busy_ms", "error",
                    "error.type", "return" $(, $field)*
                ],
                levels: $levels,
            },
            $crate::__private::Messages {
                succeeded: ::core::concat!($name, " succeeded"),
                failed: ::core::concat!($name, " failed"),
                panicked: ::core::concat!($name, " panicked"),
                cancelled: ::core::concat!($name, " was cancelled"),
            },
        )
    };
}
