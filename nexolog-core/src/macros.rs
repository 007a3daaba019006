/// Logs an event at CRITICAL, the one level that `tracing` lacks. Takes what [`tracing::error!`] takes.
///
/// Other layers see an ERROR event with the field `nexolog.critical`.
///
/// ```
/// nexolog_core::critical!(module = "database", shard = 3, "no replica left");
/// nexolog_core::critical!(target: "shop::db", "no replica left");
/// ```
#[macro_export]
macro_rules! critical {
    (target: $target:expr, $($event:tt)+) => {
        $crate::__nexolog_unless_off!($crate::__private::tracing::event!(
            target: $target,
            $crate::__private::tracing::Level::ERROR,
            nexolog.critical = true,
            $($event)+
        ))
    };
    ($($event:tt)+) => {
        $crate::__nexolog_unless_off!($crate::__private::tracing::event!(
            $crate::__private::tracing::Level::ERROR,
            nexolog.critical = true,
            $($event)+
        ))
    };
}

/// The expression, where it is not compiled out.
#[cfg(any(not(feature = "off"), feature = "on"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_unless_off {
    ($expression:expr) => {
        $expression
    };
}

/// No code, though what the expression mentions is checked and counts as used.
#[cfg(all(feature = "off", not(feature = "on")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __nexolog_unless_off {
    ($expression:expr) => {{
        let _ = || $expression;
    }};
}
