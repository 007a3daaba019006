//! The API as a client meets it: requests in, responses out, over a store in memory.

pub(super) mod memory;
pub(super) mod support;

mod answers;
mod around;
mod contract;
mod credentials;
mod description;
mod exports;
mod figures;
mod holds;
mod load;
mod looking;
mod mounting;
mod parameters;
mod protection;
mod scopes;
mod sessions;
mod steering;
mod table;
