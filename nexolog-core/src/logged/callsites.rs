use tracing_core::callsite::{Callsite, DefaultCallsite};
use tracing_core::field::Value;
use tracing_core::{Event, LevelFilter, dispatcher};

use crate::record::Level;

/// The `tracing` callsites of one place in code, one for each level it may log at.
///
/// A callsite has one level for good, so code that learns its level late needs several. They are made by
/// `callsites!`, in the user's crate, so that file, line and target are the user's.
#[derive(Debug)]
pub struct Callsites {
    /// At most a handful, so a scan beats any table.
    by_level: &'static [&'static DefaultCallsite],
}

impl Callsites {
    /// Used by `callsites!` only.
    #[must_use]
    pub const fn new(by_level: &'static [&'static DefaultCallsite]) -> Callsites {
        Callsites { by_level }
    }

    /// Whether no event from here could reach anybody, at any level.
    #[inline]
    #[must_use]
    pub fn is_off(&self) -> bool {
        LevelFilter::current() == LevelFilter::OFF
            || self.by_level.iter().all(|callsite| !is_on(callsite))
    }

    /// Whether somebody may want an event at `level`; a `false` is certain.
    #[inline]
    #[must_use]
    pub fn wants(&self, level: Level) -> bool {
        self.at(level).is_some_and(is_on)
    }

    /// Emits an event. `values` are those of the fields named in `callsites!`, in that order.
    pub fn emit(&self, level: Level, values: &[Option<&dyn Value>]) {
        let Some(callsite) = self.at(level).filter(|callsite| is_on(callsite)) else { return };
        let metadata = callsite.metadata();
        dispatcher::get_default(|dispatch| {
            if dispatch.enabled(metadata) {
                let values = metadata.fields().value_set_all(values);
                dispatch.event(&Event::new(metadata, &values));
            }
        });
    }

    fn at(&self, level: Level) -> Option<&'static DefaultCallsite> {
        let level = tracing_level(level);
        self.by_level.iter().copied().find(|callsite| *callsite.metadata().level() == level)
    }
}

/// [`Level::Critical`] is an ERROR to `tracing`, marked by a field.
fn tracing_level(level: Level) -> tracing::Level {
    match level {
        Level::Trace => tracing::Level::TRACE,
        Level::Debug => tracing::Level::DEBUG,
        Level::Info => tracing::Level::INFO,
        Level::Warning => tracing::Level::WARN,
        Level::Error | Level::Critical => tracing::Level::ERROR,
    }
}

#[inline]
fn is_on(callsite: &'static DefaultCallsite) -> bool {
    *callsite.metadata().level() <= LevelFilter::current() && !callsite.interest().is_never()
}

/// Makes the [`Callsites`] of the place where it stands.
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_callsites {
    (
        target: $target:expr, file: $file:expr, line: $line:expr,
        fields: $fields:expr, levels: [$($level:ident),+ $(,)?] $(,)?
    ) => {{
        const FIELDS: &[&str] = $fields;
        $crate::__private::Callsites::new(&[$({
            static METADATA: $crate::__private::Metadata<'static> = $crate::__private::Metadata::new(
                "event",
                $target,
                $crate::__private::TracingLevel::$level,
                $file,
                $line,
                ::core::option::Option::Some($target),
                $crate::__private::FieldSet::new(FIELDS, $crate::__private::Identifier(&CALLSITE)),
                $crate::__private::Kind::EVENT,
            );
            static CALLSITE: $crate::__private::DefaultCallsite =
                $crate::__private::DefaultCallsite::new(&METADATA);
            &CALLSITE
        }),+])
    }};
}
