use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::FieldValue;
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
    request_id: Box<str>,
    trace_id: Option<Box<str>>,
    span_id: Option<Box<str>>,
    /// The ids in wire form, copied as they are into each event.
    ids: Vec<u8>,
    enrichment: Mutex<Enrichment>,
    /// What is known of the request, in wire form, after each of its first changes. A version never changes, so
    /// events copy the newest without a lock; requests are rarely changed more often.
    versions: [OnceLock<Box<[u8]>>; 4],
    /// Changes so far; past the versions, events take the lock.
    changes: AtomicUsize,
}

#[derive(Default)]
struct Enrichment {
    user_id: Option<String>,
    organization_id: Option<String>,
    fields: Vec<(String, FieldValue)>,
    refused: u64,
    encoded: Vec<u8>,
}

impl RequestContext {
    /// How many fields [`add_field`](RequestContext::add_field) keeps for one request. Further ones are
    /// counted in the field `refused_fields`.
    pub const MAX_FIELDS: usize = 64;

    /// How many bytes of one text given to [`add_field`](RequestContext::add_field) are kept.
    pub const MAX_TEXT: usize = 4 * 1024;

    /// The context of the request with this id.
    #[must_use]
    pub fn new(request_id: impl Into<Box<str>>) -> RequestContext {
        RequestContext {
            request_id: request_id.into(),
            trace_id: None,
            span_id: None,
            ids: Vec::new(),
            enrichment: Mutex::default(),
            versions: Default::default(),
            changes: AtomicUsize::new(0),
        }
        .encode_ids()
    }

    /// The same request as part of a distributed trace: W3C trace id (32 hex digits) and span id (16).
    #[must_use]
    pub fn with_trace(
        mut self,
        trace_id: impl Into<Box<str>>,
        span_id: impl Into<Box<str>>,
    ) -> RequestContext {
        self.trace_id = Some(trace_id.into());
        self.span_id = Some(span_id.into());
        self.encode_ids()
    }

    /// The request's id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The trace it belongs to, if one is known.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// The span of this request in its trace, if one is known.
    #[must_use]
    pub fn span_id(&self) -> Option<&str> {
        self.span_id.as_deref()
    }

    /// Says on whose behalf the request runs. `None` leaves the organization as it was.
    pub fn identify(&self, user_id: &str, organization_id: Option<&str>) {
        self.enrich(|enrichment| {
            enrichment.user_id = Some(cut(user_id).to_owned());
            if let Some(organization_id) = organization_id {
                enrichment.organization_id = Some(cut(organization_id).to_owned());
            }
        });
    }

    /// Adds a field to every later line of the request; the same key again replaces its value.
    ///
    /// At most [`MAX_FIELDS`](RequestContext::MAX_FIELDS) keys are kept.
    pub fn add_field(&self, key: &str, value: impl Into<FieldValue>) {
        let value = value.into();
        self.enrich(|enrichment| {
            let key = cut(key);
            let known = enrichment.fields.iter_mut().find(|(name, _)| name == key);
            if let Some((_, slot)) = known {
                *slot = value;
            } else if enrichment.fields.len() < Self::MAX_FIELDS {
                enrichment.fields.push((key.to_owned(), value));
            } else {
                enrichment.refused += 1;
            }
        });
    }

    /// Copies the request into an event as it is known now.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.ids);
        let changes = self.changes.load(Ordering::Acquire);
        if changes == 0 {
            return;
        }
        match self.versions.get(changes - 1).and_then(OnceLock::get) {
            Some(version) => out.extend_from_slice(version),
            None => out.extend_from_slice(&self.lock().encoded),
        }
    }

    fn enrich(&self, change: impl FnOnce(&mut Enrichment)) {
        let mut enrichment = self.lock();
        change(&mut enrichment);
        enrichment.encode();
        let changes = self.changes.load(Ordering::Relaxed);
        if let Some(version) = self.versions.get(changes) {
            // Nobody else can have set it: changes are made under the lock.
            version.get_or_init(|| enrichment.encoded.as_slice().into());
        }
        self.changes.store(changes.saturating_add(1), Ordering::Release);
    }

    fn encode_ids(mut self) -> RequestContext {
        self.ids.clear();
        wire::put_context(&mut self.ids, Tag::RequestId, &self.request_id);
        for (tag, id) in [(Tag::TraceId, &self.trace_id), (Tag::SpanId, &self.span_id)] {
            if let Some(id) = id {
                wire::put_context(&mut self.ids, tag, id);
            }
        }
        self
    }

    /// A panic while the lock is held can only come from a failed allocation, which leaves whole values.
    fn lock(&self) -> MutexGuard<'_, Enrichment> {
        self.enrichment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Enrichment {
    fn encode(&mut self) {
        let mut encoded = std::mem::take(&mut self.encoded);
        encoded.clear();
        let people = [(Tag::UserId, &self.user_id), (Tag::OrganizationId, &self.organization_id)];
        for (tag, id) in people {
            if let Some(id) = id {
                wire::put_context(&mut encoded, tag, id);
            }
        }
        for (key, value) in &self.fields {
            wire::put_named_field(&mut encoded, key);
            value.put(&mut encoded, RequestContext::MAX_TEXT);
        }
        if self.refused > 0 {
            wire::put_named_field(&mut encoded, "refused_fields");
            wire::put_u64(&mut encoded, self.refused);
        }
        self.encoded = encoded;
    }
}

fn cut(text: &str) -> &str {
    &text[..wire::floor_char_boundary(text, RequestContext::MAX_TEXT)]
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("request_id", &self.request_id)
            .field("trace_id", &self.trace_id)
            .field("span_id", &self.span_id)
            .finish_non_exhaustive()
    }
}
