use std::time::Duration;

use tracing::Span;
use tracing_core::LevelFilter;
use tracing_core::callsite::{Callsite, DefaultCallsite};

use super::callsites::is_on;
use super::values::{Values, texts};
use super::{Callsites, Captured, MAX_FIELDS, Thinning};
use crate::context::Operation;
use crate::pipeline::{self, LeavesOut};
use crate::record::Level;

/// One function under `#[logged]`: what is known of it before it runs.
#[derive(Debug)]
pub struct Function {
    pub(super) operation: Operation,
    pub(super) callsites: Callsites,
    pub(super) messages: Messages,
    pub(super) success: Level,
    pub(super) slow: Option<Duration>,
    /// Its callsites have a field for the number of items.
    pub(super) streams: bool,
    /// Its callsites have a field for the number of events left out.
    pub(super) thinning: Option<&'static Thinning>,
    span: Option<&'static DefaultCallsite>,
    /// Each call is an entry of the audit trail.
    pub(super) audited: bool,
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
    /// Its guard was dropped without a word about how it ended.
    pub unfinished: &'static str,
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
            slow: None,
            streams: false,
            thinning: None,
            span: None,
            audited: false,
        }
    }

    /// The level of success.
    #[must_use]
    pub const fn with_level(mut self, success: Level) -> Function {
        self.success = success;
        self
    }

    /// From this duration on, success is logged at WARNING at least.
    #[must_use]
    pub const fn with_slow(mut self, slow: Duration) -> Function {
        self.slow = Some(slow);
        self
    }

    /// It gives a stream; its events have a field for the number of items.
    #[must_use]
    pub const fn with_items(mut self) -> Function {
        self.streams = true;
        self
    }

    /// Not all of its events are logged; those that are have a field for the number of the others.
    #[must_use]
    pub const fn with_thinning(mut self, thinning: &'static Thinning) -> Function {
        self.thinning = Some(thinning);
        self
    }

    /// Each call has a span, whose fields are the user's own.
    #[must_use]
    pub const fn with_span(mut self, span: &'static DefaultCallsite) -> Function {
        self.span = Some(span);
        self
    }

    /// Each call is an entry of the audit trail, whatever the levels are.
    #[cfg(feature = "api")]
    #[must_use]
    pub const fn with_audit(mut self) -> Function {
        self.audited = true;
        self
    }

    /// Whether nobody would see an event or the span of this function, however it ends.
    #[inline]
    #[must_use]
    pub fn is_off(&self) -> bool {
        !self.audited && self.is_unheard()
    }

    #[inline]
    fn is_unheard(&self) -> bool {
        LevelFilter::current() == LevelFilter::OFF
            || (self.callsites.is_off() && !self.span.is_some_and(is_on))
    }

    /// Has the log tell of what is left out, should no further event of the function do so.
    pub(super) fn left_one_out(&'static self, thinning: &Thinning) {
        if thinning.is_new() {
            pipeline::know(self);
        }
    }

    /// The span of one call.
    pub(super) fn span(&self, fields: &[Captured]) -> Span {
        let Some(callsite) = self.span.filter(|callsite| is_on(callsite)) else {
            return Span::none();
        };
        let metadata = callsite.metadata();
        let texts: [&str; MAX_FIELDS] = texts(fields);
        let mut values = Values::<MAX_FIELDS>::new();
        values.extend(fields, &texts);
        match values.all(metadata.fields().len()) {
            Some(values) if is_enabled(metadata) => {
                Span::new(metadata, &metadata.fields().value_set_all(values))
            }
            _ => Span::none(),
        }
    }
}

impl LeavesOut for Function {
    fn name(&self) -> &'static str {
        self.operation.name()
    }

    fn callsites(&self) -> &'static [(Level, &'static DefaultCallsite)] {
        self.callsites.by_level()
    }

    fn take(&self) -> u64 {
        self.thinning.map_or(0, Thinning::take_left_out)
    }
}

/// Interest may depend on more than the callsite.
fn is_enabled(metadata: &'static tracing_core::Metadata<'static>) -> bool {
    tracing_core::dispatcher::get_default(|dispatch| dispatch.enabled(metadata))
}

/// Makes the [`Function`] of an annotated function; `fields` are the names of the user's own, after those of
/// what `Function` is told to count.
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
                    "error.type", "error.backtrace", "return" $(, $field)*
                ],
                levels: $levels,
            },
            $crate::__private::Messages {
                succeeded: ::core::concat!($name, " succeeded"),
                failed: ::core::concat!($name, " failed"),
                panicked: ::core::concat!($name, " panicked"),
                cancelled: ::core::concat!($name, " was cancelled"),
                // A function has no guard that somebody could forget.
                unfinished: "",
            },
        )
    };
}

/// Says what an audited function lacks, if anything.
#[doc(hidden)]
#[cfg(feature = "api")]
#[macro_export]
macro_rules! __nexolog_audit {
    () => {};
}

/// Says what an audited function lacks, if anything.
#[doc(hidden)]
#[cfg(not(feature = "api"))]
#[macro_export]
macro_rules! __nexolog_audit {
    () => {
        ::core::compile_error!("the audit trail, and so `audit`, needs nexolog's feature `api`");
    };
}

/// Makes the `tracing` callsite of a function's span.
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_span {
    (name: $name:literal, line: $line:expr, fields: [$($field:literal),*], level: $level:ident $(,)?) => {{
        static METADATA: $crate::__private::Metadata<'static> = $crate::__private::Metadata::new(
            $name,
            ::core::module_path!(),
            $crate::__private::callsites!(@level $level),
            ::core::option::Option::Some(::core::file!()),
            ::core::option::Option::Some($line),
            ::core::option::Option::Some(::core::module_path!()),
            $crate::__private::FieldSet::new(
                &[$($field),*],
                $crate::__private::Identifier(&CALLSITE),
            ),
            $crate::__private::Kind::SPAN,
        );
        static CALLSITE: $crate::__private::DefaultCallsite =
            $crate::__private::DefaultCallsite::new(&METADATA);
        &CALLSITE
    }};
}
