use std::time::Duration;

/// How much of a query string is recorded.
///
/// Values in query strings are often secrets or personal data, their keys almost never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum QueryDetail {
    /// The keys; each value is shown as `***`.
    #[default]
    Keys,
    /// Everything, as it was sent.
    Full,
    /// Nothing.
    Omit,
}

/// How much of the client's address is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAddress {
    /// The network: the last octet of an IPv4 address is zero, and the last 80 bits of an IPv6 address.
    #[default]
    Truncated,
    /// Everything.
    Full,
    /// Nothing.
    Omit,
}

/// What the layer was told; shared by all its services.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) slow: Option<Duration>,
    pub(super) catch_panics: bool,
    pub(super) span: bool,
    pub(super) query: QueryDetail,
    pub(super) client: ClientAddress,
    pub(super) quiet_paths: Vec<Box<str>>,
}

impl Settings {
    pub(super) const DEFAULT_SLOW: Duration = Duration::from_secs(2);
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            slow: Some(Settings::DEFAULT_SLOW),
            catch_panics: true,
            span: true,
            query: QueryDetail::default(),
            client: ClientAddress::default(),
            quiet_paths: Vec::new(),
        }
    }
}
