use super::MaskRule;

/// How often each rule of masking found something since the start; see [`Nexolog::masked`](crate::Nexolog::masked).
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// use nexolog_core::{MaskRule, Nexolog};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let logs = Nexolog::builder("shop").directory(directory.path()).build()?;
/// let subscriber = tracing_subscriber::registry().with(logs.layer());
/// tracing::subscriber::with_default(subscriber, || tracing::info!("paid with 4111 1111 1111 1111"));
/// logs.flush()?;
/// assert_eq!(logs.masked().by(MaskRule::Card), 1);
/// assert_eq!(logs.masked().failed(), 0);
/// # logs.shutdown()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaskCounts {
    pub(super) built_in: [u64; MaskRule::ALL.len()],
    pub(super) own: Vec<(String, u64)>,
    pub(super) failed: u64,
}

impl MaskCounts {
    /// Values that a built-in rule masked.
    #[must_use]
    pub fn by(&self, rule: MaskRule) -> u64 {
        self.built_in.get(rule as usize).copied().unwrap_or(0)
    }

    /// Values withheld whole, because a rule of one's own panicked or named no part of the text.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed
    }

    /// Every rule by name, those of one's own last, with what it masked.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        let built_in = MaskRule::ALL.into_iter().map(|rule| (rule.as_str(), self.by(rule)));
        built_in.chain(self.own.iter().map(|(name, count)| (name.as_str(), *count)))
    }
}
