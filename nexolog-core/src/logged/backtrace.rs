use std::env;
use std::fmt::Debug;
use std::sync::LazyLock;

use super::Text;

/// What stands before the backtrace in the `Debug` form of `anyhow::Error` and `eyre::Report`.
const HEADING: &str = "\n\nStack backtrace:\n";

/// The backtrace that a box of errors has.
///
/// The standard library has no stable way to ask an error for it, and neither type is known here; but both end their
/// `Debug` form with it. Where the environment asks for none there is none, and nothing is formatted: naming
/// the functions of a backtrace takes milliseconds.
pub(super) fn of(boxed: &impl Debug) -> Option<Box<str>> {
    if !*IS_WANTED {
        return None;
    }
    let text = Text::debug(boxed);
    let (_, backtrace) = text.as_str().rsplit_once(HEADING)?;
    Some(backtrace.into())
}

/// As the standard library decides it for errors.
static IS_WANTED: LazyLock<bool> = LazyLock::new(|| {
    let variable = env::var_os("RUST_LIB_BACKTRACE").or_else(|| env::var_os("RUST_BACKTRACE"));
    variable.is_some_and(|value| value != "0")
});
