use std::sync::OnceLock;

use tracing::callsite::{Callsite, Identifier};
use tracing::field::FieldSet;
use tracing::metadata::Kind;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata};

/// A place in the code that never was, with `N` fields of any names. It lives as long as the process, as callsites do.
pub(super) struct MadeUp(OnceLock<Metadata<'static>>);

impl Callsite for MadeUp {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        self.0.get().expect("set where it is made")
    }
}

/// Fields that every made-up callsite has.
pub(super) const FIELDS: usize = 8;

pub(super) fn callsite(
    kind: Kind,
    level: Level,
    target: &str,
    origin: Option<(&str, u32)>,
    names: &[String],
) -> &'static Metadata<'static> {
    let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let names: Vec<&'static str> = names.iter().map(|name| text(name)).collect();
    let made_up: &'static MadeUp = Box::leak(Box::new(MadeUp(OnceLock::new())));
    let fields = FieldSet::new(Box::leak(names.into_boxed_slice()), Identifier(made_up));
    let (file, line) = (origin.map(|(file, _)| text(file)), origin.map(|(_, line)| line));
    made_up.0.get_or_init(|| {
        Metadata::new("made up", text(target), level, file, line, None, fields, kind)
    })
}
