use http::header::{HeaderMap, HeaderName};
use uuid::Uuid;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The place of a request in a distributed trace, as W3C Trace Context tells it.
///
/// The layer reads it from `traceparent` and puts it into the request's extensions, so that calls to other
/// services can pass it on.
///
/// ```
/// use nexolog_tower::TraceContext;
///
/// let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
/// let trace = TraceContext::parse(header).unwrap();
/// assert_eq!(trace.trace_id(), "0af7651916cd43dd8448eb211c80319c");
/// assert_eq!(trace.parent_id(), "b7ad6b7169203331");
/// assert!(trace.is_sampled());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: Box<str>,
    parent_id: Box<str>,
    span_id: Box<str>,
    flags: u8,
}

impl TraceContext {
    /// Reads a `traceparent` header as strictly as its specification does; `None` if it is malformed.
    #[must_use]
    pub fn parse(header: &str) -> Option<TraceContext> {
        let mut parts = header.split('-');
        let version = hex(parts.next()?, 2)?;
        let trace_id = hex(parts.next()?, 32)?;
        let parent_id = hex(parts.next()?, 16)?;
        let flags = u8::from_str_radix(hex(parts.next()?, 2)?, 16).ok()?;
        // Later versions may add parts at the end; the first one has none, and `ff` is never valid.
        let too_long = version == "00" && parts.next().is_some();
        if version == "ff" || too_long || is_zero(trace_id) || is_zero(parent_id) {
            return None;
        }
        Some(TraceContext {
            trace_id: trace_id.into(),
            parent_id: parent_id.into(),
            span_id: fresh_span_id(),
            flags,
        })
    }

    /// What the request's headers say; nothing when they contradict each other.
    pub(crate) fn of(headers: &HeaderMap) -> Option<TraceContext> {
        let mut given = headers.get_all(TRACEPARENT).iter();
        match (given.next(), given.next()) {
            (Some(header), None) => TraceContext::parse(header.to_str().ok()?),
            _ => None,
        }
    }

    /// The trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// The caller's span: 16 hexadecimal digits.
    #[must_use]
    pub fn parent_id(&self) -> &str {
        &self.parent_id
    }

    /// This request's own span, made when the header was read: 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> &str {
        &self.span_id
    }

    /// Whether the caller records this trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// The `traceparent` to send with calls made on behalf of this request.
    ///
    /// ```
    /// use nexolog_tower::TraceContext;
    ///
    /// let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    /// let ours = TraceContext::parse(header).unwrap();
    /// let theirs = TraceContext::parse(&ours.to_traceparent()).unwrap();
    /// assert_eq!(theirs.trace_id(), ours.trace_id());
    /// assert_eq!(theirs.parent_id(), ours.span_id());
    /// ```
    #[must_use]
    pub fn to_traceparent(&self) -> String {
        // Only the flag that version 00 defines may be passed on.
        format!("00-{}-{}-{:02x}", self.trace_id, self.span_id, self.flags & 1)
    }
}

/// `text` if it is `length` lower-case hexadecimal digits.
fn hex(text: &str, length: usize) -> Option<&str> {
    let valid = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (text.len() == length && text.bytes().all(valid)).then_some(text)
}

fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|digit| digit == b'0')
}

/// The second half of a version 7 UUID is random but for its first two bits, which are never both zero.
fn fresh_span_id() -> Box<str> {
    let (_, random) = Uuid::now_v7().as_u64_pair();
    format!("{random:016x}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    #[test]
    fn a_valid_header_is_continued_with_a_span_of_our_own() {
        let trace = TraceContext::parse(&format!("00-{TRACE}-{SPAN}-00")).unwrap();
        assert_eq!((trace.trace_id(), trace.parent_id()), (TRACE, SPAN));
        assert!(!trace.is_sampled());
        assert_ne!(trace.span_id(), SPAN);
        assert_eq!(hex(trace.span_id(), 16), Some(trace.span_id()));
    }

    #[test]
    fn a_later_version_may_say_more() {
        assert!(TraceContext::parse(&format!("cc-{TRACE}-{SPAN}-01-what-else")).is_some());
        assert!(TraceContext::parse(&format!("cc-{TRACE}-{SPAN}-01.what")).is_none());
    }

    #[test]
    fn anything_malformed_is_no_trace() {
        let zeros = "0".repeat(32);
        for header in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0-{TRACE}-{SPAN}-01"),
            format!(" 00-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}é-{SPAN}-01"),
            "-".repeat(100_000),
        ] {
            assert_eq!(TraceContext::parse(&header), None, "{header:?}");
        }
    }
}
