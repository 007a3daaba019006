use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::{Extensions, HeaderMap};

use super::Proxies;
use crate::request_log::settings::Settings;

/// How much of the client's address is recorded.
///
/// ```
/// use nexolog_tower::{ClientAddress, RequestLogLayer};
///
/// let layer = RequestLogLayer::new().client_address(ClientAddress::Full);
/// # let _ = layer;
/// ```
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

/// The addresses of a request, as far as they may be recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::request_log) struct Addresses {
    /// Who sent it.
    pub(in crate::request_log) client: Option<IpAddr>,
    /// The other end of the connection, where that is somebody else.
    pub(in crate::request_log) peer: Option<IpAddr>,
}

pub(in crate::request_log) fn addresses(
    extensions: &Extensions,
    headers: &HeaderMap,
    settings: &Settings,
) -> Addresses {
    let shown = |address| match settings.client {
        ClientAddress::Truncated => Some(truncated(address)),
        ClientAddress::Full => Some(address),
        ClientAddress::Omit => None,
    };
    let own = settings.peer.as_ref().map(|peer| (peer.0)(extensions));
    let Some(peer) = own.unwrap_or_else(|| peer(extensions)) else { return Addresses::default() };
    let peer = peer.ip().to_canonical();
    match settings.proxies.as_ref().and_then(|proxies: &Proxies| proxies.client(peer, headers)) {
        Some(client) => Addresses { client: shown(client), peer: shown(peer) },
        None => Addresses { client: shown(peer), peer: None },
    }
}

fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    #[cfg(feature = "axum")]
    if let Some(info) = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>() {
        return Some(info.0);
    }
    extensions.get::<SocketAddr>().copied()
}

fn truncated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            Ipv4Addr::new(a, b, c, 0).into()
        }
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 80)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(address: &str, client: ClientAddress) -> Option<String> {
        let mut extensions = Extensions::new();
        extensions.insert(address.parse::<SocketAddr>().unwrap());
        let settings = Settings { client, ..Settings::default() };
        let seen = addresses(&extensions, &HeaderMap::new(), &settings);
        assert_eq!(seen.peer, None, "nobody stands between");
        seen.client.map(|address| address.to_string())
    }

    #[test]
    fn only_the_network_is_recorded() {
        let truncated = |address| seen(address, ClientAddress::Truncated).unwrap();
        assert_eq!(truncated("203.0.113.77:5000"), "203.0.113.0");
        assert_eq!(truncated("[2001:db8:85a3:8d3:1319:8a2e:370:7348]:5000"), "2001:db8:85a3::");
        // An IPv4 client of a dual-stack socket is an IPv4 client.
        assert_eq!(truncated("[::ffff:203.0.113.77]:5000"), "203.0.113.0");
    }

    #[test]
    fn all_or_nothing_can_be_asked_for() {
        let address = "203.0.113.77:5000";
        assert_eq!(seen(address, ClientAddress::Full).as_deref(), Some("203.0.113.77"));
        assert_eq!(seen(address, ClientAddress::Omit), None);
        let none = addresses(&Extensions::new(), &HeaderMap::new(), &Settings::default());
        assert_eq!(none, Addresses::default());
    }
}
