//! The table in the docs against the fields of the helpers' callsites.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use nexolog_core::service;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::every;

const TABLE: &str = include_str!("../../../src/service/events.md");

/// Hears every event, and keeps the names of what its callsite could say.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<BTreeSet<&'static str>>>);

impl Subscriber for Names {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn event(&self, event: &Event<'_>) {
        assert_eq!(event.metadata().target(), "nexolog::service");
        self.0.lock().unwrap().extend(event.metadata().fields().iter().map(|field| field.name()));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[test]
fn every_field_of_every_helper_stands_in_the_table() {
    let names = Names::default();
    tracing::subscriber::with_default(names.clone(), || every::call(service(), "x"));
    let names = names.0.lock().unwrap();
    assert!(names.len() > 40, "{names:?}");
    for name in names.iter() {
        // What a function gives back is no field of a helper; the other two are marks for Nexolog.
        let key = match *name {
            "return" | "nexolog.critical" => continue,
            name => name.strip_prefix("nexolog.").unwrap_or(name),
        };
        assert!(TABLE.contains(&format!("\n| `{key}` |")), "`{key}` is not in the table");
    }
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    for row in rows.filter(|row| row.matches('|').count() == 5) {
        let key = row.split('`').nth(1).unwrap();
        let known = names.contains(key) || names.contains(&*format!("nexolog.{key}"));
        let is_helper = TABLE.find(row) < TABLE.find("# What other tools");
        assert!(known || is_helper, "no helper writes `{key}`");
    }
}
