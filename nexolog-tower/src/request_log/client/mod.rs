//! Where a request came from.

mod address;
mod forwarded;
mod network;

pub use address::ClientAddress;
pub use forwarded::ForwardedBy;
pub use network::{Network, ParseNetworkError};

pub(super) use address::{Addresses, addresses};
pub(super) use forwarded::Proxies;
