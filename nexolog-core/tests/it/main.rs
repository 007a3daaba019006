//! Core through its public interface, with the files read back by a parser that is not ours.

mod accounting;
mod context;
mod exit;
mod lines;
mod masking;
mod support;
