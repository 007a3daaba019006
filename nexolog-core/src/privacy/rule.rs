/// A built-in rule of masking: what it finds.
///
/// All are in force unless taken out with [`Masking::without`](crate::Masking::without), except
/// [`Email`](MaskRule::Email) and [`IpAddress`](MaskRule::IpAddress), which are chosen with [`Masking::with`](crate::Masking::with).
///
/// ```
/// use nexolog_core::MaskRule;
///
/// assert_eq!(MaskRule::Card.as_str(), "card");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum MaskRule {
    /// Values under keys that name secrets (`password`, `access_token`, `x-api-key`, `Cookie` …): of
    /// fields, and of `key: value` and `key=value` inside any text, `Debug` output, JSON and query strings
    /// included. Also under keys of one's own; see [`Masking::key`](crate::Masking::key).
    Key,
    /// Numbers of payment cards: the prefix and length of a known issuer, and a right check digit.
    Card,
    /// What follows `Bearer` or `Basic`.
    Bearer,
    /// JSON web tokens.
    Jwt,
    /// Private keys in PEM form, from `BEGIN` to `END`.
    PrivateKey,
    /// Keys of cloud providers and services that are known by their beginning: `AKIA…`, `ghp_…`,
    /// `xoxb-…`, `sk_live_…`, `AIza…` and more.
    ApiKey,
    /// The password in `scheme://user:password@host`.
    UrlPassword,
    /// E-mail addresses. Off unless chosen.
    Email,
    /// Numbers of bank accounts (IBAN), in groups or without: a known country, its length, and right check digits.
    Iban,
    /// IP addresses, version 4 and 6. Off unless chosen.
    IpAddress,
}

impl MaskRule {
    /// Every rule.
    pub const ALL: [MaskRule; 10] = [
        MaskRule::Key,
        MaskRule::Card,
        MaskRule::Bearer,
        MaskRule::Jwt,
        MaskRule::PrivateKey,
        MaskRule::ApiKey,
        MaskRule::UrlPassword,
        MaskRule::Email,
        MaskRule::Iban,
        MaskRule::IpAddress,
    ];

    /// The rule's name, as counters and the `configuration` record have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            MaskRule::Key => "key",
            MaskRule::Card => "card",
            MaskRule::Bearer => "bearer",
            MaskRule::Jwt => "jwt",
            MaskRule::PrivateKey => "private_key",
            MaskRule::ApiKey => "api_key",
            MaskRule::UrlPassword => "url_password",
            MaskRule::Email => "email",
            MaskRule::Iban => "iban",
            MaskRule::IpAddress => "ip_address",
        }
    }
}

/// Which of the built-in rules are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RuleSet(u16);

impl RuleSet {
    pub(crate) const NONE: RuleSet = RuleSet(0);

    pub(crate) fn with(self, rule: MaskRule) -> RuleSet {
        RuleSet(self.0 | 1 << rule as u8)
    }

    pub(crate) fn without(self, rule: MaskRule) -> RuleSet {
        RuleSet(self.0 & !(1 << rule as u8))
    }

    pub(crate) fn has(self, rule: MaskRule) -> bool {
        self.0 & 1 << rule as u8 != 0
    }
}

impl Default for RuleSet {
    fn default() -> RuleSet {
        let all = MaskRule::ALL.into_iter().fold(RuleSet::NONE, RuleSet::with);
        all.without(MaskRule::Email).without(MaskRule::IpAddress)
    }
}
