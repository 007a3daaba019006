/// The reserved keys of a line, in the order in which a line has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Key {
    Seq,
    Timestamp,
    Level,
    Module,
    Message,
    RequestId,
    TraceId,
    SpanId,
    UserId,
    OrganizationId,
    Operation,
    Outcome,
    DurationMs,
    Error,
    Target,
    File,
    Line,
    Thread,
    Fields,
}

impl Key {
    pub(crate) const COUNT: usize = 19;

    pub(crate) const ALL: [Key; Key::COUNT] = [
        Key::Seq,
        Key::Timestamp,
        Key::Level,
        Key::Module,
        Key::Message,
        Key::RequestId,
        Key::TraceId,
        Key::SpanId,
        Key::UserId,
        Key::OrganizationId,
        Key::Operation,
        Key::Outcome,
        Key::DurationMs,
        Key::Error,
        Key::Target,
        Key::File,
        Key::Line,
        Key::Thread,
        Key::Fields,
    ];

    /// The key as it stands in a line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Key::Seq => "seq",
            Key::Timestamp => "timestamp",
            Key::Level => "level",
            Key::Module => "module",
            Key::Message => "message",
            Key::RequestId => "request_id",
            Key::TraceId => "trace_id",
            Key::SpanId => "span_id",
            Key::UserId => "user_id",
            Key::OrganizationId => "organization_id",
            Key::Operation => "operation",
            Key::Outcome => "outcome",
            Key::DurationMs => "duration_ms",
            Key::Error => "error",
            Key::Target => "target",
            Key::File => "file",
            Key::Line => "line",
            Key::Thread => "thread",
            Key::Fields => "fields",
        }
    }

    /// The reserved key called `name`.
    #[cfg(feature = "api")]
    pub(crate) fn named(name: &str) -> Option<Key> {
        Key::ALL.into_iter().find(|key| key.name() == name)
    }
}
