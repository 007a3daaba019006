use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::query::Filter;
use crate::record::{Key, Kind, Line, Raw};
use crate::store::{LogStore, Stop, StoreError};

/// Most keys that are told apart.
const MOST_KEYS: usize = 1_000;

/// Deepest level of objects within `fields` whose keys are told; what is deeper counts as an object.
const DEEPEST: usize = 8;

/// Longest key in bytes.
const LONGEST_KEY: usize = 256;

/// Most examples of a key's values, and the longest in bytes.
const MOST_EXAMPLES: usize = 3;
const LONGEST_EXAMPLE: usize = 64;

/// Which keys records have.
#[derive(Clone, Debug)]
pub(crate) struct FieldsRequest {
    /// Which records.
    pub(crate) filter: Filter,
    /// Look at so many matching records at the most, the newest; `None` means all.
    pub(crate) sample: Option<u64>,
}

/// The answer to a [`FieldsRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The most frequent first, then by name.
    pub(crate) keys: Vec<Field>,
    /// Matching records that were looked into.
    pub(crate) records: u64,
    /// Whether those are all that match.
    pub(crate) is_whole: bool,
    /// Whether all keys that they have are listed.
    pub(crate) are_all_keys: bool,
    /// Records that were looked at.
    pub(crate) scanned: u64,
    /// What this answer left out; `None` when it is complete.
    pub(crate) incomplete: Option<String>,
}

/// One key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// As filters take it: `status`, `user.plan`, `error.type`; with `fields.` before what would else mean a reserved key.
    pub(crate) key: String,
    /// How often its value is of each type, in the order of [`TYPES`].
    pub(crate) types: [u64; TYPES.len()],
    /// Values it had; once a record, unless a record has it twice.
    pub(crate) count: u64,
    /// Some of its values, as text.
    pub(crate) examples: Vec<String>,
}

/// Names of types.
pub(crate) const TYPES: [&str; 6] = ["string", "number", "boolean", "null", "object", "array"];

/// Looks into every line that matches.
pub(crate) fn fields<S: LogStore + ?Sized>(
    store: &S,
    request: &FieldsRequest,
    stop: &Stop,
) -> Result<Fields, StoreError> {
    let mut keys = Keys::default();
    let most = request.sample.unwrap_or(u64::MAX);
    let mut records = 0_u64;
    let mut is_whole = true;
    let visited = store.visit(&request.filter, stop, &mut |line| {
        if records >= most {
            is_whole = false;
            return ControlFlow::Break(());
        }
        records += 1;
        keys.add(line);
        ControlFlow::Continue(())
    })?;
    let are_all_keys = !keys.are_too_many;
    Ok(Fields {
        keys: keys.finish(),
        records,
        is_whole: is_whole && visited.incomplete.is_none(),
        are_all_keys,
        scanned: visited.scanned,
        incomplete: visited.incomplete,
    })
}

/// Keys in the making.
#[derive(Debug, Default)]
struct Keys {
    fields: HashMap<Box<str>, Field>,
    are_too_many: bool,
    /// The key at hand.
    path: String,
}

impl Keys {
    fn add(&mut self, line: &Line<'_>) {
        for key in Key::ALL {
            let Some(value) = line.raw(key) else { continue };
            match key {
                Key::Fields => self.add_fields(value),
                Key::Error => self.add_error(value),
                _ => self.note(key.name(), value),
            }
        }
        for (name, value) in line.others() {
            self.add_path("", &name.decoded(), value, 0);
        }
    }

    fn add_fields(&mut self, fields: Raw<'_>) {
        for (name, value) in fields.entries() {
            let name = name.decoded();
            let prefix = if is_taken(&name) { "fields." } else { "" };
            self.add_path(prefix, &name, value, 0);
        }
    }

    fn add_error(&mut self, error: Raw<'_>) {
        if error.kind() != Kind::Object {
            self.note(Key::Error.name(), error);
        }
        for (name, value) in error.entries() {
            self.add_path("error.", &name.decoded(), value, DEEPEST);
        }
    }

    /// Notes the value under `name`, and what is inside of it where it is an object.
    fn add_path(&mut self, prefix: &str, name: &str, value: Raw<'_>, depth: usize) {
        let length = self.path.len();
        self.path.push_str(prefix);
        self.path.push_str(name);
        if self.path.len() > LONGEST_KEY {
            self.are_too_many = true;
        } else if value.kind() == Kind::Object && depth < DEEPEST {
            let mut is_empty = true;
            for (inner, value) in value.entries() {
                is_empty = false;
                self.add_path(".", &inner.decoded(), value, depth + 1);
            }
            if is_empty {
                self.note_path(value);
            }
        } else {
            self.note_path(value);
        }
        self.path.truncate(length);
    }

    fn note_path(&mut self, value: Raw<'_>) {
        let path = std::mem::take(&mut self.path);
        self.note(&path, value);
        self.path = path;
    }

    fn note(&mut self, key: &str, value: Raw<'_>) {
        if !self.fields.contains_key(key) {
            if self.fields.len() >= MOST_KEYS {
                self.are_too_many = true;
                return;
            }
            self.fields.insert(key.into(), Field { key: key.to_owned(), ..Field::default() });
        }
        if let Some(field) = self.fields.get_mut(key) {
            field.note(value);
        }
    }

    fn finish(self) -> Vec<Field> {
        let mut fields: Vec<Field> = self.fields.into_values().collect();
        fields.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        fields
    }
}

impl Field {
    fn note(&mut self, value: Raw<'_>) {
        self.count += 1;
        let kind = match value.kind() {
            Kind::String => 0,
            Kind::Number => 1,
            Kind::Bool => 2,
            Kind::Null => 3,
            Kind::Object => 4,
            Kind::Array => 5,
        };
        if let Some(count) = self.types.get_mut(kind) {
            *count += 1;
        }
        if self.examples.len() >= MOST_EXAMPLES || value.is_null() {
            return;
        }
        let text = value.scalar_text().filter(|text| text.len() <= LONGEST_EXAMPLE);
        if let Some(text) = text.filter(|text| self.examples.iter().all(|known| known != text)) {
            self.examples.push(text.into_owned());
        }
    }
}

/// Whether a filter takes a field of this name for something else.
fn is_taken(name: &str) -> bool {
    Key::named(name).is_some() || name.starts_with("fields.") || name.starts_with("error.")
}
