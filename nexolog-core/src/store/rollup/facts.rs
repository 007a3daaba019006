use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::Finder;

use crate::record::{ErrorPart, Key, Level, Line, Raw, RawText};

/// What the key is called, or begins with, without which no other field is looked at.
static EVENT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("event"));

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
        let fields = Fields::of(line);
        let event = match text(fields.event).as_deref() {
            Some("request") => request(line, &fields, outcome.as_deref()),
            Some("user_login") => Event::Login,
            Some("user_logout") => Event::Logout,
            Some("external_call") => {
                Event::Call { service: text(fields.service).unwrap_or_default() }
            }
            _ => Event::Other,
        };
        Facts {
            level: level(line),
            module: line.module(),
            user: line.text(Key::UserId),
            operation: line.text(Key::Operation),
            outcome,
            duration_ms: line.duration_ms(),
            event,
        }
    }
}

/// As [`Line::level`], without a detour for what our writer writes.
fn level(line: &Line<'_>) -> Option<Level> {
    let written = line.raw(Key::Level)?.as_str();
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let known = Level::ALL.into_iter().find(|level| level.as_str() == inner);
    known.or_else(|| line.level())
}

/// The fields that are looked at, found in one walk.
#[derive(Clone, Copy, Debug, Default)]
struct Fields<'a> {
    event: Option<Raw<'a>>,
    status: Option<Raw<'a>>,
    time_to_headers_ms: Option<Raw<'a>>,
    service: Option<Raw<'a>>,
}

impl<'a> Fields<'a> {
    fn of(line: &Line<'a>) -> Fields<'a> {
        let mut found = Fields::default();
        let Some(fields) = line.raw(Key::Fields) else { return found };
        let text = fields.as_str().as_bytes();
        if EVENT.find(text).is_none() && memchr(b'\\', text).is_none() {
            return found;
        }
        for (name, value) in fields.entries() {
            let field = if name.is("event.name") {
                &mut found.event
            } else if name.is("status") {
                &mut found.status
            } else if name.is("time_to_headers_ms") {
                &mut found.time_to_headers_ms
            } else if name.is("service") {
                &mut found.service
            } else if name.is("event") {
                // Its name may be inside.
                found.event = line.field("event.name");
                continue;
            } else {
                continue;
            };
            field.get_or_insert(value);
        }
        found
    }
}

/// A request has failed when it ended in 5xx, a panic or a body error.
fn request<'a>(line: &Line<'a>, fields: &Fields<'a>, outcome: Option<&str>) -> Event<'a> {
    let status = fields.status.and_then(Raw::u64);
    let is_body_error =
        || line.error().and_then(ErrorPart::kind).is_some_and(|kind| kind == "body");
    let has_failed = status.is_some_and(|status| (500..600).contains(&status))
        || match outcome {
            Some("panic") => true,
            Some("error") => is_body_error(),
            _ => false,
        };
    let time_to_headers_ms = fields.time_to_headers_ms.and_then(Raw::f64);
    Event::Request { status, time_to_headers_ms, has_failed }
}

fn text(value: Option<Raw<'_>>) -> Option<Cow<'_, str>> {
    value?.string().map(RawText::decoded)
}
