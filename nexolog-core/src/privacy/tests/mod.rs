//! The engine as a whole: what is found in a text, and what is left alone.

mod found;
mod harmless;
mod linear;
mod support;
