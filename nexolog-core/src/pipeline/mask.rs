use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::calm::Calm;
use crate::capture::panic_hook;
use crate::privacy::{Hit, MaskRule, Masker, Secrecy, WITHHELD, is_number};
use crate::record::items::{Text, Value};

/// Keys made at run time whose secrecy is remembered; past that it is worked out each time.
const REMEMBERED_KEYS: usize = 4_096;

/// Masks values while a line is rendered. No panic of a user's rule leaves it: the value is withheld.
#[derive(Debug)]
pub(crate) struct Mask {
    masker: Arc<Masker>,
    calm: Calm,
    /// Reused from text to text.
    hits: Vec<Hit>,
    keys: HashMap<String, Secrecy>,
    user_id: Secrecy,
    organization_id: Secrecy,
}

/// What a line shows of a value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The value, whose text may hold secrets still.
    Itself,
    /// This text.
    Instead(String),
    /// Not even its key.
    Nothing,
}

impl From<Option<String>> for Shown {
    fn from(stand_in: Option<String>) -> Shown {
        stand_in.map_or(Shown::Nothing, Shown::Instead)
    }
}

impl Mask {
    pub(crate) fn new(masker: Arc<Masker>) -> Mask {
        Mask {
            calm: Calm::new(),
            hits: Vec::new(),
            keys: HashMap::new(),
            user_id: masker.secrecy("user_id"),
            organization_id: masker.secrecy("organization_id"),
            masker,
        }
    }

    /// How secret a key made at run time is.
    pub(super) fn of_key(&mut self, key: &str) -> Secrecy {
        if let Some(secrecy) = self.keys.get(key) {
            return *secrecy;
        }
        let secrecy = self.masker.secrecy(key);
        if self.keys.len() < REMEMBERED_KEYS {
            self.keys.insert(key.to_owned(), secrecy);
        }
        secrecy
    }

    /// How secret a reserved key is: those that name people can be made so.
    pub(super) fn of_reserved(&self, key: &str) -> Secrecy {
        match key {
            "user_id" => self.user_id,
            "organization_id" => self.organization_id,
            _ => Secrecy::Public,
        }
    }

    /// What is shown of the value of a field.
    #[inline]
    pub(super) fn value(&self, value: &Value<'_>, secrecy: Secrecy) -> Shown {
        match value {
            Value::U64(number) if self.masker.is_card(*number) => {
                self.masker.stand_in(&number.to_string(), MaskRule::Card).into()
            }
            Value::I64(number) if *number > 0 && self.masker.is_card(number.unsigned_abs()) => {
                self.masker.stand_in(&number.to_string(), MaskRule::Card).into()
            }
            _ if secrecy == Secrecy::Public => Shown::Itself,
            value => self.secret(value, secrecy),
        }
    }

    fn secret(&self, value: &Value<'_>, secrecy: Secrecy) -> Shown {
        let text: Cow<'_, str> = match value {
            Value::Bool(_) | Value::Json(_) => return Shown::Itself,
            Value::Str(text) | Value::Cut { text, .. } => {
                let text = text.as_str();
                if secrecy == Secrecy::Counted && is_number(text) {
                    return Shown::Itself;
                }
                Cow::Borrowed(text)
            }
            Value::Error(error) => Cow::Borrowed(error.message.as_str()),
            _ if secrecy != Secrecy::Number => return Shown::Itself,
            Value::I64(value) => value.to_string().into(),
            Value::U64(value) => value.to_string().into(),
            Value::I128(value) => value.to_string().into(),
            Value::U128(value) => value.to_string().into(),
            Value::F64(value) => value.to_string().into(),
        };
        self.masker.stand_in(&text, MaskRule::Key).into()
    }

    /// Whether a text can be told by a quick look to go into a line as it is: no secrets in it, and no escapes.
    #[inline]
    pub(super) fn leaves(&self, text: Text<'_>) -> bool {
        !self.masker.has_own_rules() && self.calm.knows(text.bytes())
    }

    /// A text without the secrets in it.
    pub(super) fn text<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        self.hits.clear();
        self.masker.find(text, &mut self.hits);
        if self.hits.is_empty() && !self.masker.has_own_rules() {
            self.calm.remember(text);
            return Cow::Borrowed(text);
        }
        self.without_hits(text)
    }

    #[cold]
    fn without_hits<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let Mask { masker, hits, .. } = self;
        let masked =
            panic_hook::silently(|| catch_unwind(AssertUnwindSafe(|| masker.masked(text, hits))));
        masked.unwrap_or_else(|_| {
            self.masker.count_failure();
            Cow::Borrowed(WITHHELD)
        })
    }
}
