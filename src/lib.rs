//! Nexolog.
