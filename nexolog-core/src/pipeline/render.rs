use super::mask::Mask;
use super::program::{Program, put_opening};
use super::view::{FieldView, View};
use crate::capture::origin;
use crate::privacy::{Secrecy, settled};
use crate::record::items::{ErrorValue, Stored, Text, Value};
use crate::record::json;
use crate::record::timestamp::TimestampRenderer;

/// Bytes of a line that values may fill; the keys and the frame come on top of it.
const LINE_CAP: usize = 256 << 10;

/// Turns views into lines.
#[derive(Debug)]
pub(crate) struct Renderer {
    timestamps: TimestampRenderer,
    mask: Mask,
}

impl Renderer {
    pub(crate) fn new(mask: Mask) -> Renderer {
        Renderer { timestamps: TimestampRenderer::new(), mask }
    }

    /// Appends a line but for its beginning `{"seq":N`: the number is given when it is known where the
    /// line goes.
    pub(crate) fn render(
        &mut self,
        out: &mut Vec<u8>,
        view: &View<'_>,
        fields: &[FieldView<'_>],
        micros: i64,
        thread: &str,
    ) {
        out.extend_from_slice(b",\"timestamp\":\"");
        out.extend_from_slice(self.timestamps.render_bytes(micros));
        let Program { plan, opening, .. } = view.program;
        if view.level == plan.level && view.module == plan.module {
            out.extend_from_slice(opening);
        } else {
            put_opening(out, view.level, view.module);
        }
        let truncated = view.cut.clone();
        let mut line = Line { budget: LINE_CAP, out, truncated, mask: &mut self.mask };
        line.reserved(view);
        line.out.extend_from_slice(b",\"thread\":");
        json::put_str(line.out, thread);
        line.fields(fields);
        line.out.extend_from_slice(b"}\n");
    }
}

/// A line in the making.
struct Line<'o, 'a> {
    out: &'o mut Vec<u8>,
    /// Bytes that values may still fill.
    budget: usize,
    /// What was cut, and how many bytes it had.
    truncated: Vec<(&'a str, u64)>,
    mask: &'o mut Mask,
}

impl<'a> Line<'_, 'a> {
    fn reserved(&mut self, view: &View<'a>) {
        let public = Secrecy::Public;
        self.known(b",\"message\":", "message", view.message, public);
        self.known(b",\"request_id\":", "request_id", view.request_id, public);
        self.known(b",\"trace_id\":", "trace_id", view.trace_id, public);
        self.known(b",\"span_id\":", "span_id", view.span_id, public);
        self.known(b",\"user_id\":", "user_id", view.user_id, self.mask.user_id);
        let secrecy = self.mask.organization_id;
        self.known(b",\"organization_id\":", "organization_id", view.organization_id, secrecy);
        self.known(b",\"operation\":", "operation", view.operation, public);
        self.known(b",\"outcome\":", "outcome", view.outcome, public);
        self.known(b",\"duration_ms\":", "duration_ms", view.duration_ms, public);
        self.error(view);
        let plan = &view.program.plan;
        if plan.moves {
            let target = view.target.unwrap_or(plan.target);
            self.out.extend_from_slice(&origin(target, view.file, view.line));
        } else {
            self.out.extend_from_slice(&plan.origin);
        }
    }

    /// A reserved key, given as it is rendered, too.
    #[inline]
    fn known(
        &mut self,
        rendered: &[u8],
        key: &'static str,
        value: Option<Stored<'a>>,
        secrecy: Secrecy,
    ) {
        let Some(value) = value.map(Stored::value) else { return };
        let value = &value;
        if self.mask.shows(value, secrecy) {
            self.out.extend_from_slice(rendered);
            self.reserved_value(key, value);
        } else if let Some(text) = self.mask.stand_in(value, secrecy) {
            self.out.extend_from_slice(rendered);
            json::put_str(self.out, &text);
        }
    }

    /// Messages and ids are texts, also where a service counts its users.
    fn reserved_value(&mut self, key: &'static str, value: &Value<'a>) {
        let start = self.out.len();
        self.value(key, value);
        if key != "duration_ms" && self.out.get(start) != Some(&b'"') {
            self.out.insert(start, b'"');
            self.out.push(b'"');
        }
    }

    fn error(&mut self, view: &View<'a>) {
        let parts = [view.error, view.error_type, view.error_message, view.error_backtrace];
        if parts.iter().all(Option::is_none) {
            return;
        }
        self.out.extend_from_slice(b",\"error\":{");
        if let Some(name) = view.error_type {
            self.out.extend_from_slice(b"\"type\":");
            self.value("error.type", &name.value());
            self.out.push(b',');
        }
        self.out.extend_from_slice(b"\"message\":");
        match view.error.or(view.error_message) {
            Some(message) => self.value("error.message", &message.value()),
            None => self.out.extend_from_slice(b"\"\""),
        }
        self.out.extend_from_slice(b",\"chain\":[");
        if let Some(Value::Error(error)) = view.error.map(Stored::value) {
            self.chain(&error);
        }
        self.out.push(b']');
        if let Some(backtrace) = view.error_backtrace {
            self.out.extend_from_slice(b",\"backtrace\":");
            self.value("error.backtrace", &backtrace.value());
        }
        self.out.push(b'}');
    }

    fn chain(&mut self, error: &ErrorValue<'a>) {
        for (index, (source, original)) in error.sources().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.text("error.chain", source, original);
        }
    }

    fn fields(&mut self, fields: &[FieldView<'a>]) {
        let mut opened = false;
        for field in fields {
            let secrecy = field.secrecy.unwrap_or_else(|| self.mask.of_key(field.key));
            let value = field.value.value();
            if self.mask.shows(&value, secrecy) {
                self.key(&mut opened, field);
                self.value(field.key, &value);
            } else if let Some(text) = self.mask.stand_in(&value, secrecy) {
                self.key(&mut opened, field);
                json::put_str(self.out, &text);
            }
        }
        if !self.truncated.is_empty() {
            self.open(&mut opened);
            json::put_str(self.out, &account_key(fields));
            self.out.push(b':');
            let mut separator = b'{';
            for (key, original) in std::mem::take(&mut self.truncated) {
                self.out.push(std::mem::replace(&mut separator, b','));
                json::put_str(self.out, key);
                self.out.push(b':');
                json::put_integer(self.out, original);
            }
            self.out.push(b'}');
        }
        if opened {
            self.out.push(b'}');
        }
    }

    #[inline]
    fn key(&mut self, opened: &mut bool, field: &FieldView<'a>) {
        self.open(opened);
        if let Some(rendered) = field.rendered {
            self.out.extend_from_slice(rendered);
        } else {
            json::put_str(self.out, field.key);
            self.out.push(b':');
        }
    }

    /// Begins an entry of `fields`, and the object with the first one.
    #[inline]
    fn open(&mut self, opened: &mut bool) {
        if std::mem::replace(opened, true) {
            self.out.push(b',');
        } else {
            self.out.extend_from_slice(b",\"fields\":{");
        }
    }

    #[inline]
    fn value(&mut self, key: &'a str, value: &Value<'a>) {
        match value {
            Value::Str(text) => self.text(key, *text, text.bytes().len() as u64),
            Value::Cut { text, original } => self.searched(key, settled(text.as_str()), *original),
            Value::Error(error) => self.text(key, error.message, error.original),
            number => json::put_value(self.out, number),
        }
    }

    #[inline]
    fn text(&mut self, key: &'a str, text: Text<'a>, original: u64) {
        let bytes = text.bytes();
        let is_whole = bytes.len() as u64 == original && bytes.len() <= self.budget;
        if is_whole && self.mask.leaves(bytes) {
            json::put_plain(self.out, bytes);
            self.budget = self.budget.saturating_sub(bytes.len() + 2);
        } else {
            self.searched(key, text.as_str(), original);
        }
    }

    /// A text without its secrets, within what is left of the line's budget; what had to go is noted
    /// under `key`. Masked first: half a secret is not recognised as one.
    fn searched(&mut self, key: &'a str, text: &str, original: u64) {
        let masked = self.mask.text(text);
        let kept = json::prefix_within(&masked, self.budget);
        let before = self.out.len();
        json::put_str(self.out, kept);
        self.budget = self.budget.saturating_sub(self.out.len() - before);
        let cut = kept.len() < masked.len() || (text.len() as u64) < original;
        if cut && self.truncated.iter().all(|(known, _)| *known != key) {
            self.truncated.push((key, original));
        }
    }
}

/// The key under which `fields` tell what was cut: `truncated`, unless the user has fields of that name.
fn account_key(fields: &[FieldView<'_>]) -> String {
    let mut key = "truncated".to_owned();
    while fields.iter().any(|field| field.key == key) {
        key.push('_');
    }
    key
}
