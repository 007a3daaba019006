use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Duration;

use crate::context::Operation;
use crate::logged::{Callsites, Function, Messages};
use crate::record::Level;

/// What tells one operation from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    pub(super) module: &'static str,
    pub(super) name: &'static str,
    /// The level of success.
    pub(super) level: Level,
    pub(super) slow: Option<Duration>,
}

/// Every kind of operation there was. The context holds operations by a reference that lives for ever; as names and modules are
/// literals, there are as many kinds as there are places in the code.
static FUNCTIONS: LazyLock<RwLock<HashMap<Kind, &'static Function>>> =
    LazyLock::new(RwLock::default);

/// The description of operations of this kind, made when the first one begins.
pub(super) fn function(kind: Kind) -> &'static Function {
    let known = FUNCTIONS.read().unwrap_or_else(PoisonError::into_inner).get(&kind).copied();
    known.unwrap_or_else(|| {
        let mut functions = FUNCTIONS.write().unwrap_or_else(PoisonError::into_inner);
        functions.entry(kind).or_insert_with(|| Box::leak(Box::new(describe(kind))))
    })
}

fn describe(kind: Kind) -> Function {
    let Kind { module, name, level, slow } = kind;
    let message = |ending: &str| -> &'static str { format!("{name} {ending}").leak() };
    let messages = Messages {
        succeeded: message("succeeded"),
        failed: message("failed"),
        panicked: message("panicked"),
        cancelled: message("was cancelled"),
        unfinished: message("was left unfinished"),
    };
    let operation = Operation::new(name).with_module(module);
    let function = Function::new(operation, CALLSITES, messages).with_level(level);
    match slow {
        Some(slow) => function.with_slow(slow),
        None => function,
    }
}

/// Those of every operation: which level it is known late, and what it is called are values.
static CALLSITES: Callsites = crate::__nexolog_callsites! {
    target: "nexolog::service", file: None, line: None,
    // The order is that of `Call::end`, then that of `Op::fields`.
    fields: [
        "message", "module", "operation", "outcome", "duration_ms", "busy_ms", "error", "error.type",
        "error.backtrace", "return", "event.name", "user_id", "organization_id", "records",
        "nexolog.file", "nexolog.line"
    ],
    levels: [Error, Info, Warning, Debug, Trace, Critical],
};
