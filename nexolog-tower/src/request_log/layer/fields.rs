use std::net::SocketAddr;
use std::sync::Arc;

use http::Extensions;
use http::header::HeaderName;

use super::RequestLogLayer;
use crate::request_log::client::Proxies;
use crate::request_log::headers::Wanted;
use crate::request_log::settings::Peer;
use crate::{ClientAddress, ForwardedBy, Network, QueryDetail};

/// What is recorded of a request.
impl<C> RequestLogLayer<C> {
    /// How much of query strings is recorded; [`QueryDetail::Keys`] unless said otherwise.
    ///
    /// ```
    /// use nexolog_tower::{QueryDetail, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new().query(QueryDetail::Full);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn query(self, detail: QueryDetail) -> RequestLogLayer<C> {
        self.change(|settings| settings.query = detail)
    }

    /// How much of addresses is recorded; [`ClientAddress::Truncated`] unless said otherwise.
    ///
    /// The address is that of the connection, from axum's `ConnectInfo<SocketAddr>` or a plain
    /// `SocketAddr` in the request's extensions. Forwarding headers are believed only of
    /// [`trusted_proxies`](Self::trusted_proxies).
    ///
    /// ```
    /// use nexolog_tower::{ClientAddress, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new().client_address(ClientAddress::Omit);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn client_address(self, detail: ClientAddress) -> RequestLogLayer<C> {
        self.change(|settings| settings.client = detail)
    }

    /// Believes what proxies in these networks say of their client; nobody is believed unless said.
    ///
    /// One header is read and no other: a proxy sets or extends the one it knows and passes the others on
    /// as a client made them up. `client` is then the last hop that is not trusted, and `peer` the proxy.
    ///
    /// ```
    /// use nexolog_tower::{ForwardedBy, RequestLogLayer};
    ///
    /// let layer = RequestLogLayer::new()
    ///     .trusted_proxies(ForwardedBy::Forwarded, ["10.0.0.0/8".parse()?]);
    /// # let _ = layer;
    /// # Ok::<(), nexolog_tower::ParseNetworkError>(())
    /// ```
    #[must_use]
    pub fn trusted_proxies(
        self,
        header: ForwardedBy,
        networks: impl IntoIterator<Item = Network>,
    ) -> RequestLogLayer<C> {
        let proxies = Proxies::new(header, networks.into_iter().collect());
        self.change(|settings| settings.proxies = Some(proxies))
    }

    /// Finds the address of the connection where the layer does not see it by itself, in what the server puts
    /// into the request's extensions.
    ///
    /// ```
    /// use std::net::SocketAddr;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// /// What some server puts there.
    /// #[derive(Clone)]
    /// struct Connection {
    ///     remote: SocketAddr,
    /// }
    /// let layer = RequestLogLayer::new()
    ///     .peer_address(|extensions| Some(extensions.get::<Connection>()?.remote));
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn peer_address(
        self,
        find: impl Fn(&Extensions) -> Option<SocketAddr> + Send + Sync + 'static,
    ) -> RequestLogLayer<C> {
        self.change(|settings| settings.peer = Some(Peer(Arc::new(find))))
    }

    /// Records request headers, in fields such as `http.request.header.accept`.
    ///
    /// They are fields of Nexolog's line, where the rules of masking see their names: `authorization`,
    /// `cookie` and their like are never shown. Other `tracing` layers, which mask nothing, don't see them. At
    /// most 1 KiB of a header is kept.
    ///
    /// ```
    /// use http::header::{ACCEPT, HeaderName};
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new()
    ///     .request_headers([ACCEPT, HeaderName::from_static("x-tenant")]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn request_headers(
        self,
        names: impl IntoIterator<Item = HeaderName>,
    ) -> RequestLogLayer<C> {
        let wanted = names.into_iter().map(Wanted::of_request);
        self.change(|settings| settings.request_headers.extend(wanted))
    }

    /// Records response headers, in fields such as `http.response.header.content-type`; otherwise as
    /// [`request_headers`](Self::request_headers).
    ///
    /// ```
    /// use http::header::CONTENT_TYPE;
    /// use nexolog_tower::RequestLogLayer;
    ///
    /// let layer = RequestLogLayer::new().response_headers([CONTENT_TYPE]);
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn response_headers(
        self,
        names: impl IntoIterator<Item = HeaderName>,
    ) -> RequestLogLayer<C> {
        let wanted = names.into_iter().map(Wanted::of_response);
        self.change(|settings| settings.response_headers.extend(wanted))
    }
}
