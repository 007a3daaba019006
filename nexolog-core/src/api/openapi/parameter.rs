use serde_json::{Value, json};

use crate::api::request::MOST_VALUES;
use crate::record::Level;

/// A parameter that is sent in the query, the path or a header.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) struct Parameter {
    pub(in crate::api) name: &'static str,
    pub(super) kind: Kind,
    /// A value as it stands in an address.
    pub(super) example: &'static str,
    /// What it does, and what holds without it.
    pub(super) about: &'static str,
    pub(super) is_required: bool,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug)]
pub(in crate::api) enum Kind {
    /// Any text.
    Text,
    /// Texts: with commas between them, repeated, or both.
    Texts,
    /// The name of a level.
    Level,
    /// Names of levels, as with [`Kind::Texts`].
    Levels,
    /// A whole number, both ends included.
    Number(u64, u64),
    /// True or false; false when it is absent.
    Flag,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A point in time.
    Time,
    /// A length of time of at least a second.
    Span,
    /// A length of time of at least a millisecond.
    Width,
    /// Names of keys, as with [`Kind::Texts`]; at most so many.
    Names(usize),
    /// A number of records from 1 on, or all.
    Sample,
    /// A number of bytes.
    Size,
    /// A place in the log.
    Cursor,
    /// The directory of an instance.
    Instance,
    /// Heads of audit trails, as with [`Kind::Texts`]; at most so many.
    Heads(usize),
}

/// Every form in which times are usually sent. More are understood.
const TIME: &str = r"^(now|today|yesterday|(now)?-[1-9][0-9]{0,3}[smhd]|[1-9][0-9]{9}|[1-9][0-9]{12}|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z)?)$";
const SPAN: &str = "^[1-9][0-9]{0,5}[smhdw]?$";
const WIDTH: &str = "^([1-9][0-9]{0,6}ms|[1-9][0-9]{0,5}[smhdw]?)$";
/// Names that need no quotes. More are understood.
const NAME: &str = "^[a-z][a-z_]{0,30}([.][a-z][a-z_]{0,30})?$";
const SAMPLE: &str = "^(all|[1-9][0-9]{0,17})$";
const SIZE: &str = "^[0-9]{1,9}([KMG]i?B)?$";
const CURSOR: &str = r"^[0-9]{1,19}(\.[A-Za-z0-9_-]{1,64})?(@-?[0-9]{1,18})?$";

const INSTANCE: &str = r"^(\.|instance-[1-9][0-9]{0,3})$";
const HEAD: &str = "^(0|[1-9][0-9]{0,17}):[0-9a-f]{64}$";

impl Parameter {
    pub(in crate::api) const fn new(
        name: &'static str,
        kind: Kind,
        example: &'static str,
        about: &'static str,
    ) -> Parameter {
        Parameter { name, kind, example, about, is_required: false }
    }

    /// The same, where nothing goes without it.
    pub(in crate::api) const fn required(self) -> Parameter {
        Parameter { is_required: true, ..self }
    }

    /// As it stands in the document; `place` is where it is sent.
    pub(super) fn described(&self, place: &str) -> Value {
        let mut schema = self.kind.schema();
        if self.is_required && matches!(self.kind, Kind::Text) {
            schema["minLength"] = json!(1);
        }
        let mut described = json!({
            "name": self.name,
            "in": place,
            "description": self.about,
            "required": self.is_required || place == "path",
            "schema": schema,
            "example": self.kind.value(self.example),
        });
        // An empty text or list is one by itself.
        let is_list =
            matches!(self.kind, Kind::Texts | Kind::Levels | Kind::Names(_) | Kind::Heads(_));
        let is_text = is_list || matches!(self.kind, Kind::Text);
        if place == "query" && !self.is_required && !is_text {
            described["allowEmptyValue"] = json!(true);
        }
        if is_list && place == "query" {
            described["style"] = json!("form");
            described["explode"] = json!(false);
        }
        described
    }
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Kind::Text => json!({"type": "string"}),
            Kind::Texts => {
                json!({"type": "array", "items": {"type": "string"}, "maxItems": MOST_VALUES})
            }
            Kind::Level => json!({"type": "string", "enum": level_names()}),
            Kind::Levels => {
                let level = json!({"type": "string", "enum": level_names()});
                json!({"type": "array", "items": level, "maxItems": MOST_VALUES})
            }
            Kind::Number(least, most) => {
                json!({"type": "integer", "minimum": least, "maximum": most})
            }
            Kind::Flag => json!({"type": "boolean", "default": false}),
            Kind::Choice(names) => json!({"type": "string", "enum": names}),
            Kind::Time => json!({"type": "string", "pattern": TIME}),
            Kind::Span => json!({"type": "string", "pattern": SPAN}),
            Kind::Width => json!({"type": "string", "pattern": WIDTH}),
            Kind::Names(most) => json!({
                "type": "array",
                "items": {"type": "string", "pattern": NAME},
                "maxItems": most,
            }),
            Kind::Sample => json!({"type": "string", "pattern": SAMPLE}),
            Kind::Size => json!({"type": "string", "pattern": SIZE}),
            Kind::Cursor => json!({"type": "string", "pattern": CURSOR}),
            Kind::Instance => json!({"type": "string", "pattern": INSTANCE}),
            Kind::Heads(most) => json!({
                "type": "array",
                "items": {"type": "string", "pattern": HEAD},
                "maxItems": most,
            }),
        }
    }

    /// A value of this kind, from how it is written in an address.
    fn value(self, text: &str) -> Value {
        match self {
            Kind::Texts | Kind::Levels | Kind::Names(_) | Kind::Heads(_) => {
                text.split(',').collect()
            }
            Kind::Number(..) | Kind::Flag => serde_json::from_str(text).unwrap_or(Value::Null),
            _ => json!(text),
        }
    }
}

/// The names of levels, as parameters take them. `warn` and any case are understood, too.
fn level_names() -> Vec<String> {
    Level::ALL.iter().map(|level| level.as_str().to_lowercase()).collect()
}
