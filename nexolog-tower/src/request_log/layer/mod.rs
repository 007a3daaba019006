//! The layer and what can be said to it; one file a kind of option.

mod choice;
mod fields;
mod ids;
mod request_log_layer;
mod times;

pub use request_log_layer::RequestLogLayer;
