use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use http::request::Parts;

/// Wrong tokens that an address may show within [`WINDOW`].
const ALLOWED: u32 = 10;

/// How long wrong tokens are remembered.
const WINDOW: Duration = Duration::from_secs(60);

/// Addresses remembered at once; past it, newcomers share one place.
const MOST: usize = 4096;

/// Counts wrong tokens by client address. A right token never passes here.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    table: Mutex<HashMap<IpAddr, Failures>>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    since: Instant,
}

impl Throttle {
    /// Counts a wrong token from `address`; an error says how long to wait.
    pub(super) fn failed(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MOST && !table.contains_key(&address) {
            table.retain(|_, failures| !failures.is_over(now));
        }
        let place =
            if table.len() >= MOST && !table.contains_key(&address) { unknown() } else { address };
        let failures = table.entry(place).or_insert(Failures { count: 0, since: now });
        if failures.is_over(now) {
            *failures = Failures { count: 0, since: now };
        }
        if failures.count >= ALLOWED {
            return Err(WINDOW.saturating_sub(now.saturating_duration_since(failures.since)));
        }
        failures.count += 1;
        Ok(())
    }
}

impl Failures {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) >= WINDOW
    }
}

/// The address that wrong tokens are counted by.
///
/// Only the connection's own counts: forwarding headers can be made up. Without connection info all
/// clients share one place. An IPv6 client owns a whole /64, so that is what counts.
pub(super) fn address_of(parts: &Parts) -> IpAddr {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical()) {
        None => unknown(),
        Some(IpAddr::V4(address)) => IpAddr::V4(address),
        Some(IpAddr::V6(address)) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
    }
}

fn unknown() -> IpAddr {
    IpAddr::V4(Ipv4Addr::UNSPECIFIED)
}
