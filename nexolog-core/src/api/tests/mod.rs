//! The API as a client meets it: requests in, responses out, over a store in memory.

pub(super) mod memory;
pub(super) mod support;

mod answers;
mod audit;
mod contract;
mod credentials;
mod description;
mod figures;
mod holds;
mod load;
mod mounting;
mod parameters;
mod scopes;
mod sessions;
mod steering;
