use std::fmt;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use nexolog_core::RequestContext;

use crate::random::random;

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The specification asks for at least this much of a `tracestate` to be passed on; more is dropped whole.
const MAX_STATE: usize = 512;

/// A `tracestate` has at most so many members.
const MAX_MEMBERS: usize = 32;

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
#[derive(Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: Digits<32>,
    parent_id: Option<Digits<16>>,
    span_id: Digits<16>,
    flags: u8,
    state: Option<Box<str>>,
}

/// Lower-case hexadecimal digits.
type Digits<const N: usize> = [u8; N];

impl TraceContext {
    /// Reads a `traceparent` header as strictly as its specification does; `None` if it is malformed.
    #[must_use]
    pub fn parse(header: &str) -> Option<TraceContext> {
        let mut parts = header.split('-');
        let version = hex::<2>(parts.next()?)?;
        let trace_id = hex::<32>(parts.next()?)?;
        let parent_id = hex::<16>(parts.next()?)?;
        let flags = u8::from_str_radix(text(&hex::<2>(parts.next()?)?), 16).ok()?;
        // Later versions may add parts at the end; the first one has none, and `ff` is never valid.
        let too_long = version == *b"00" && parts.next().is_some();
        if version == *b"ff" || too_long || is_zero(&trace_id) || is_zero(&parent_id) {
            return None;
        }
        let parent_id = Some(parent_id);
        Some(TraceContext { trace_id, parent_id, span_id: fresh_id(), flags, state: None })
    }

    /// Begins a trace of one's own: with no caller's span, and not recorded by anybody yet.
    ///
    /// ```
    /// use nexolog_tower::TraceContext;
    ///
    /// let trace = TraceContext::start();
    /// assert_eq!((trace.trace_id().len(), trace.parent_id()), (32, ""));
    /// assert!(TraceContext::parse(&trace.to_traceparent()).is_some());
    /// ```
    #[must_use]
    pub fn start() -> TraceContext {
        TraceContext {
            trace_id: fresh_id(),
            parent_id: None,
            span_id: fresh_id(),
            flags: 0,
            state: None,
        }
    }

    /// What the request's headers say; nothing when they contradict each other.
    pub(crate) fn of(headers: &HeaderMap) -> Option<TraceContext> {
        let mut given = headers.get_all(TRACEPARENT).iter();
        let (Some(header), None) = (given.next(), given.next()) else { return None };
        let mut trace = TraceContext::parse(header.to_str().ok()?)?;
        trace.state = state_of(headers);
        Some(trace)
    }

    /// The span of a call that is made on behalf of a request.
    #[cfg(feature = "client")]
    pub(crate) fn of_call(request: &RequestContext) -> Option<TraceContext> {
        Some(TraceContext {
            trace_id: hex(request.trace_id()?)?,
            parent_id: hex(request.span_id()?),
            span_id: fresh_id(),
            flags: request.trace_flags(),
            state: request.trace_state().map(Into::into),
        })
    }

    pub(crate) fn put_into(&self, context: RequestContext) -> RequestContext {
        context
            .with_trace(self.trace_id(), self.span_id())
            .with_trace_state(self.flags, self.state.clone())
    }

    /// The trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        text(&self.trace_id)
    }

    /// The caller's span: 16 hexadecimal digits; empty where the trace [begins](TraceContext::start).
    #[must_use]
    pub fn parent_id(&self) -> &str {
        self.parent_id.as_ref().map_or("", |id| text(id))
    }

    /// This request's own span, made when the header was read: 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> &str {
        text(&self.span_id)
    }

    /// Whether the caller records this trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// What vendors added to the trace: the request's `tracestate`, as it was sent, if it was well formed.
    #[must_use]
    pub fn trace_state(&self) -> Option<&str> {
        self.state.as_deref()
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
        format!("00-{}-{}-{:02x}", self.trace_id(), self.span_id(), self.flags & 1)
    }
}

impl fmt::Debug for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceContext")
            .field("trace_id", &self.trace_id())
            .field("parent_id", &self.parent_id())
            .field("span_id", &self.span_id())
            .field("flags", &self.flags)
            .field("state", &self.state)
            .finish()
    }
}

/// The digits of `text` if it is exactly that many in lower case.
fn hex<const N: usize>(text: &str) -> Option<Digits<N>> {
    let valid = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits: Digits<N> = text.as_bytes().try_into().ok()?;
    digits.iter().all(valid).then_some(digits)
}

fn text(digits: &[u8]) -> &str {
    // Digits are ASCII, so the fallback is never taken.
    std::str::from_utf8(digits).unwrap_or_default()
}

fn is_zero(digits: &[u8]) -> bool {
    digits.iter().all(|digit| *digit == b'0')
}

/// Random digits, of which at least one is not zero.
fn fresh_id<const N: usize>() -> Digits<N> {
    let mut digits: Digits<N> = random();
    for digit in &mut digits {
        *digit = b"0123456789abcdef"[usize::from(*digit & 15)];
    }
    if is_zero(&digits) {
        digits[0] = b'1';
    }
    digits
}

/// Several headers are one list; a list that breaks the rules is dropped, as the specification allows.
fn state_of(headers: &HeaderMap) -> Option<Box<str>> {
    let mut state = String::new();
    for value in headers.get_all(TRACESTATE) {
        let part = visible(value)?;
        if state.len() + part.len() >= MAX_STATE {
            return None;
        }
        if !state.is_empty() {
            state.push(',');
        }
        state.push_str(part);
    }
    let members = || state.split(',').map(str::trim).filter(|member| !member.is_empty());
    let well_formed = members().all(|member| member.contains('='));
    let some = (1..=MAX_MEMBERS).contains(&members().count());
    (well_formed && some).then(|| state.into())
}

fn visible(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
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
        assert!(hex::<16>(trace.span_id()).is_some());
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

    #[test]
    fn what_vendors_added_is_kept_if_it_is_well_formed() {
        let state = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            let parent = format!("00-{TRACE}-{SPAN}-01");
            headers.insert(TRACEPARENT, parent.parse().unwrap());
            for value in values {
                headers.append(TRACESTATE, value.parse().unwrap());
            }
            TraceContext::of(&headers).unwrap().trace_state().map(str::to_owned)
        };
        assert_eq!(state(&["a=1,b=2"]).as_deref(), Some("a=1,b=2"));
        assert_eq!(state(&["a=1", "b=2"]).as_deref(), Some("a=1,b=2"));
        let (huge, many) = (format!("a={}", "x".repeat(600)), "a=1,".repeat(33));
        for bad in [&[][..], &[""], &["no member"], &[&huge], &[&many]] {
            assert_eq!(state(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_trace_of_ones_own_has_ids_of_its_own() {
        let (one, two) = (TraceContext::start(), TraceContext::start());
        assert_ne!(one.trace_id(), two.trace_id());
        assert_ne!(one.span_id(), two.span_id());
    }
}
