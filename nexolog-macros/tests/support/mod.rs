//! Collects the events of one test.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};

use nexolog_core::Context;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context as LayerContext, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// One event as a layer sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) level: tracing::Level,
    pub(crate) target: String,
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    /// Every field of its callsite, recorded or not.
    pub(crate) names: Vec<&'static str>,
    pub(crate) fields: BTreeMap<String, String>,
    /// The type each field was recorded with.
    pub(crate) types: BTreeMap<String, &'static str>,
    /// The operation of the context in which it was logged.
    pub(crate) within: Option<&'static str>,
    /// The id of the request in whose context it was logged.
    pub(crate) request: Option<String>,
    /// The name of the span it was logged in.
    pub(crate) span: Option<&'static str>,
}

impl Seen {
    /// The field as text; empty when it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub(crate) fn outcome(&self) -> &str {
        self.field("outcome")
    }

    pub(crate) fn number(&self, name: &str) -> f64 {
        self.field(name).parse().unwrap_or_else(|_| panic!("{name} is no number in {self:?}"))
    }
}

#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<Seen>>>);

impl Collector {
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The one event there must be.
    pub(crate) fn only(&self) -> Seen {
        let mut seen = self.take();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        seen.remove(0)
    }
}

/// Runs `f` with everything it logs on this thread collected.
pub(crate) fn collect<R>(f: impl FnOnce(&Collector) -> R) -> R {
    collect_from(tracing::Level::TRACE, f)
}

pub(crate) fn collect_from<R>(level: tracing::Level, f: impl FnOnce(&Collector) -> R) -> R {
    let collector = Collector::default();
    let filter = tracing_subscriber::filter::LevelFilter::from_level(level);
    let subscriber = tracing_subscriber::registry().with(filter).with(collector.clone());
    tracing::subscriber::with_default(subscriber, || f(&collector))
}

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Collector {
    fn on_event(&self, event: &tracing::Event<'_>, layer: LayerContext<'_, S>) {
        let context = Context::current();
        let metadata = event.metadata();
        let mut seen = Seen {
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            file: metadata.file().map(str::to_owned),
            line: metadata.line(),
            names: metadata.fields().iter().map(|field| field.name()).collect(),
            fields: BTreeMap::new(),
            types: BTreeMap::new(),
            within: context.operation().map(nexolog_core::Operation::name),
            request: context.request().map(|request| request.request_id().to_owned()),
            span: layer.lookup_current().map(|span| span.name()),
        };
        event.record(&mut seen);
        self.0.lock().unwrap().push(seen);
    }
}

impl Seen {
    fn put(&mut self, field: &Field, kind: &'static str, value: &dyn fmt::Display) {
        self.fields.insert(field.name().to_owned(), value.to_string());
        self.types.insert(field.name().to_owned(), kind);
    }
}

impl Visit for Seen {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, "f64", &value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, "i64", &value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, "u64", &value);
    }
    fn record_i128(&mut self, field: &Field, value: i128) {
        self.put(field, "i128", &value);
    }
    fn record_u128(&mut self, field: &Field, value: u128) {
        self.put(field, "u128", &value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, "bool", &value);
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, "str", &value);
    }
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(error) = source {
            text = format!("{text} <- {error}");
            source = error.source();
        }
        self.put(field, "error", &text);
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, "debug", &format!("{value:?}"));
    }
}
