use std::fmt;

use crate::record::{Key, Kind, Line, Raw};

use super::place::Place;

/// A key as filters name it, to ask lines what they have under it: a reserved key, or a field by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyPath {
    name: String,
    place: Place,
}

impl KeyPath {
    /// # Errors
    ///
    /// A sentence for the one who wrote the key.
    pub(crate) fn of(name: &str) -> Result<KeyPath, String> {
        if name.is_empty() {
            return Err("a key has a name".to_owned());
        }
        Ok(KeyPath { name: name.to_owned(), place: Place::of(name)? })
    }

    /// As it was written.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Which reserved key it is.
    pub(crate) fn reserved(&self) -> Option<Key> {
        match self.place {
            Place::Reserved(key) => Some(key),
            Place::Error => Some(Key::Error),
            _ => None,
        }
    }

    /// Every value that a filter would look at under this key, as it is written: nulls are none.
    pub(crate) fn each<'a>(&self, line: &Line<'a>, visit: &mut dyn FnMut(Raw<'_>)) {
        let visit = std::cell::RefCell::new(visit);
        self.place.any(line, &|value| {
            (visit.borrow_mut())(value);
            false
        });
    }

    /// The texts of every scalar under this key that a filter's `key:text` would match: those of an array one by one.
    pub(crate) fn each_text(&self, line: &Line<'_>, visit: &mut dyn FnMut(&str)) {
        self.each(line, &mut |value| {
            let mut tell = |scalar: Raw<'_>| {
                if let Some(text) = scalar.scalar_text().filter(|_| !scalar.is_null()) {
                    visit(&text);
                }
            };
            if value.kind() == Kind::Array {
                value.items().for_each(tell);
            } else {
                tell(value);
            }
        });
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
