use std::error::Error;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing::field::{Field, Visit};

use super::panic_hook;
use super::plan::{Plan, Slot};
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
}

/// Where in the event the texts of its module and target lie, if it names them.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) module: Option<Range<usize>>,
    /// Named by a `log` record, or by a library on behalf of its user.
    pub(crate) target: Option<Range<usize>>,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(plan: &'a Plan, out: &'a mut Vec<u8>) -> Visitor<'a> {
        Visitor { plan, out, module: None, target: None }
    }

    /// What the event says of its own place.
    pub(crate) fn named(self) -> Named {
        Named { module: self.module, target: self.target }
    }

    /// The module that the event or span itself names.
    pub(crate) fn module(&self) -> Option<&str> {
        std::str::from_utf8(self.out.get(self.module.clone()?)?).ok()
    }

    /// Starts a value: `false` when the field is of no use.
    fn begin(&mut self, field: &Field) -> bool {
        let slot = self.plan.slots.get(field.index());
        let wanted = slot.is_some_and(|slot| *slot != Slot::Mark);
        if wanted {
            // Callsites have far fewer than 256 fields; more would be left out.
            let Ok(index) = u8::try_from(field.index()) else { return false };
            wire::put_field(self.out, index);
        }
        wanted
    }

    fn slot(&self, field: &Field) -> &Slot {
        self.plan.slots.get(field.index()).unwrap_or(&Slot::Mark)
    }

    fn cap(&self, field: &Field) -> usize {
        if *self.slot(field) == Slot::Message { MESSAGE_CAP } else { FIELD_CAP }
    }

    /// Remembers where the text that was just put lies.
    fn note_text(&mut self, field: &Field, length: usize) {
        let range = self.out.len() - length..self.out.len();
        match self.slot(field) {
            Slot::Module => self.module = Some(range),
            Slot::Target => self.target = Some(range),
            _ => {}
        }
    }

    fn put_formatted(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let cap = self.cap(field);
        let value_at = self.out.len();
        let text_at = wire::begin_text(self.out);
        let mut writer = Capped { out: self.out, text_at, cap, original: 0 };
        let formatted =
            panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| write!(writer, "{value:?}"))));
        let original = writer.original;
        if formatted.is_err() {
            self.out.truncate(value_at);
            wire::put_str(self.out, PANICKED, FIELD_CAP);
        } else {
            wire::finish_text(self.out, text_at, original);
        }
        let length = self.out.len() - text_at.min(self.out.len());
        self.note_text(field, length);
    }
}

impl Visit for Visitor<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if self.begin(field) {
            wire::put_f64(self.out, value);
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if self.begin(field) {
            wire::put_i64(self.out, value);
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if self.begin(field) {
            wire::put_u64(self.out, value);
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        if self.begin(field) {
            wire::put_i128(self.out, value);
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        if self.begin(field) {
            wire::put_u128(self.out, value);
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if self.begin(field) {
            wire::put_bool(self.out, value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if self.begin(field) {
            let cap = self.cap(field);
            wire::put_str(self.out, value, cap);
            self.note_text(field, wire::floor_char_boundary(value, cap));
        }
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let kept = value.get(..FIELD_CAP).unwrap_or(value);
        self.record_str(field, &String::from_utf8_lossy(kept));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if !self.begin(field) {
            return;
        }
        // A panicking `Display` of an error is as possible as any other.
        let texts = panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| error_texts(value))));
        match texts {
            Ok((message, sources)) => wire::put_error(self.out, &message, &sources),
            Err(_) => wire::put_str(self.out, PANICKED, FIELD_CAP),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.begin(field) {
            self.put_formatted(field, value);
        }
    }
}

fn error_texts(error: &(dyn Error + 'static)) -> (String, Vec<String>) {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    (capped_text(error), sources.take(MAX_SOURCES).map(capped_text).collect())
}

fn capped_text(error: &dyn Error) -> String {
    let mut out = Vec::new();
    let mut writer = Capped { out: &mut out, text_at: 0, cap: FIELD_CAP, original: 0 };
    // A `Display` that reports an error has written what it could.
    let _ = write!(writer, "{error}");
    String::from_utf8_lossy(&out).into_owned()
}

/// Takes text up to a cap and counts the rest, so that a huge value costs time but no memory.
struct Capped<'a> {
    out: &'a mut Vec<u8>,
    text_at: usize,
    cap: usize,
    original: u64,
}

impl fmt::Write for Capped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let kept = self.out.len() - self.text_at;
        let cut = self.original > kept as u64;
        if !cut {
            let room = wire::floor_char_boundary(text, self.cap - kept);
            self.out.extend_from_slice(&text.as_bytes()[..room]);
        }
        self.original += text.len() as u64;
        Ok(())
    }
}
