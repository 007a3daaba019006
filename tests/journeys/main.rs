//! What users do with Nexolog, from end to end, through the facade only; one file a journey.

mod support;

mod access;
mod configuration;
mod context;
mod examples;
mod files;
mod headers;
mod hostile;
mod kept;
mod kill;
mod live;
mod mounting;
mod readme;
mod request_id;
mod shutdown;
mod statistics;
mod two_loggers;
