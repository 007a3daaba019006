use std::ops::Range;

use super::custom::OwnRule;
use super::keys::KeyRules;
use super::rule::RuleSet;
use super::{MaskAction, MaskKey, MaskRule};

/// What is masked, and what stands for it; given to [`Builder::masking`](crate::Builder::masking).
///
/// Masking happens before a byte of a line reaches a file, the console, a sink or a live stream. All
/// built-in rules are in force unless taken out, except that e-mail and IP addresses stay as they are unless chosen.
/// They look at the message, at fields of events, spans and requests, at errors and their sources, and at
/// ids; also through one level of percent-encoding or base64.
///
/// ```
/// use nexolog_core::{MaskAction, MaskRule, Masking, Nexolog};
///
/// let masking = Masking::new()
///     .with(MaskRule::Email)
///     .key("phone")
///     .public_key("page_token")
///     .action_of(MaskRule::Email, MaskAction::Hash)
///     .hash_key("some 32 random bytes of a machine");
/// # let directory = tempfile::tempdir()?;
/// let logs = Nexolog::builder("shop").directory(directory.path()).masking(masking).build()?;
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a choice does nothing until it is given to `Builder::masking`"]
pub struct Masking {
    pub(super) rules: RuleSet,
    pub(super) action: MaskAction,
    pub(super) action_of: [Option<MaskAction>; MaskRule::ALL.len()],
    pub(super) keys: KeyRules,
    pub(super) own: Vec<OwnRule>,
    pub(super) hash_key: Option<MaskKey>,
    pub(super) problem: Option<String>,
}

impl Masking {
    /// The built-in rules, each value replaced by `***`.
    pub fn new() -> Masking {
        Masking {
            rules: RuleSet::default(),
            action: MaskAction::Redact,
            action_of: [None; MaskRule::ALL.len()],
            keys: KeyRules::default(),
            own: Vec::new(),
            hash_key: None,
            problem: None,
        }
    }

    /// No rule at all: for those who choose each with [`with`](Masking::with).
    pub fn none() -> Masking {
        Masking { rules: RuleSet::NONE, ..Masking::new() }
    }

    /// Puts a built-in rule in force.
    pub fn with(mut self, rule: MaskRule) -> Masking {
        self.rules = self.rules.with(rule);
        self
    }

    /// Takes a built-in rule out of force. Without [`MaskRule::Key`], only keys of one's own name secrets.
    pub fn without(mut self, rule: MaskRule) -> Masking {
        self.rules = self.rules.without(rule);
        self
    }

    /// What stands for masked values, where nothing else is said of their rule.
    ///
    /// Default: [`MaskAction::Redact`].
    pub fn action(mut self, action: MaskAction) -> Masking {
        self.action = action;
        self
    }

    /// What stands for values that a built-in rule masks.
    pub fn action_of(mut self, rule: MaskRule, action: MaskAction) -> Masking {
        if let Some(place) = self.action_of.get_mut(rule as usize) {
            *place = Some(action);
        }
        self
    }

    /// Masks values under a key, numbers too. Its words must be in a row in the key of a field, whatever their
    /// case and what is between them: `home_address` masks `customer.homeAddress`. `user_id` and
    /// `organization_id` can be masked so, too.
    pub fn key(mut self, key: &str) -> Masking {
        if let Some(words) = self.words("key", key) {
            self.keys.own.push(words);
        }
        self
    }

    /// Says that values under a key are no secrets, whatever its words say to the built-in rule. Values that
    /// look like secrets are still masked.
    pub fn public_key(mut self, key: &str) -> Masking {
        if let Some(words) = self.words("public_key", key) {
            self.keys.public.push(words);
        }
        self
    }

    /// Adds a rule of one's own. `find` gives the place of the first secret in a text, and is called again
    /// with what comes after it.
    ///
    /// It runs for every text of every line, on the logger's thread. When it panics, or gives a place that is
    /// empty or no part of the text, the whole value is withheld and counted in
    /// [`MaskCounts::failed`](crate::MaskCounts::failed).
    ///
    /// ```
    /// use nexolog_core::{MaskAction, Masking};
    ///
    /// let masking = Masking::new().rule("patient", MaskAction::Redact, |text| {
    ///     let start = text.find("PAT-")?;
    ///     let length = text[start..].find(' ').unwrap_or(text.len() - start);
    ///     Some(start..start + length)
    /// });
    /// # drop(masking);
    /// ```
    pub fn rule(
        mut self,
        name: impl Into<String>,
        action: MaskAction,
        find: impl Fn(&str) -> Option<Range<usize>> + Send + Sync + 'static,
    ) -> Masking {
        self.own.push(OwnRule::new(name.into(), action, find));
        self
    }

    /// The key of [`MaskAction::Hash`]: at least 16 bytes, better 32, that a machine made at random. With the same
    /// key, equal values stay equal between services and restarts.
    ///
    /// Default: none, and then no rule may hash. Variable: `LOG_MASK_KEY`, or `LOG_MASK_KEY_FILE`.
    pub fn hash_key(mut self, key: impl AsRef<[u8]>) -> Masking {
        self.hash_key = MaskKey::new(key.as_ref());
        if self.hash_key.is_none() {
            self.refuse(format!(
                "the hash key is too short; use at least {} bytes",
                MaskKey::MIN_LEN
            ));
        }
        self
    }

    pub(crate) fn set_key(&mut self, key: MaskKey) {
        self.hash_key = Some(key);
    }

    pub(crate) fn mask_key(&self) -> Option<&MaskKey> {
        self.hash_key.as_ref()
    }

    /// What can't be done of what was asked for.
    pub(crate) fn problem(&self) -> Option<String> {
        let hashes = self.actions().any(|(_, action)| action == MaskAction::Hash);
        let unkeyed = hashes && self.hash_key.is_none();
        self.problem.clone().or_else(|| {
            unkeyed.then(|| {
                "hashes need a key; give one with `Masking::hash_key` or LOG_MASK_KEY".to_owned()
            })
        })
    }

    /// The rules in force and their actions, as the `configuration` record tells them.
    pub(crate) fn summary(&self) -> String {
        let rules: Vec<String> =
            self.actions().map(|(name, action)| format!("{name} {}", action.as_str())).collect();
        if rules.is_empty() { "none".to_owned() } else { rules.join(", ") }
    }

    pub(super) fn action_for(&self, rule: MaskRule) -> MaskAction {
        self.action_of.get(rule as usize).copied().flatten().unwrap_or(self.action)
    }

    fn actions(&self) -> impl Iterator<Item = (&str, MaskAction)> {
        let in_force = |rule: &MaskRule| {
            self.rules.has(*rule) || (*rule == MaskRule::Key && !self.keys.own.is_empty())
        };
        let built_in = MaskRule::ALL.into_iter().filter(in_force);
        let built_in = built_in.map(|rule| (rule.as_str(), self.action_for(rule)));
        built_in.chain(self.own.iter().map(|rule| (rule.name.as_str(), rule.action)))
    }

    fn words(&mut self, method: &str, key: &str) -> Option<Vec<String>> {
        let words = KeyRules::own_words(key);
        if words.is_empty() {
            self.refuse(format!("`{method}` was given no word; use the key of a field"));
            return None;
        }
        Some(words)
    }

    fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

impl Default for Masking {
    fn default() -> Masking {
        Masking::new()
    }
}
