use std::fmt;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use tracing::Level;

use super::callsite::FIELDS;
use crate::context::FieldValue;
use crate::record::arbitrary;

/// A value of a field, of every type that `tracing` knows.
#[derive(Clone)]
pub(super) enum Given {
    Nothing,
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Bool(bool),
    Str(String),
    Bytes(Vec<u8>),
    Display(String),
    Debug(String),
    Error(Vec<String>),
}

/// Short, since a failing test shows it.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Given::Nothing => f.write_str("Nothing"),
            Given::I64(value) => write!(f, "I64({value})"),
            Given::U64(value) => write!(f, "U64({value})"),
            Given::I128(value) => write!(f, "I128({value})"),
            Given::U128(value) => write!(f, "U128({value})"),
            Given::F64(value) => write!(f, "F64({value})"),
            Given::Bool(value) => write!(f, "Bool({value})"),
            Given::Bytes(bytes) => write!(f, "Bytes({:?})", short(&String::from_utf8_lossy(bytes))),
            Given::Str(text) => write!(f, "Str({:?})", short(text)),
            Given::Display(text) => write!(f, "Display({:?})", short(text)),
            Given::Debug(text) => write!(f, "Debug({:?})", short(text)),
            Given::Error(texts) => {
                write!(f, "Error({:?})", texts.iter().map(|text| short(text)).collect::<Vec<_>>())
            }
        }
    }
}

/// The beginning of a text, and how long it is.
pub(super) fn short(text: &str) -> String {
    let beginning: String = text.chars().take(60).collect();
    if beginning == text { beginning } else { format!("{beginning}... {} bytes", text.len()) }
}

/// The fields of a callsite and what they are given.
pub(super) type Fields = Vec<(String, Given)>;

#[derive(Clone, Debug)]
pub(super) struct Logged {
    pub(super) level: Level,
    pub(super) target: String,
    pub(super) origin: Option<(String, u32)>,
    pub(super) fields: Fields,
    /// The outermost first: what it is made with, and a value that one of its fields is given later.
    pub(super) spans: Vec<(Fields, Option<(usize, Given)>)>,
    pub(super) request: Option<Request>,
    pub(super) operation: Option<(String, Option<String>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) id: String,
    pub(super) trace: Option<(String, String)>,
    pub(super) user: Option<(String, Option<String>)>,
    pub(super) fields: Vec<(String, FieldValue)>,
}

/// Text as services and attackers have it; sometimes past the caps.
pub(super) fn text() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "\r\n{\"seq\":1}\n",
        "\u{2028}\u{2029}",
        "\u{0}",
        "\u{1b}]0;title\u{7}\u{1b}[2J",
        "\u{9b}31m\u{85}",
        "\u{202e}gnp.exe\u{2066}\u{200f}",
        "\u{feff}\u{fffd}\u{d7ff}\u{10ffff}",
        "\\u0000\\\"\\",
        "${jndi:ldap://x} {} {0} %s %n '; DROP TABLE logs;--",
        "__proto__",
        "nexolog",
        "success",
        "panic",
    ]);
    prop_oneof![
        30 => arbitrary::text(),
        15 => hostile.prop_map(String::from),
        1 => ("[aé\u{1}😀]", 5_000_usize..30_000).prop_map(|(unit, times)| unit.repeat(times)),
    ]
}

pub(super) fn given() -> impl Strategy<Value = Given> {
    let floats =
        prop::sample::select(vec![-0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 5e-324]);
    prop_oneof![
        2 => Just(Given::Nothing),
        2 => prop_oneof![any::<i64>(), -9_i64..9, Just(i64::MIN)].prop_map(Given::I64),
        2 => prop_oneof![any::<u64>(), Just(u64::MAX)].prop_map(Given::U64),
        1 => prop_oneof![any::<i128>(), -9_i128..9].prop_map(Given::I128),
        1 => prop_oneof![any::<u128>(), 0_u128..9].prop_map(Given::U128),
        2 => prop_oneof![any::<f64>(), floats, 0.0..2_000.0].prop_map(Given::F64),
        1 => any::<bool>().prop_map(Given::Bool),
        6 => text().prop_map(Given::Str),
        1 => prop_oneof![vec(any::<u8>(), 0..40), Just(vec![b'x'; 20_000])].prop_map(Given::Bytes),
        2 => text().prop_map(Given::Display),
        1 => text().prop_map(Given::Debug),
        2 => vec(text(), 1..4).prop_map(Given::Error),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec![
            "message", "module", "request_id", "trace_id", "span_id", "user_id", "organization_id",
            "operation", "outcome", "duration_ms", "error", "error.type", "error.message",
            "error.backtrace",
        ]).prop_map(String::from),
        4 => prop::sample::select(vec![
            "seq", "timestamp", "level", "target", "file", "line", "thread", "fields", "__proto__",
            "constructor", "truncated", "a", "b", "a.b", "r#type",
        ]).prop_map(String::from),
        1 => arbitrary::text(),
    ]
}

/// Names may stand twice.
fn fields() -> impl Strategy<Value = Fields> {
    vec((name(), given()), FIELDS)
}

/// Sometimes an event stands for code elsewhere.
fn event_fields() -> impl Strategy<Value = Fields> {
    let elsewhere = prop_oneof![
        Just(("nexolog.target".to_owned(), Given::Str("mapped::elsewhere".to_owned()))),
        Just(("log.file".to_owned(), Given::Str("else/where.rs".to_owned()))),
        Just(("nexolog.line".to_owned(), Given::U64(12))),
        Just(("nexolog.critical".to_owned(), Given::Bool(true))),
    ];
    (fields(), weighted(0.2, (0..FIELDS, elsewhere))).prop_map(|(mut fields, elsewhere)| {
        if let Some((at, field)) = elsewhere {
            fields[at] = field;
        }
        fields
    })
}

fn request() -> impl Strategy<Value = Request> {
    let value = prop_oneof![
        any::<bool>().prop_map(FieldValue::Bool),
        any::<i64>().prop_map(FieldValue::Signed),
        any::<u64>().prop_map(FieldValue::Unsigned),
        any::<f64>().prop_map(FieldValue::Float),
        text().prop_map(FieldValue::Text),
    ];
    (
        arbitrary::text(),
        weighted(0.5, (arbitrary::text(), arbitrary::text())),
        weighted(0.5, (arbitrary::text(), weighted(0.5, arbitrary::text()))),
        vec((name(), value), 0..3),
    )
        .prop_map(|(id, trace, user, fields)| Request { id, trace, user, fields })
}

pub(super) fn logged() -> impl Strategy<Value = Logged> {
    let levels = vec![Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
    let targets = vec![
        "shop",
        "shop::orders",
        "mapped",
        "mapped::deep",
        "nexolog_core::x",
        "a\"\u{202e}",
        "",
    ];
    (
        prop::sample::select(levels),
        prop::sample::select(targets).prop_map(String::from),
        weighted(
            0.8,
            (
                prop::sample::select(vec!["src/a.rs", "C:\\b\".rs"]).prop_map(String::from),
                any::<u32>(),
            ),
        ),
        event_fields(),
        vec((fields(), weighted(0.5, (0..FIELDS, given()))), 0..3),
        weighted(0.5, request()),
        weighted(0.4, (arbitrary::text(), weighted(0.5, arbitrary::text()))),
    )
        .prop_map(|(level, target, origin, fields, spans, request, operation)| Logged {
            level,
            target,
            origin,
            fields,
            spans,
            request,
            operation,
        })
}
