use std::borrow::Cow;

use crate::record::{ErrorPart, Key, Level, Line, Raw, RawText};

/// What a line says that is counted.
#[derive(Clone, Debug)]
pub(super) struct Facts<'a> {
    pub(super) level: Option<Level>,
    pub(super) module: Option<Cow<'a, str>>,
    pub(super) user: Option<Cow<'a, str>>,
    pub(super) operation: Option<Cow<'a, str>>,
    pub(super) outcome: Option<Cow<'a, str>>,
    pub(super) duration_ms: Option<f64>,
    pub(super) event: Event<'a>,
}

/// What kind of event a line tells of, by `fields."event.name"`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Event<'a> {
    Request { status: Option<u64>, time_to_headers_ms: Option<f64>, has_failed: bool },
    Login,
    Logout,
    Call { service: Cow<'a, str> },
    Other,
}

impl<'a> Facts<'a> {
    pub(super) fn of(line: &Line<'a>) -> Facts<'a> {
        let outcome = line.outcome();
        let event = match text(line.field("event.name")).as_deref() {
            Some("request") => request(line, outcome.as_deref()),
            Some("user_login") => Event::Login,
            Some("user_logout") => Event::Logout,
            Some("external_call") => {
                Event::Call { service: text(line.field("service")).unwrap_or_default() }
            }
            _ => Event::Other,
        };
        Facts {
            level: line.level(),
            module: line.module(),
            user: line.text(Key::UserId),
            operation: line.text(Key::Operation),
            outcome,
            duration_ms: line.duration_ms(),
            event,
        }
    }
}

/// A request has failed when it ended in 5xx, a panic or a body error.
fn request<'a>(line: &Line<'a>, outcome: Option<&str>) -> Event<'a> {
    let status = line.field("status").and_then(Raw::u64);
    let is_body_error =
        || line.error().and_then(ErrorPart::kind).is_some_and(|kind| kind == "body");
    let has_failed = status.is_some_and(|status| (500..600).contains(&status))
        || match outcome {
            Some("panic") => true,
            Some("error") => is_body_error(),
            _ => false,
        };
    let time_to_headers_ms = line.field("time_to_headers_ms").and_then(Raw::f64);
    Event::Request { status, time_to_headers_ms, has_failed }
}

fn text(value: Option<Raw<'_>>) -> Option<Cow<'_, str>> {
    value?.string().map(RawText::decoded)
}
