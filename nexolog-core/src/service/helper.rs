/// Makes the builder of a helper: its fields, their setters, and `emit`, which writes its one record.
///
/// A field is a `text`, a `count` or a `status`, or something without a setter: a text of the helper's `own`, a `float`. Its key comes
/// after `as`.
macro_rules! helper {
    (
        $(#[$doc:meta])*
        $name:ident, $event:literal {
            $($(#[$field_doc:meta])* $field:ident: $kind:ident as $key:literal,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'a> {
            common: $crate::service::event::Common<'a>,
            $($field: helper!(@type $kind),)*
        }

        impl<'a> $name<'a> {
            pub(super) fn new(common: $crate::service::event::Common<'a>) -> $name<'a> {
                $name { common, $($field: None,)* }
            }

            $(helper!(@setter $(#[$field_doc])* $field $kind);)*

            /// On whose behalf it happened: the reserved key `user_id`. Default: the user of the running request.
            #[inline]
            pub fn user(mut self, user_id: impl $crate::service::OptionalText<'a>) -> Self {
                self.common.user = user_id.optional_text();
                self
            }

            /// The user's organization: the reserved key `organization_id`. Default: that of the running request.
            #[inline]
            pub fn organization(
                mut self,
                organization_id: impl $crate::service::OptionalText<'a>,
            ) -> Self {
                self.common.organization = organization_id.optional_text();
                self
            }

            /// Why it happened or went as it did, in a few words: the field `reason`.
            #[inline]
            pub fn reason(mut self, reason: impl $crate::service::OptionalText<'a>) -> Self {
                self.common.reason = reason.optional_text();
                self
            }

            /// The module of the record, instead of the helper's own.
            #[inline]
            pub fn module(mut self, module: &'a str) -> Self {
                self.common.module = Some(module);
                self
            }

            /// The level of the record, whatever its outcome, instead of the helper's own.
            #[inline]
            pub fn level(mut self, level: $crate::Level) -> Self {
                self.common.level = Some(level);
                self
            }

            fn emit(
                &self,
                ending: &$crate::service::event::Ending<'_>,
            ) -> $crate::service::Told {
                static CALLSITES: $crate::logged::Callsites = $crate::__nexolog_callsites! {
                    target: "nexolog::service", file: None, line: None,
                    // The order is that of `Common::emit`.
                    fields: [
                        "message", "event.name", "module", "user_id", "organization_id",
                        "operation", "outcome", "duration_ms", "error", "error.type",
                        "error.backtrace", "reason", "nexolog.target", "nexolog.file",
                        "nexolog.line" $(, $key)*
                    ],
                    levels: [Info, Warning, Error, Debug, Trace, Critical],
                };
                let own = [$($crate::service::event::value(self.$field.as_ref()),)*];
                self.common.emit(&CALLSITES, $event, ending, &own)
            }
        }
    };
    (@type text) => { Option<&'a str> };
    (@type own) => { Option<&'a str> };
    (@type count) => { Option<u64> };
    (@type status) => { Option<u16> };
    (@type float) => { Option<f64> };
    (@setter $(#[$doc:meta])* $field:ident text) => {
        $(#[$doc])*
        #[inline]
        pub fn $field(mut self, $field: impl $crate::service::OptionalText<'a>) -> Self {
            self.$field = $field.optional_text();
            self
        }
    };
    (@setter $(#[$doc:meta])* $field:ident count) => {
        $(#[$doc])*
        #[inline]
        pub fn $field(mut self, $field: impl $crate::service::Count) -> Self {
            self.$field = Some($field.count());
            self
        }
    };
    (@setter $(#[$doc:meta])* $field:ident status) => {
        $(#[$doc])*
        #[inline]
        pub fn $field(mut self, $field: u16) -> Self {
            self.$field = Some($field);
            self
        }
    };
    // What the helper itself fills.
    (@setter $field:ident $kind:ident) => {};
}

/// Adds the setters of helpers that tell of something that takes time.
macro_rules! timed {
    ($name:ident) => {
        impl $name<'_> {
            /// How long it took: the reserved key `duration_ms`.
            #[inline]
            pub fn duration(mut self, duration: std::time::Duration) -> Self {
                self.common.duration = Some(duration);
                self
            }

            /// From this duration on, the record is a WARNING at least. Default: never.
            #[inline]
            pub fn slow(mut self, slow: std::time::Duration) -> Self {
                self.common.slow = Some(slow);
                self
            }
        }
    };
}

/// Adds the ends of helpers whose work succeeds, or fails with an error. The two formats are those of the messages; they are given
/// what the helper's own `name` says, and the error's text.
macro_rules! works {
    ($name:ident, $succeeded:literal, $failed:literal) => {
        impl $name<'_> {
            /// Writes the record of a success, at INFO.
            pub fn succeeded(self) {
                self.emit(&$crate::service::event::Ending {
                    outcome: Some($crate::Outcome::Success),
                    level: $crate::Level::Info,
                    message: &format_args!($succeeded, self.name()),
                    error: None,
                });
            }

            /// Writes the record of a failure, at ERROR, with the error, its sources and its backtrace.
            pub fn failed<E, Kind>(self, error: &E)
            where
                E: $crate::service::Failure<Kind> + ?Sized,
            {
                self.failed_by(&error.snapshot());
            }

            /// Writes the record of what a `Result` tells: of a success, or of a failure.
            pub fn result<R, Kind>(self, result: &R)
            where
                R: $crate::service::Ended<Kind>,
            {
                match result.failure() {
                    None => self.succeeded(),
                    Some(error) => self.failed_by(&error),
                }
            }

            fn failed_by(&self, error: &$crate::logged::Snapshot) {
                self.emit(&$crate::service::event::Ending {
                    outcome: Some($crate::Outcome::Error),
                    level: $crate::Level::Error,
                    message: &format_args!($failed, self.name(), error.message()),
                    error: Some(error),
                });
            }
        }
    };
}

pub(super) use {helper, timed, works};
