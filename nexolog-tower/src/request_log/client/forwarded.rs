use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use http::header::{FORWARDED, HeaderName, HeaderValue};

use super::Network;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// Hops that are looked at; a longer list was most likely made up by the client.
const MOST_HOPS: usize = 32;

/// The header in which proxies tell whom they speak for.
///
/// ```
/// use nexolog_tower::{ForwardedBy, RequestLogLayer};
///
/// let layer = RequestLogLayer::new()
///     .trusted_proxies(ForwardedBy::XForwardedFor, ["10.0.0.0/8".parse()?, "::1".parse()?]);
/// # let _ = layer;
/// # Ok::<(), nexolog_tower::ParseNetworkError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedBy {
    /// `X-Forwarded-For`: a list, to which each proxy appends who called it.
    XForwardedFor,
    /// `Forwarded` (RFC 7239): likewise, in its `for` parameters.
    Forwarded,
    /// `X-Real-IP`: one address, which the proxy sets whatever was there.
    XRealIp,
}

/// The proxies that are believed, and what they speak.
#[derive(Clone, Debug)]
pub(in crate::request_log) struct Proxies {
    header: ForwardedBy,
    trusted: Vec<Network>,
}

impl Proxies {
    pub(in crate::request_log) fn new(header: ForwardedBy, trusted: Vec<Network>) -> Proxies {
        Proxies { header, trusted }
    }

    /// The client that `peer` speaks for; `None` where it speaks for itself, or is not believed.
    ///
    /// From the last hop to the first, each is believed as long as the one after it is trusted. What can't be
    /// read ends the walk, at the last address that could.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.trusts(peer) {
            return None;
        }
        let mut client = None;
        match self.header {
            ForwardedBy::XRealIp => {
                let mut values = headers.get_all(X_REAL_IP).iter();
                let (Some(value), None) = (values.next(), values.next()) else { return None };
                return address(value.to_str().ok()?);
            }
            ForwardedBy::XForwardedFor => {
                walk(headers, &X_FORWARDED_FOR, |hop| self.step(address(hop), &mut client));
            }
            ForwardedBy::Forwarded => {
                walk(headers, &FORWARDED, |hop| self.step(forwarded_for(hop), &mut client));
            }
        }
        client
    }

    /// Takes one hop back; whether the one before it may be believed, too.
    fn step(&self, hop: Option<IpAddr>, client: &mut Option<IpAddr>) -> bool {
        *client = hop.or(*client);
        hop.is_some_and(|hop| self.trusts(hop))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(address))
    }
}

/// Gives the hops of a list to `step`, the last one first, until it is `false`.
fn walk(headers: &HeaderMap, name: &HeaderName, mut step: impl FnMut(&str) -> bool) {
    let values = headers.get_all(name).iter().rev().map(HeaderValue::to_str);
    let mut hops = 0;
    for value in values {
        let Ok(value) = value else { return };
        for hop in value.rsplit(',') {
            hops += 1;
            if hops > MOST_HOPS || !step(hop.trim()) {
                return;
            }
        }
    }
}

/// The address in `for=192.0.2.60;proto=http`, `For="[2001:db8::17]:4711"`.
fn forwarded_for(hop: &str) -> Option<IpAddr> {
    let pairs = hop.split(';').filter_map(|pair| pair.trim().split_once('='));
    let mut given = pairs.filter(|(key, _)| key.eq_ignore_ascii_case("for")).map(|(_, it)| it);
    let (Some(node), None) = (given.next(), given.next()) else { return None };
    address(node.strip_prefix('"').and_then(|node| node.strip_suffix('"')).unwrap_or(node))
}

/// An address, with a port or without, in brackets or not.
fn address(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    let address: Option<IpAddr> = text.parse().ok().or_else(bracketed).or_else(with_port);
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(header: ForwardedBy, peer: &str, headers: &[(&'static str, &str)]) -> Option<String> {
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let proxies = Proxies::new(header, trusted.into());
        proxies.client(peer.parse().unwrap(), &map).map(|address| address.to_string())
    }

    fn forwarded_for(values: &[&str]) -> Option<String> {
        let headers: Vec<_> = values.iter().map(|value| ("x-forwarded-for", *value)).collect();
        client(ForwardedBy::XForwardedFor, "10.0.0.1", &headers)
    }

    #[test]
    fn only_trusted_peers_are_believed() {
        let headers = [("x-forwarded-for", "198.51.100.7")];
        let told = |peer| client(ForwardedBy::XForwardedFor, peer, &headers);
        assert_eq!(told("10.9.9.9").as_deref(), Some("198.51.100.7"));
        assert_eq!(told("fd12::1").as_deref(), Some("198.51.100.7"));
        assert_eq!(told("192.0.2.1"), None);
    }

    #[test]
    fn the_client_is_the_last_hop_that_is_not_trusted() {
        let told = |values: &[&str]| forwarded_for(values).unwrap_or_default();
        // The first one is what a client claims about itself.
        assert_eq!(told(&["1.2.3.4, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(told(&["1.2.3.4", "198.51.100.7", "10.0.0.2"]), "198.51.100.7");
        assert_eq!(told(&["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(told(&["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(told(&["[2001:db8::17]:80"]), "2001:db8::17");
        assert_eq!(told(&["::ffff:198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_cant_be_read_ends_the_walk() {
        let told = |values: &[&str]| forwarded_for(values);
        assert_eq!(told(&["198.51.100.7, unknown, 10.0.0.2"]).as_deref(), Some("10.0.0.2"));
        for hostile in ["", "unknown", "<script>", "1.2.3.4.5", "ü", ",,,"] {
            assert_eq!(told(&[hostile]), None, "{hostile}");
        }
        let many = "10.0.0.2,".repeat(10_000);
        assert_eq!(told(&[&format!("1.2.3.4,{many}10.0.0.2")]).as_deref(), Some("10.0.0.2"));
    }

    #[test]
    fn only_the_chosen_header_is_read() {
        let all = [
            ("x-forwarded-for", "1.1.1.1"),
            ("forwarded", "for=2.2.2.2;proto=https, For=\"[2001:db8::17]:4711\";by=_me"),
            ("x-real-ip", "3.3.3.3"),
        ];
        let told = |header| client(header, "10.0.0.1", &all);
        assert_eq!(told(ForwardedBy::XForwardedFor).as_deref(), Some("1.1.1.1"));
        assert_eq!(told(ForwardedBy::Forwarded).as_deref(), Some("2001:db8::17"));
        assert_eq!(told(ForwardedBy::XRealIp).as_deref(), Some("3.3.3.3"));
        let twice = [("x-real-ip", "3.3.3.3"), ("x-real-ip", "4.4.4.4")];
        assert_eq!(client(ForwardedBy::XRealIp, "10.0.0.1", &twice), None);
        for hidden in ["for=_hidden", "for=unknown", "proto=https", "for=1.1.1.1;for=2.2.2.2"] {
            assert_eq!(client(ForwardedBy::Forwarded, "10.0.0.1", &[("forwarded", hidden)]), None);
        }
    }
}
