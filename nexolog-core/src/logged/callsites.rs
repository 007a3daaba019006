#[cfg(feature = "api")]
use tracing_core::Metadata;
use tracing_core::callsite::{Callsite, DefaultCallsite};
use tracing_core::field::Value;
use tracing_core::{Event, LevelFilter, dispatcher};

use crate::pipeline::with_stamp;
use crate::record::Level;

/// The `tracing` callsites of one place in code, one for each level it may log at.
///
/// A callsite has one level for good, so code that learns its level late needs several. They are made by
/// `callsites!`, in the user's crate, so that file, line and target are the user's.
#[derive(Clone, Copy, Debug)]
pub struct Callsites {
    /// At most a handful, so a scan beats any table.
    by_level: &'static [(Level, &'static DefaultCallsite)],
}

impl Callsites {
    /// Used by `callsites!` only.
    #[must_use]
    pub const fn new(by_level: &'static [(Level, &'static DefaultCallsite)]) -> Callsites {
        Callsites { by_level }
    }

    /// Whether no event from here could reach anybody, at any level.
    #[inline]
    #[must_use]
    pub fn is_off(&self) -> bool {
        LevelFilter::current() == LevelFilter::OFF
            || self.by_level.iter().all(|(_, callsite)| !is_on(callsite))
    }

    /// Whether somebody may want an event at `level`; a `false` is certain.
    #[inline]
    #[must_use]
    pub fn wants(&self, level: Level) -> bool {
        self.wanted(level).is_some()
    }

    /// Whether somebody wants an event at `level` here and now, as far as can be known before there is one.
    pub(super) fn accepts(&self, level: Level) -> bool {
        self.wanted(level).is_some_and(|callsite| {
            dispatcher::get_default(|dispatch| dispatch.enabled(callsite.metadata()))
        })
    }

    /// Emits an event. `values` are those of the fields named in `callsites!`, in that order, and one more
    /// that is true: the mark of a CRITICAL event, which other events do not have.
    pub fn emit(&self, level: Level, values: &[Option<&dyn Value>]) {
        self.emit_stamped(level, None, values);
    }

    /// The same, with a stamp for the event, where the clock was read just now and no code but our own has run since.
    pub fn emit_stamped(&self, level: Level, stamp: Option<u64>, values: &[Option<&dyn Value>]) {
        if let Some(callsite) = self.wanted(level) {
            emit(callsite, stamp, values);
        }
    }

    /// The description of one of them; all have the same fields, but for the mark of a CRITICAL event.
    #[cfg(feature = "api")]
    pub(crate) fn any_metadata(&self) -> Option<&'static Metadata<'static>> {
        let callsite = self.by_level.iter().find(|(level, _)| *level != Level::Critical);
        callsite.map(|(_, callsite)| callsite.metadata())
    }

    pub(super) fn by_level(&self) -> &'static [(Level, &'static DefaultCallsite)] {
        self.by_level
    }

    /// The callsite at `level`, if somebody may want its event.
    #[inline]
    pub(super) fn wanted(&self, level: Level) -> Option<&'static DefaultCallsite> {
        self.at(level).filter(|callsite| is_on(callsite))
    }

    #[inline]
    fn at(&self, level: Level) -> Option<&'static DefaultCallsite> {
        self.by_level.iter().find(|(at, _)| *at == level).map(|(_, callsite)| *callsite)
    }
}

/// Emits an event, as [`Callsites::emit_stamped`] does.
pub(super) fn emit(
    callsite: &'static DefaultCallsite,
    stamp: Option<u64>,
    values: &[Option<&dyn Value>],
) {
    let metadata = callsite.metadata();
    let Some(values) = values.get(..metadata.fields().len()) else { return };
    let emit = || {
        dispatcher::get_default(|dispatch| {
            if callsite.interest().is_always() || dispatch.enabled(metadata) {
                let values = metadata.fields().value_set_all(values);
                dispatch.event(&Event::new(metadata, &values));
            }
        });
    };
    match stamp {
        Some(stamp) => with_stamp(metadata, stamp, emit),
        None => emit(),
    }
}

#[inline]
pub(super) fn is_on(callsite: &'static DefaultCallsite) -> bool {
    *callsite.metadata().level() <= LevelFilter::current() && !callsite.interest().is_never()
}

/// Makes the [`Callsites`] of the place where it stands.
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_callsites {
    (
        target: $target:expr, file: $file:expr, line: $line:expr,
        fields: $fields:tt, levels: [$($level:ident),+ $(,)?] $(,)?
    ) => {
        $crate::__private::Callsites::new(&[$({
            static METADATA: $crate::__private::Metadata<'static> = $crate::__private::Metadata::new(
                "event",
                $target,
                $crate::__private::callsites!(@level $level),
                $file,
                $line,
                ::core::option::Option::Some($target),
                $crate::__private::FieldSet::new(
                    $crate::__private::callsites!(@fields $level $fields),
                    $crate::__private::Identifier(&CALLSITE),
                ),
                $crate::__private::Kind::EVENT,
            );
            static CALLSITE: $crate::__private::DefaultCallsite =
                $crate::__private::DefaultCallsite::new(&METADATA);
            ($crate::__private::Level::$level, &CALLSITE)
        }),+])
    };
    // CRITICAL is an ERROR to `tracing`; whoever knows better tells by the mark among its fields.
    (@fields Critical [$($field:literal),*]) => { &[$($field,)* "nexolog.critical"] };
    (@fields $level:ident [$($field:literal),*]) => { &[$($field),*] };
    (@level Trace) => { $crate::__private::TracingLevel::TRACE };
    (@level Debug) => { $crate::__private::TracingLevel::DEBUG };
    (@level Info) => { $crate::__private::TracingLevel::INFO };
    (@level Warning) => { $crate::__private::TracingLevel::WARN };
    (@level Error) => { $crate::__private::TracingLevel::ERROR };
    (@level Critical) => { $crate::__private::TracingLevel::ERROR };
}
