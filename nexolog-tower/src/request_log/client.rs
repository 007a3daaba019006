use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::Extensions;

use super::ClientAddress;

/// The address of the connection, as far as it may be recorded.
pub(super) fn address(extensions: &Extensions, detail: ClientAddress) -> Option<IpAddr> {
    let address = peer(extensions)?.ip().to_canonical();
    match detail {
        ClientAddress::Truncated => Some(truncated(address)),
        ClientAddress::Full => Some(address),
        ClientAddress::Omit => None,
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

    fn seen(address: &str, detail: ClientAddress) -> Option<String> {
        let mut extensions = Extensions::new();
        extensions.insert(address.parse::<SocketAddr>().unwrap());
        super::address(&extensions, detail).map(|address| address.to_string())
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
        assert_eq!(super::address(&Extensions::new(), ClientAddress::Full), None);
    }
}
