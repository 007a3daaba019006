use std::sync::Arc;

use http::header::HeaderName;

use super::RequestLogLayer;
use crate::IdKind;
use crate::request_id::MakeId;

/// What a request is called.
impl<C> RequestLogLayer<C> {
    /// The headers that an id is taken from; `x-request-id` unless said otherwise.
    ///
    /// The first one that a request has decides: if what it says is not well formed, it is replaced and the
    /// others are not asked. The id goes out in the first one of the list. With none, ids are neither
    /// taken nor sent.
    ///
    /// ```
    /// use http::HeaderName;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().id_headers([
    ///     HeaderName::from_static("x-request-id"),
    ///     HeaderName::from_static("x-correlation-id"),
    /// ]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn id_headers(self, names: impl IntoIterator<Item = HeaderName>) -> RequestLogLayer<C> {
        self.change(|settings| settings.id_headers = names.into_iter().collect())
    }

    /// What ids are made where a request brings none; [`IdKind::UuidV7`] unless said otherwise.
    ///
    /// ```
    /// use nexolog_tower::{IdKind, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new().id_kind(IdKind::UuidV4);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn id_kind(self, kind: IdKind) -> RequestLogLayer<C> {
        self.change(|settings| settings.make_id = MakeId::Kind(kind))
    }

    /// Makes ids with a function of one's own.
    ///
    /// What it gives must be as well formed as an inbound id, or a UUID takes its place and the event says so
    /// in `request_id_refused`.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// static COUNT: AtomicU64 = AtomicU64::new(0);
    /// let layer = RequestLogLayer::new()
    ///     .make_id(|| format!("shop-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn make_id(self, make: impl Fn() -> String + Send + Sync + 'static) -> RequestLogLayer<C> {
        self.change(|settings| settings.make_id = MakeId::Own(Arc::new(make)))
    }

    /// Whether a request that is in no trace begins one. Off unless chosen: only who is called in a trace
    /// writes `trace_id` and `span_id`.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().start_traces(true);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn start_traces(self, start: bool) -> RequestLogLayer<C> {
        self.change(|settings| settings.start_traces = start)
    }
}
