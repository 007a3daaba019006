//! What `#[logged]` expands to: the parts that need no macro. The typed helpers' operations run by the same parts.
//!
//! A [`Function`] is the static description of one annotated function; its [`Callsites`] are ordinary
//! `tracing` callsites, one a level, since an event's level is only known when the call has ended. [`run`]
//! and [`Logged`] run a body and emit its one event. [`Probe`] looks at a value of any type and finds the
//! best way to record it, without asking the user for a bound.
//!
//! Everything here is reached through `nexolog::__private` and may change with any release.

#[cfg(feature = "api")]
mod audited;
mod backtrace;
mod buckets;
mod call;
mod callsites;
mod captured;
mod carried;
mod function;
mod future;
mod guard;
mod hints;
mod probe;
mod returned;
mod running;
mod snapshot;
mod started;
mod stream;
mod sync;
mod text;
mod thinning;
mod values;
mod verdict;
mod verdict_of;

/// Whether everything is compiled out; `on` is the last word, for features of all crates add up.
pub(crate) const IS_OFF: bool = cfg!(all(feature = "off", not(feature = "on")));

#[cfg(feature = "api")]
pub use audited::audited;
#[cfg(feature = "api")]
pub(crate) use audited::{PATIENCE, tell};
pub use call::MAX_FIELDS;
pub use callsites::Callsites;
pub use captured::Captured;
pub use carried::{Carried, ItemFailure, Keyed, Spanned, Streaming};
pub use function::{Function, Messages};
pub use future::Logged;
pub use guard::Guarded;
pub use hints::{
    Fallible, boxed, call, error_of, gives, holds, is_unheard, is_wanted, judged, let_go, mapped,
    streams, unreached,
};
pub use probe::Probe;
pub use snapshot::Snapshot;
pub(crate) use started::Started;
pub use stream::stream;
pub use sync::run;
pub use text::Text;
pub use thinning::Thinning;
pub(crate) use values::Values;
pub use verdict::{Look, Verdict};
pub(crate) use verdict_of::AsDynError;

/// The ways to record a value; the macro imports them all where it calls one.
pub mod capture {
    pub use super::probe::{
        CaptureAny as _, CaptureDebug as _, CaptureDisplay as _, CaptureValue as _,
    };
}

/// The ways to read an outcome.
pub mod judge {
    pub use super::verdict_of::{
        FailedAny as _, FailedResult as _, JudgeAny as _, JudgeDebug as _, JudgeDeref as _,
        JudgeDisplay as _, JudgeError as _, JudgeResult as _,
    };
}

/// The ways to reach what was returned.
pub mod kept {
    pub use super::returned::{KeptAny as _, KeptOk as _};
}

pub use tracing_core::callsite::{DefaultCallsite, Identifier};
pub use tracing_core::field::FieldSet;
pub use tracing_core::{Kind, Level as TracingLevel, Metadata};

pub use crate::__nexolog_span as span;
pub use crate::{
    __nexolog_audit as audit, __nexolog_callsites as callsites, __nexolog_function as function,
};
pub use crate::{Level, Operation};
