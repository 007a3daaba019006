use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use super::custom::OwnRule;
use super::hash::is_hash;
use super::keys::Secrecy;
use super::replace::replace;
use super::scan::{self, Hit, Scanner};
use super::{MaskAction, MaskCounts, MaskKey, MaskRule, Masking};

/// What stands for a value that could not be searched.
pub(crate) const WITHHELD: &str = "<withheld: a masking rule failed>";

/// Rules that are built in; the numbers of the user's own come after theirs.
const BUILT_IN: usize = MaskRule::ALL.len();

/// Masks texts and values as a [`Masking`] says, and counts.
#[derive(Debug)]
pub(crate) struct Masker {
    scanner: Scanner,
    actions: [MaskAction; BUILT_IN],
    own: Vec<OwnRule>,
    key: Option<MaskKey>,
    /// By the number of the rule.
    counts: Vec<AtomicU64>,
    failed: AtomicU64,
}

impl Masker {
    pub(crate) fn new(masking: &Masking) -> Masker {
        let mut keys = masking.keys.clone();
        keys.built_in = masking.rules.has(MaskRule::Key);
        Masker {
            scanner: Scanner { rules: masking.rules, keys },
            actions: MaskRule::ALL.map(|rule| masking.action_for(rule)),
            own: masking.own.clone(),
            key: masking.hash_key.clone(),
            counts: (0..BUILT_IN + masking.own.len()).map(|_| AtomicU64::new(0)).collect(),
            failed: AtomicU64::new(0),
        }
    }

    /// How secret what stands under a key is.
    pub(crate) fn secrecy(&self, key: &str) -> Secrecy {
        self.scanner.keys.secrecy(key)
    }

    /// Appends to `hits` what the built-in rules find in a text. Rules of the user's own are left out: they may
    /// panic; see [`has_own_rules`](Masker::has_own_rules).
    #[inline]
    pub(crate) fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        self.scanner.find(text, hits);
    }

    /// Whether a rule is in force that a quick look at a text knows nothing of.
    #[inline]
    pub(crate) fn looks_at_all(&self) -> bool {
        self.has_own_rules() || self.scanner.rules.has(MaskRule::IpAddress)
    }

    pub(crate) fn has_own_rules(&self) -> bool {
        !self.own.is_empty()
    }

    /// The text without what is masked in it, given what [`find`](Masker::find) found. Runs the user's code, which
    /// may panic.
    pub(crate) fn masked<'t>(&self, text: &'t str, hits: &mut Vec<Hit>) -> Cow<'t, str> {
        for (index, rule) in self.own.iter().enumerate() {
            if rule.find(text, BUILT_IN + index, hits).is_err() {
                self.count_failure();
                return Cow::Borrowed(WITHHELD);
            }
        }
        if hits.is_empty() {
            return Cow::Borrowed(text);
        }
        scan::merge(hits);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for hit in hits {
            // Hits are made of places of ASCII bytes, or checked to be parts of the text.
            let (Some(before), Some(value)) =
                (text.get(done..hit.range.start), text.get(hit.range.clone()))
            else {
                self.count_failure();
                return Cow::Borrowed(WITHHELD);
            };
            out.push_str(before);
            self.put(&mut out, value, hit.rule);
            done = hit.range.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// What stands for a whole value that a rule masks; `None` when nothing does.
    pub(crate) fn stand_in(&self, value: &str, rule: MaskRule) -> Option<String> {
        let is_dropped = self.action(rule as usize) == MaskAction::Drop;
        // The caller has hashed it already, where there is a key to hash with: equal values are to stay equal.
        if !is_dropped && self.key.is_some() && is_hash(value) {
            return Some(value.to_owned());
        }
        let mut out = String::new();
        self.put(&mut out, value, rule as usize);
        (!is_dropped).then_some(out)
    }

    /// Whether a whole number is one of a card.
    pub(crate) fn is_card(&self, number: u64) -> bool {
        self.scanner.rules.has(MaskRule::Card) && scan::is_card_number(number)
    }

    /// A value was withheld because masking it failed.
    pub(crate) fn count_failure(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> MaskCounts {
        let count = |rule: usize| self.counts.get(rule).map_or(0, |it| it.load(Ordering::Relaxed));
        MaskCounts {
            built_in: MaskRule::ALL.map(|rule| count(rule as usize)),
            own: (BUILT_IN..)
                .zip(&self.own)
                .map(|(at, rule)| (rule.name.clone(), count(at)))
                .collect(),
            failed: self.failed.load(Ordering::Relaxed),
        }
    }

    fn put(&self, out: &mut String, value: &str, rule: usize) {
        if let Some(count) = self.counts.get(rule) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let action = self.action(rule);
        let has_groups = rule == MaskRule::Card as usize || rule == MaskRule::Iban as usize;
        if has_groups && action == MaskAction::Hash {
            // The same number is the same value however it is grouped.
            let number: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
            replace(out, &number, action, self.key.as_ref());
        } else {
            replace(out, value, action, self.key.as_ref());
        }
    }

    fn action(&self, rule: usize) -> MaskAction {
        let built_in = self.actions.get(rule).copied();
        let own = || self.own.get(rule.checked_sub(BUILT_IN)?).map(|rule| rule.action);
        built_in.or_else(own).unwrap_or_default()
    }
}
