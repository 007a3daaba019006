use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::calm::Calm;
use crate::capture::panic_hook;
use crate::privacy::{Hit, MaskRule, Masker, Secrecy, WITHHELD, is_number};
use crate::record::items::Value;

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
    /// How secret the reserved keys are that name people.
    pub(super) user_id: Secrecy,
    pub(super) organization_id: Secrecy,
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

    /// Whether a line shows a value under a key of this secrecy as it is; its text may hold secrets still.
    #[inline]
    pub(super) fn shows(&self, value: &Value<'_>, secrecy: Secrecy) -> bool {
        let is_card = match value {
            Value::U64(number) => self.masker.is_card(*number),
            Value::I64(number) => *number > 0 && self.masker.is_card(number.unsigned_abs()),
            _ => false,
        };
        !is_card && (secrecy == Secrecy::Public || !is_secret(value, secrecy))
    }

    /// What stands for a value that is not shown; `None` when not even its key does.
    pub(super) fn stand_in(&self, value: &Value<'_>, secrecy: Secrecy) -> Option<String> {
        let rule = match secrecy {
            _ if !self.shows(value, Secrecy::Public) => MaskRule::Card,
            _ => MaskRule::Key,
        };
        let text: Cow<'_, str> = match value {
            Value::Str(text) | Value::Cut { text, .. } | Value::Json(text) => text.as_str().into(),
            Value::Error(error) => error.message.as_str().into(),
            Value::Bool(value) => value.to_string().into(),
            Value::I64(value) => value.to_string().into(),
            Value::U64(value) => value.to_string().into(),
            Value::I128(value) => value.to_string().into(),
            Value::U128(value) => value.to_string().into(),
            Value::F64(value) => value.to_string().into(),
        };
        self.masker.stand_in(&text, rule)
    }

    /// Whether a text can be told by a quick look to go into a line as it is: no secrets in it, and no escapes.
    #[inline]
    pub(super) fn leaves(&self, text: &[u8]) -> bool {
        !self.masker.looks_at_all() && self.calm.knows(text)
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

/// Whether what stands under a key of this secrecy is a secret.
fn is_secret(value: &Value<'_>, secrecy: Secrecy) -> bool {
    match value {
        Value::Bool(_) | Value::Json(_) => false,
        Value::Str(text) | Value::Cut { text, .. } => {
            secrecy != Secrecy::Counted || !is_number(text.as_str())
        }
        Value::Error(_) => true,
        Value::I64(_) | Value::U64(_) | Value::I128(_) | Value::U128(_) | Value::F64(_) => {
            secrecy == Secrecy::Number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::{MaskAction, Masking};

    #[test]
    fn a_secret_is_found_and_counted_each_time_and_what_is_harmless_is_remembered() {
        let masker = Arc::new(Masker::new(&Masking::new()));
        let mut mask = Mask::new(Arc::clone(&masker));
        for _ in 0..3 {
            assert_eq!(mask.text("password=hunter2"), "password=***");
        }
        assert_eq!(masker.counts().by(MaskRule::Key), 3);
        let id = "0197b5a2-7c1e-7d60-9a51-3c5e0f2b8a11";
        assert_eq!(mask.text(id), id);
        assert!(mask.leaves(id.as_bytes()));
        assert!(!mask.leaves(b"password=hunter2"));
    }

    #[test]
    fn rules_of_the_users_own_see_every_text() {
        let masking = Masking::new()
            .rule("all", MaskAction::Redact, |text| (!text.is_empty()).then_some(0..text.len()));
        let mut mask = Mask::new(Arc::new(Masker::new(&masking)));
        for _ in 0..2 {
            assert!(!mask.leaves(b"plain"));
            assert_eq!(mask.text("plain"), "***");
        }
    }
}
