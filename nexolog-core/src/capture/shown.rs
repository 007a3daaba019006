use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::panic_hook;
use crate::privacy::{MaskRule, Masker, Secrecy, WITHHELD, is_number};

/// What is shown of a text under a key, for texts that go elsewhere than into a line; `None` when nothing is. No panic of a
/// user's rule leaves it: the text is withheld.
pub(crate) fn shown<'t>(masker: &Masker, key: &str, text: &'t str) -> Option<Cow<'t, str>> {
    let is_secret = match masker.secrecy(key) {
        Secrecy::Public => false,
        Secrecy::Counted => !is_number(text),
        Secrecy::Text | Secrecy::Number => true,
    };
    if is_secret {
        return masker.stand_in(text, MaskRule::Key).map(Cow::Owned);
    }
    let mut hits = Vec::new();
    masker.find(text, &mut hits);
    let replace = || masker.masked(text, &mut hits);
    let found = panic_hook::silently(|| catch_unwind(AssertUnwindSafe(replace)));
    Some(found.unwrap_or_else(|_| {
        masker.count_failure();
        Cow::Borrowed(WITHHELD)
    }))
}
