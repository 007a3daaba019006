use std::sync::Arc;

use nexolog_core::Level;

use super::RequestLogLayer;
use crate::Finished;
use crate::request_log::settings::OwnLevel;

/// What is logged, and how loud.
impl<C> RequestLogLayer<C> {
    /// Chooses the level of each request's event with a function of one's own.
    ///
    /// Should it panic, the layer's own choice stands.
    ///
    /// ```
    /// use nexolog_tower::{Level, Outcome, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new().level(|request| match request.outcome() {
    ///     Outcome::ClientDisconnected => Level::Debug,
    ///     _ => request.default_level(),
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn level(
        self,
        choose: impl Fn(&Finished<'_>) -> Level + Send + Sync + 'static,
    ) -> RequestLogLayer<C> {
        self.change(|settings| settings.level = Some(OwnLevel(Arc::new(choose))))
    }

    /// Paths, such as those of health checks, whose requests are logged at DEBUG unless they fail.
    ///
    /// A path matches as a whole, as the layer sees it. 5xx, panics and failing bodies stay errors, so a
    /// dead probe is seen.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().quiet_paths(["/healthz", "/readyz"]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn quiet_paths<P: Into<Box<str>>>(
        self,
        paths: impl IntoIterator<Item = P>,
    ) -> RequestLogLayer<C> {
        self.change(|settings| settings.quiet_paths.extend(paths.into_iter().map(Into::into)))
    }

    /// Paths whose requests are not logged when they end well: 2xx and 3xx that were not slow.
    ///
    /// How many were left out is told: in `skipped` of the next event of that path, at the latest a minute after
    /// the first in an event of their own (`event.name = "requests_skipped"`), and at the end of the last
    /// service under the layer. A path matches as a whole.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().skip_paths(["/healthz"]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn skip_paths<P: Into<Box<str>>>(
        self,
        paths: impl IntoIterator<Item = P>,
    ) -> RequestLogLayer<C> {
        self.sample_paths(0, paths)
    }

    /// Paths of which one request in `one_in` is logged when it ends well; all others as in
    /// [`skip_paths`](Self::skip_paths). 0 logs none.
    ///
    /// ```
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().sample_paths(100, ["/metrics"]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn sample_paths<P: Into<Box<str>>>(
        self,
        one_in: u64,
        paths: impl IntoIterator<Item = P>,
    ) -> RequestLogLayer<C> {
        self.change(|settings| {
            for path in paths {
                settings.skips.add(path.into(), one_in);
            }
        })
    }
}
