use super::program::{Program, Programs};
use crate::capture::Slot;
use crate::privacy::Secrecy;
use crate::record::body::Body;
use crate::record::items::{Item, Items, Stored, Text, Value};
use crate::record::wire::Tag;
use crate::record::{Level, Outcome};

/// An event as its line needs it: every item at its place, nothing rendered yet.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) program: &'a Program,
    pub(crate) level: Level,
    pub(crate) module: &'a str,
    pub(crate) message: Option<Stored<'a>>,
    pub(crate) request_id: Option<Stored<'a>>,
    pub(crate) trace_id: Option<Stored<'a>>,
    pub(crate) span_id: Option<Stored<'a>>,
    pub(crate) user_id: Option<Stored<'a>>,
    pub(crate) organization_id: Option<Stored<'a>>,
    pub(crate) operation: Option<Stored<'a>>,
    pub(crate) outcome: Option<Stored<'a>>,
    pub(crate) duration_ms: Option<Stored<'a>>,
    pub(crate) error: Option<Stored<'a>>,
    pub(crate) error_type: Option<Stored<'a>>,
    pub(crate) error_message: Option<Stored<'a>>,
    pub(crate) error_backtrace: Option<Stored<'a>>,
    pub(crate) target: Option<&'a str>,
    pub(crate) file: Option<&'a str>,
    pub(crate) line: Option<u64>,
    pub(crate) thread: Option<&'a str>,
    /// Ids and keys that were cut before they came here, and how long they were.
    pub(crate) cut: Vec<(&'a str, u64)>,
}

/// An entry of `fields`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldView<'a> {
    pub(crate) key: &'a str,
    /// `"key":`, where the callsite has it rendered already.
    pub(crate) rendered: Option<&'a [u8]>,
    pub(crate) value: Stored<'a>,
    /// How secret its key is; `None` when the key was made at run time, and nobody has looked at it yet.
    pub(crate) secrecy: Option<Secrecy>,
}

impl<'a> View<'a> {
    /// Reads what an event says. `fields` takes the entries of `fields`; of one key the first counts.
    pub(crate) fn read(
        level: Level,
        program: &'a Program,
        body: Body<'a>,
        programs: &'a Programs,
        fields: &mut Vec<FieldView<'a>>,
    ) -> View<'a> {
        fields.clear();
        let mut view = View::new(program, level);
        let mut in_force = program;
        // The event's own fields come first, in their order: from this one on, keys are new.
        let mut new_from = program.keys_differ.then_some(0);
        let mut cut = None;
        for item in Items::new(body.items) {
            let new = new_from.take();
            match item {
                Item::Field { index, value } => {
                    let is_new = new.is_some_and(|least| index >= least);
                    new_from = is_new.then_some(index + 1);
                    view.fill(in_force, index, value, is_new, fields);
                }
                Item::Span { plan } => {
                    // Every span's plan is known: it was made before the span.
                    let Some(program) = programs.get(plan) else { break };
                    in_force = program;
                }
                Item::Request => view.fill_request(body.request, fields),
                around => view.fill_around(around, &mut cut, fields),
            }
        }
        // An error's own message is the message.
        if view.error.is_some()
            && let Some(value) = view.error_message.take()
        {
            add(fields, FieldView::public("error.message", value));
        }
        view
    }

    fn new(program: &'a Program, level: Level) -> View<'a> {
        View {
            program,
            level,
            module: &program.plan.module,
            message: None,
            request_id: None,
            trace_id: None,
            span_id: None,
            user_id: None,
            organization_id: None,
            operation: None,
            outcome: None,
            duration_ms: None,
            error: None,
            error_type: None,
            error_message: None,
            error_backtrace: None,
            target: None,
            file: None,
            line: None,
            thread: None,
            cut: Vec::new(),
        }
    }

    /// Puts a value where its slot says if its type fits and the place is free, else into `fields`.
    #[inline]
    fn fill(
        &mut self,
        program: &'a Program,
        index: usize,
        value: Stored<'a>,
        is_new: bool,
        fields: &mut Vec<FieldView<'a>>,
    ) {
        let Some(slot) = program.plan.slots.get(index) else { return };
        let add = |fields: &mut Vec<_>, field| {
            if is_new { fields.push(field) } else { add(fields, field) }
        };
        let (place, fits) = match slot {
            Slot::Message => (&mut self.message, true),
            Slot::RequestId => (&mut self.request_id, is_id(value)),
            Slot::TraceId => (&mut self.trace_id, is_id(value)),
            Slot::SpanId => (&mut self.span_id, is_id(value)),
            Slot::UserId => (&mut self.user_id, is_id(value)),
            Slot::OrganizationId => (&mut self.organization_id, is_id(value)),
            Slot::Operation => (&mut self.operation, is_text(value)),
            Slot::Outcome => (&mut self.outcome, is_outcome(value)),
            Slot::DurationMs => (&mut self.duration_ms, is_duration(value)),
            Slot::Error => {
                (&mut self.error, is_text(value) || matches!(value.value(), Value::Error(_)))
            }
            Slot::ErrorType => (&mut self.error_type, is_text(value)),
            Slot::ErrorMessage => (&mut self.error_message, is_text(value)),
            Slot::ErrorBacktrace => (&mut self.error_backtrace, is_text(value)),
            Slot::Target => {
                return self.target = self.target.or_else(|| Some(value.text()?.as_str()));
            }
            Slot::File => return self.file = self.file.or_else(|| Some(value.text()?.as_str())),
            Slot::Line => return self.line = self.line.or(number(value)),
            Slot::Mark => return,
            // The module was settled by the caller; text of this slot is part of that.
            Slot::Module if is_text(value) => return,
            Slot::Module => (&mut None, false),
            Slot::Field { key, secrecy } => {
                let rendered = program.keys.get(index).map(Vec::as_slice);
                return add(fields, FieldView { key, rendered, value, secrecy: Some(*secrecy) });
            }
        };
        if !fits {
            add(fields, FieldView::public(slot.key(), value));
        } else if place.is_none() {
            *place = Some(value);
        }
    }

    fn fill_request(&mut self, request: &'a [u8], fields: &mut Vec<FieldView<'a>>) {
        let mut cut = None;
        for item in Items::new(request) {
            self.fill_around(item, &mut cut, fields);
        }
    }

    /// Takes an item that no callsite knows of. `cut` goes from one to the next: how long its id or key was.
    #[inline]
    fn fill_around(
        &mut self,
        item: Item<'a>,
        cut: &mut Option<u64>,
        fields: &mut Vec<FieldView<'a>>,
    ) {
        let original = cut.take();
        match item {
            Item::NamedField { key, value } => {
                let key = key.as_str();
                self.note_cut(key, original);
                add(fields, FieldView { key, rendered: None, value, secrecy: None });
            }
            Item::Context { tag, text } => {
                self.fill_context(tag, text, fields);
                if original.is_some()
                    && let Some(key) = self.key_of_id(tag, text)
                {
                    self.note_cut(key, original);
                }
            }
            Item::Cut { original } => *cut = Some(original),
            // A request is in no span and no other request, and has no callsite.
            Item::Field { .. } | Item::Span { .. } | Item::Request => {}
        }
    }

    fn fill_context(&mut self, tag: Tag, text: Text<'a>, fields: &mut Vec<FieldView<'a>>) {
        let value = Stored::from(text);
        let place = match tag {
            // The one key where the context wins: a request's lines must all be found by its id.
            Tag::RequestId => {
                let own = self.request_id.replace(value).filter(|own| *own != value);
                if let Some(value) = own {
                    add(fields, FieldView::public("request_id", value));
                }
                return;
            }
            Tag::Module => return self.module = text.as_str(),
            Tag::Thread => return self.thread = Some(text.as_str()),
            Tag::TraceId => &mut self.trace_id,
            Tag::SpanId => &mut self.span_id,
            Tag::UserId => &mut self.user_id,
            Tag::OrganizationId => &mut self.organization_id,
            Tag::Operation => &mut self.operation,
            Tag::Field | Tag::NamedField | Tag::Span | Tag::Cut | Tag::Request => return,
        };
        place.get_or_insert(value);
    }

    /// How long an id or a key was before it was cut.
    fn note_cut(&mut self, key: &'a str, original: Option<u64>) {
        if let Some(original) = original
            && self.cut.iter().all(|(known, _)| *known != key)
        {
            self.cut.push((key, original));
        }
    }

    /// The key under which the line has this id, if it is the one that the line has.
    fn key_of_id(&self, tag: Tag, text: Text<'a>) -> Option<&'static str> {
        let (key, place) = match tag {
            Tag::UserId => ("user_id", self.user_id),
            Tag::OrganizationId => ("organization_id", self.organization_id),
            _ => return None,
        };
        (place == Some(Stored::from(text))).then_some(key)
    }
}

impl<'a> FieldView<'a> {
    fn public(key: &'a str, value: Stored<'a>) -> FieldView<'a> {
        FieldView { key, rendered: None, value, secrecy: Some(Secrecy::Public) }
    }
}

/// Adds a field unless its key is there: the event's own come first, then the inner spans'.
fn add<'a>(fields: &mut Vec<FieldView<'a>>, field: FieldView<'a>) {
    if !fields.iter().any(|known| known.key == field.key) {
        fields.push(field);
    }
}

fn number(value: Stored<'_>) -> Option<u64> {
    match value.value() {
        Value::U64(number) => Some(number),
        Value::I64(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

fn is_text(value: Stored<'_>) -> bool {
    value.text().is_some()
}

/// Ids are texts; whole numbers are taken too, since many services count their users.
fn is_id(value: Stored<'_>) -> bool {
    is_text(value) || matches!(value.value(), Value::I64(_) | Value::U64(_))
}

fn is_outcome(value: Stored<'_>) -> bool {
    let names = |text: &Text<'_>| {
        Outcome::ALL.iter().any(|known| known.as_str().as_bytes() == text.bytes())
    };
    value.text().as_ref().is_some_and(names)
}

fn is_duration(value: Stored<'_>) -> bool {
    match value.value() {
        Value::F64(value) => value.is_finite() && value >= 0.0,
        Value::U64(_) => true,
        Value::I64(value) => value >= 0,
        _ => false,
    }
}
