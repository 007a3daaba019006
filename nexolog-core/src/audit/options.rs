use std::net::IpAddr;
use std::time::Duration;

/// How a trail is kept.
#[derive(Clone, Debug)]
pub(crate) struct TrailOptions {
    /// Name of the service.
    pub(crate) service: String,
    /// How often it gives a sign of life.
    pub(crate) seal_every: Duration,
    /// Whether addresses are recorded whole.
    pub(crate) full_addresses: bool,
}

impl TrailOptions {
    /// The text of a client's address: the last octet, or the last 80 bits, left out unless they are asked for.
    pub(super) fn address(&self, address: IpAddr) -> String {
        match address.to_canonical() {
            address if self.full_addresses => address.to_string(),
            IpAddr::V4(address) => {
                let [one, two, three, _] = address.octets();
                IpAddr::from([one, two, three, 0]).to_string()
            }
            IpAddr::V6(address) => {
                IpAddr::V6((u128::from(address) & (u128::MAX << 80)).into()).to_string()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_unless_they_are_asked_for() {
        for (address, cut, full) in [
            ("192.0.2.77", "192.0.2.0", "192.0.2.77"),
            ("::ffff:192.0.2.77", "192.0.2.0", "192.0.2.77"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8:1:2:3:4:5:6"),
        ] {
            let mut options = TrailOptions {
                service: String::new(),
                seal_every: Duration::ZERO,
                full_addresses: false,
            };
            assert_eq!(options.address(address.parse().unwrap()), cut);
            options.full_addresses = true;
            assert_eq!(options.address(address.parse().unwrap()), full);
        }
    }
}
