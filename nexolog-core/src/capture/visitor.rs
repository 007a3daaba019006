use std::error::Error;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::field::{Field, Visit};

use super::panic_hook;
use super::plan::{FieldKind, Plan};
use crate::record::wire;

/// Bytes of a message that are kept.
pub(crate) const MESSAGE_CAP: usize = 64 << 10;
/// Bytes of any other value that are kept.
pub(crate) const FIELD_CAP: usize = 16 << 10;
/// Sources of an error that are kept.
const MAX_SOURCES: usize = 32;

/// What stands for a value whose `Debug` or `Display` panicked.
const PANICKED: &str = "<panicked while formatting>";

/// Copies the values of an event or a span into wire form.
pub(crate) struct Visitor<'a> {
    plan: &'a Plan,
    out: &'a mut Vec<u8>,
    /// Where in `out` the value of the module field lies.
    module: Option<Range<usize>>,
    target: Option<Range<usize>>,
    operation: bool,
}

/// Where in the event the texts of its module and target lie, if it names them.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) module: Option<Range<usize>>,
    /// Named by a `log` record, or by a library on behalf of its user.
    pub(crate) target: Option<Range<usize>>,
    /// Whether it names its operation, too.
    pub(crate) operation: bool,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(plan: &'a Plan, out: &'a mut Vec<u8>) -> Visitor<'a> {
        Visitor { plan, out, module: None, target: None, operation: false }
    }

    /// What the event says of its own place.
    pub(crate) fn named(self) -> Named {
        Named { module: self.module, target: self.target, operation: self.operation }
    }

    /// The module that the event or span itself names.
    pub(crate) fn module(&self) -> Option<&str> {
        std::str::from_utf8(self.out.get(self.module.clone()?)?).ok()
    }

    /// The field's index and kind; `None` when it is of no use.
    #[inline]
    fn wanted(&self, field: &Field) -> Option<(u8, FieldKind)> {
        let kind = *self.plan.kinds.get(field.index())?;
        // Callsites have far fewer than 256 fields; more would be left out.
        let index = u8::try_from(field.index()).ok()?;
        (kind != FieldKind::Mark).then_some((index, kind))
    }

    /// Remembers where the text that was just put lies. Of two fields of one name the first counts.
    #[inline]
    fn note_text(&mut self, kind: FieldKind, length: usize) {
        if kind == FieldKind::Plain || kind == FieldKind::Message {
            return;
        }
        let range = self.out.len() - length..self.out.len();
        match kind {
            FieldKind::Module => drop(self.module.get_or_insert(range)),
            FieldKind::Operation => self.operation = true,
            _ => drop(self.target.get_or_insert(range)),
        }
    }

    fn put_cut(&mut self, index: u8, kind: FieldKind, text: &str) {
        wire::put_field(self.out, index);
        wire::put_str(self.out, text, cap(kind));
        self.note_text(kind, wire::floor_char_boundary(text, cap(kind)));
    }

    fn put_formatted(&mut self, index: u8, kind: FieldKind, value: &dyn fmt::Debug) {
        let item_at = self.out.len();
        let text_at = wire::begin_field_text(self.out, index);
        let mut writer = Capped { end: text_at + cap(kind), out: self.out, dropped: 0 };
        let formatted =
            panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| write!(writer, "{value:?}"))));
        let dropped = writer.dropped;
        if formatted.is_err() {
            self.out.truncate(item_at);
            self.put_cut(index, kind, PANICKED);
            return;
        }
        let kept = self.out.len() - text_at;
        wire::finish_text(self.out, text_at, kept as u64 + dropped);
        self.note_text(kind, kept);
    }
}

/// Bytes of a text that are kept.
#[inline]
fn cap(kind: FieldKind) -> usize {
    if kind == FieldKind::Message { MESSAGE_CAP } else { FIELD_CAP }
}

impl Visit for Visitor<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field_f64(self.out, index, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field_i64(self.out, index, value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field_u64(self.out, index, value);
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field(self.out, index);
            wire::put_i128(self.out, value);
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field(self.out, index);
            wire::put_u128(self.out, value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if let Some((index, _)) = self.wanted(field) {
            wire::put_field_bool(self.out, index, value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let Some((index, kind)) = self.wanted(field) else { return };
        if value.len() <= FIELD_CAP {
            wire::put_field_str(self.out, index, value);
            self.note_text(kind, value.len());
        } else {
            self.put_cut(index, kind, value);
        }
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let Some((index, kind)) = self.wanted(field) else { return };
        let kept = value.get(..cap(kind)).unwrap_or(value);
        let text = String::from_utf8_lossy(kept);
        if kept.len() == value.len() {
            self.record_str(field, &text);
        } else {
            let end = wire::floor_char_boundary(&text, cap(kind));
            wire::put_field(self.out, index);
            wire::put_cut(self.out, &text[..end], value.len() as u64);
            self.note_text(kind, end);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let Some((index, kind)) = self.wanted(field) else { return };
        // A panicking `Display` of an error is as possible as any other.
        let texts = panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| error_texts(value))));
        if let Ok((message, sources)) = texts {
            wire::put_field(self.out, index);
            wire::put_error(self.out, &message, &sources);
        } else {
            self.put_cut(index, kind, PANICKED);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some((index, kind)) = self.wanted(field) {
            self.put_formatted(index, kind, value);
        }
    }
}

/// What an error and its sources say, each with its length before it was cut.
fn error_texts(error: &(dyn Error + 'static)) -> ((String, u64), Vec<(String, u64)>) {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    (capped_text(error), sources.take(MAX_SOURCES).map(capped_text).collect())
}

fn capped_text(error: &dyn Error) -> (String, u64) {
    let mut out = Vec::new();
    let mut writer = Capped { end: FIELD_CAP, out: &mut out, dropped: 0 };
    // A `Display` that reports an error has written what it could.
    let _ = write!(writer, "{error}");
    let dropped = writer.dropped;
    let original = dropped + out.len() as u64;
    (String::from_utf8_lossy(&out).into_owned(), original)
}

/// Takes text up to a cap and counts the rest, so that a huge value costs time but no memory.
struct Capped<'a> {
    out: &'a mut Vec<u8>,
    /// How long `out` may become.
    end: usize,
    /// Bytes that found no room.
    dropped: u64,
}

impl fmt::Write for Capped<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Behind a gap nothing is taken any more, however short.
        if self.dropped == 0 && text.len() <= self.end - self.out.len() {
            self.out.extend_from_slice(text.as_bytes());
        } else {
            self.cut(text);
        }
        Ok(())
    }
}

impl Capped<'_> {
    #[cold]
    fn cut(&mut self, text: &str) {
        let room = if self.dropped == 0 { self.end - self.out.len() } else { 0 };
        let kept = wire::floor_char_boundary(text, room);
        self.out.extend_from_slice(&text.as_bytes()[..kept]);
        self.dropped += (text.len() - kept) as u64;
    }
}
