use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::FieldValue;
use super::ids::Ids;
use super::kept::Kept;
use crate::record::wire::{self, Tag};

/// One request: its id, its trace, and what handlers add to it while it runs.
///
/// The request layer makes one a request; a worker that handles messages makes its own. What is added
/// later shows on later lines only: a line keeps what was known when it was logged.
///
/// ```
/// use std::sync::Arc;
/// use nexolog_core::{Context, RequestContext};
///
/// let request = Arc::new(RequestContext::new("job-7f3a"));
/// Context::for_request(request).scope(|| {
///     tracing::info!("without a user");
///     nexolog_core::identify("u123", None);
///     tracing::info!("with a user");
/// });
/// ```
pub struct RequestContext {
    ids: Ids,
    /// What the trace says besides its ids, for calls made on behalf of the request.
    trace_flags: u8,
    trace_state: Option<Box<str>>,
    route: OnceLock<Box<str>>,
    enrichment: Mutex<Enrichment>,
    /// All that is known of the request, in wire form, after each of its first changes. A version never changes, so
    /// events copy the newest without a lock; requests are rarely changed more often.
    versions: [OnceLock<Box<[u8]>>; 4],
    /// Changes so far; past the versions, events take the lock.
    changes: AtomicUsize,
    is_own_traffic: AtomicBool,
    kept: Kept,
}

#[derive(Default)]
struct Enrichment {
    user_id: Option<Short>,
    organization_id: Option<Short>,
    fields: Vec<(Short, FieldValue)>,
    refused: u64,
    encoded: Vec<u8>,
}

/// An id or a key as it is kept.
struct Short {
    text: String,
    /// How long it was before it was cut, if it was.
    original: Option<u64>,
}

impl RequestContext {
    /// How many fields [`add_field`](RequestContext::add_field) keeps for one request. Further ones are
    /// counted in the field `refused_fields`.
    pub const MAX_FIELDS: usize = 64;

    /// How many bytes are kept of one text given to [`add_field`](RequestContext::add_field), key or value, or to
    /// [`identify`](RequestContext::identify). What was cut is told in `fields.truncated`, with its length before.
    pub const MAX_TEXT: usize = 4 * 1024;

    /// The context of the request with this id.
    #[must_use]
    pub fn new(request_id: impl AsRef<str>) -> RequestContext {
        RequestContext {
            ids: Ids::new(request_id.as_ref()),
            trace_flags: 0,
            trace_state: None,
            route: OnceLock::new(),
            enrichment: Mutex::default(),
            versions: Default::default(),
            changes: AtomicUsize::new(0),
            is_own_traffic: AtomicBool::new(false),
            kept: Kept::default(),
        }
    }

    /// The same request as part of a distributed trace: W3C trace id (32 hex digits) and span id (16).
    #[must_use]
    pub fn with_trace(
        mut self,
        trace_id: impl AsRef<str>,
        span_id: impl AsRef<str>,
    ) -> RequestContext {
        self.ids = self.ids.with_trace(trace_id.as_ref(), span_id.as_ref());
        self
    }

    /// What the trace says besides its ids: its flags (1: the caller records it) and, if given, what
    /// vendors added in `tracestate`. Calls made on behalf of the request pass both on; lines have neither.
    #[must_use]
    pub fn with_trace_state(mut self, flags: u8, state: Option<Box<str>>) -> RequestContext {
        self.trace_flags = flags;
        self.trace_state = state;
        self
    }

    /// The request's id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.ids.request_id()
    }

    /// The trace it belongs to, if one is known.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.ids.trace_id()
    }

    /// The span of this request in its trace, if one is known.
    #[must_use]
    pub fn span_id(&self) -> Option<&str> {
        self.ids.span_id()
    }

    /// The flags of its trace; 0 unless told.
    #[must_use]
    pub fn trace_flags(&self) -> u8 {
        self.trace_flags
    }

    /// What vendors added to its trace, if anything.
    #[must_use]
    pub fn trace_state(&self) -> Option<&str> {
        self.trace_state.as_deref()
    }

    /// Tells the template of the route that answers, such as `/orders/{id}`; `false` if it was told before.
    ///
    /// At most [`MAX_TEXT`](RequestContext::MAX_TEXT) bytes of it are kept.
    pub fn set_route(&self, template: &str) -> bool {
        self.route.set(cut(template).into()).is_ok()
    }

    /// The template of the route that answers, once it was told.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.get().map(|template| &**template)
    }

    /// Says that the logger's own API or page answers; see [`OwnTraffic`](super::OwnTraffic).
    pub(super) fn mark_own_traffic(&self) {
        self.is_own_traffic.store(true, Ordering::Relaxed);
    }

    /// Whether the logger's own API or page answers.
    #[must_use]
    pub fn is_own_traffic(&self) -> bool {
        self.is_own_traffic.load(Ordering::Relaxed)
    }

    /// Says on whose behalf the request runs. `None` leaves the organization as it was.
    pub fn identify(&self, user_id: &str, organization_id: Option<&str>) {
        self.enrich(|enrichment| {
            enrichment.user_id = Some(Short::new(user_id));
            if let Some(organization_id) = organization_id {
                enrichment.organization_id = Some(Short::new(organization_id));
            }
        });
    }

    /// Adds a field to every later line of the request; the same key again replaces its value.
    ///
    /// At most [`MAX_FIELDS`](RequestContext::MAX_FIELDS) keys are kept.
    pub fn add_field(&self, key: &str, value: impl Into<FieldValue>) {
        let value = value.into();
        self.enrich(|enrichment| {
            let short = cut(key);
            let known = enrichment.fields.iter_mut().find(|(name, _)| name.text == short);
            if let Some((_, slot)) = known {
                *slot = value;
            } else if enrichment.fields.len() < Self::MAX_FIELDS {
                enrichment.fields.push((Short::new(key), value));
            } else {
                enrichment.refused += 1;
            }
        });
    }

    /// Says that the request failed, also where no ERROR says it: with the next thing it logs, whatever the level,
    /// the lines are written that [`keep_for_failures`](crate::Builder::keep_for_failures) kept of it.
    ///
    /// The request layer says so of requests that end with an error, a panic or a timeout.
    ///
    /// ```
    /// use nexolog_core::RequestContext;
    ///
    /// let job = RequestContext::new("job-7f3a");
    /// job.set_failed();
    /// ```
    pub fn set_failed(&self) {
        self.kept.set_failed();
    }

    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Gives `f` the request in wire form, as it is known now; without a lock, for `f` may wait. `room` is where it is copied to
    /// once it has changed more often than versions are kept.
    #[inline]
    pub(crate) fn with_wire<R>(&self, room: &mut Vec<u8>, f: impl FnOnce(&[u8]) -> R) -> R {
        let changes = self.changes.load(Ordering::Acquire);
        if changes == 0 {
            return f(self.ids.wire());
        }
        if let Some(version) = self.versions.get(changes - 1).and_then(OnceLock::get) {
            return f(version);
        }
        room.clear();
        room.extend_from_slice(&self.lock().encoded);
        f(room)
    }

    fn enrich(&self, change: impl FnOnce(&mut Enrichment)) {
        let mut enrichment = self.lock();
        change(&mut enrichment);
        enrichment.encode(self.ids.wire());
        let changes = self.changes.load(Ordering::Relaxed);
        if let Some(version) = self.versions.get(changes) {
            // Nobody else can have set it: changes are made under the lock.
            version.get_or_init(|| enrichment.encoded.as_slice().into());
        }
        self.changes.store(changes.saturating_add(1), Ordering::Release);
    }

    /// A panic while the lock is held can only come from a failed allocation, which leaves whole values.
    fn lock(&self) -> MutexGuard<'_, Enrichment> {
        self.enrichment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Enrichment {
    fn encode(&mut self, ids: &[u8]) {
        let mut encoded = std::mem::take(&mut self.encoded);
        encoded.clear();
        encoded.extend_from_slice(ids);
        let people = [(Tag::UserId, &self.user_id), (Tag::OrganizationId, &self.organization_id)];
        for (tag, id) in people {
            if let Some(id) = id {
                id.put_original(&mut encoded);
                wire::put_context(&mut encoded, tag, &id.text);
            }
        }
        for (key, value) in &self.fields {
            key.put_original(&mut encoded);
            wire::put_named_field(&mut encoded, &key.text);
            value.put(&mut encoded, RequestContext::MAX_TEXT);
        }
        if self.refused > 0 {
            wire::put_named_field(&mut encoded, "refused_fields");
            wire::put_u64(&mut encoded, self.refused);
        }
        self.encoded = encoded;
    }
}

impl Short {
    fn new(text: &str) -> Short {
        let short = cut(text);
        let original = (short.len() < text.len()).then_some(text.len() as u64);
        Short { text: short.to_owned(), original }
    }

    /// Tells the length before the cut, right before the text itself is put.
    fn put_original(&self, out: &mut Vec<u8>) {
        if let Some(original) = self.original {
            wire::put_original(out, original);
        }
    }
}

fn cut(text: &str) -> &str {
    &text[..wire::floor_char_boundary(text, RequestContext::MAX_TEXT)]
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("request_id", &self.request_id())
            .field("trace_id", &self.trace_id())
            .field("span_id", &self.span_id())
            .finish_non_exhaustive()
    }
}
