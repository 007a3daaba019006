use std::borrow::Cow;

use crate::capture::shown;
use crate::privacy::{MaskCounts, Masker, Masking};

/// What a [`Masking`] makes of a sample; made by [`Masking::try_on`] and [`Masking::try_on_field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskTrial {
    text: Option<String>,
    counts: MaskCounts,
}

impl MaskTrial {
    /// What would stand in the line; `None` when not even the field's key would.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Which rules found something, and how often.
    #[must_use]
    pub fn counts(&self) -> &MaskCounts {
        &self.counts
    }
}

impl Masking {
    /// Tries the rules on a text, as messages and fields with harmless keys are searched. Nothing is logged.
    ///
    /// Hashes without a key, which no logger starts with, are shown as `***`.
    ///
    /// ```
    /// use nexolog_core::{MaskAction, MaskRule, Masking};
    ///
    /// let masking = Masking::new().with(MaskRule::Email).action_of(MaskRule::Card, MaskAction::Partial);
    /// let trial = masking.try_on("ann@example.com paid with 4111 1111 1111 1111");
    /// assert_eq!(trial.text(), Some("*** paid with ***1111"));
    /// assert_eq!(trial.counts().by(MaskRule::Email), 1);
    /// ```
    #[must_use]
    pub fn try_on(&self, sample: &str) -> MaskTrial {
        // No rule calls a key of no words a secret.
        self.try_on_field("", sample)
    }

    /// Tries the rules on the text of a field called `key`. Nothing is logged.
    ///
    /// ```
    /// use nexolog_core::Masking;
    ///
    /// let masking = Masking::new().public_key("page_token");
    /// assert_eq!(masking.try_on_field("access_token", "abc").text(), Some("***"));
    /// assert_eq!(masking.try_on_field("page_token", "abc").text(), Some("abc"));
    /// ```
    #[must_use]
    pub fn try_on_field(&self, key: &str, sample: &str) -> MaskTrial {
        let masker = Masker::new(self);
        let text = shown(&masker, key, sample).map(Cow::into_owned);
        MaskTrial { text, counts: masker.counts() }
    }
}

#[cfg(test)]
mod tests {
    use crate::privacy::{MaskAction, MaskRule, Masking};

    #[test]
    fn a_trial_does_what_a_logger_would_do() {
        let masking = Masking::new().action_of(MaskRule::Key, MaskAction::Drop);
        assert_eq!(masking.try_on("pin=1234 ok").text(), Some("pin= ok"));
        assert_eq!(masking.try_on_field("pin", "1234").text(), None);
        assert_eq!(masking.try_on_field("token_count", "1234").text(), Some("1234"));
        let trial = masking.try_on("nothing at all");
        assert_eq!(trial.text(), Some("nothing at all"));
        assert_eq!(trial.counts().iter().map(|(_, count)| count).sum::<u64>(), 0);
    }

    #[test]
    fn a_rule_that_panics_withholds_the_sample() {
        let masking = Masking::new().rule("broken", MaskAction::Redact, |_| panic!("as asked for"));
        let trial = masking.try_on("anything");
        assert_eq!(trial.text(), Some("<withheld: a masking rule failed>"));
        assert_eq!(trial.counts().failed(), 1);
    }
}
